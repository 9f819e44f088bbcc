"""A sentence and the figures that it uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.answers.plan import Allocation, Plan, Status
from optimizer.answers.price import DECIDED
from optimizer.problem.scenario import Scenario
from optimizer.wording import money, money_up, percent, quantity, quantity_up

LEFT = 1e-3  # of a unit of money, that one more brings where spend stops at a whole unit before it pays no more
MONEY = ("revenue", "profit", "spend")  # metrics that are amounts of money


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number in a sentence: as it is, its unit, and as it is told."""

    name: str
    value: float
    unit: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What is said, and the figures in it in the order in which they are given."""

    text: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Sentences on one question; `key` stays when the title is worded anew."""

    key: str
    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The plan in sentences: the headline alone says what matters most."""

    title: str
    status: Status
    headline: Sentence
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A figure before it has a name: its value, unit and text."""

    value: float
    unit: str
    text: str

    @property
    def vanishes(self) -> bool:
        """Whether all that is told of it is 0."""
        return self.text.split()[0] == "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is explained, and how its figures are told; `flatter` are slopes of cells that end within a unit."""

    scenario: Scenario
    plan: Plan
    flatter: Mapping[tuple[str, str], float] = field(default_factory=dict)

    @property
    def aim(self) -> str:
        """The metric of the objective; attainment, where it is goals."""
        return "attainment" if self.scenario.objective.aim == "goals" else self.scenario.objective.aim

    @property
    def whole_numbers(self) -> bool:
        """Whether on/off decisions or whole numbers were made: prices hold with these as they are."""
        return f"prices hold {DECIDED}" in self.plan.warnings

    def gain(self, cell: Allocation) -> float | None:
        """What the next unit of money in a cell adds to what is maximised, before any limit is paid; None if unknown.

        It is unknown where goals or spend are the aim, where the slope is infinite, and beside demand pools. What
        stopping at a whole unit of money leaves is nothing.
        """
        objective, slope = self.scenario.objective, self.slope(cell)
        tactic = next(tactic for tactic in self.scenario.tactics if tactic.name == cell.tactic)
        worth = {"revenue": 1.0, "profit": tactic.margin, "outcome": _inverse(tactic.revenue_per_outcome)}
        rate = worth.get(objective.aim)
        if slope is None or rate is None or tactic.feeds is not None or tactic.draws_from is not None:
            return None
        cost = objective.target_marginal_roi + (objective.aim == "profit")
        return 0.0 if abs(rate * slope - cost) <= LEFT * cost else rate * slope - cost

    def slope(self, cell: Allocation) -> float | None:
        """What the next unit of money earns in a cell [revenue per money]; None where the slope is infinite."""
        return self.flatter.get((cell.tactic, cell.period), cell.marginal_revenue)

    def money(self, value: float) -> Said:
        """An amount in the scenario's currency."""
        currency = self.scenario.currency
        return Said(value, currency, money(value, currency, self.scenario.digits))

    def metric(self, value: float, metric: str) -> Said:
        """An amount of a metric: money where it is money."""
        if metric in MONEY:
            return self.money(value)
        return Said(value, metric, quantity(value))

    def worth(self, value: float) -> Said:
        """An amount of what the objective counts."""
        return self.metric(value, self.aim)

    def most(self, value: float) -> Said:
        """The same of what it is at the most: rounded up, and never to nothing."""
        if self.aim not in MONEY:
            return Said(value, self.aim, quantity_up(value))
        currency, digits = self.scenario.currency, self.scenario.money_digits
        return Said(value, currency, money(money_up(value, digits), currency, digits))

    def price(self, value: float) -> Said:
        """What a limit is worth: a small amount of what the objective counts, to three digits."""
        unit = self.scenario.currency if self.aim in MONEY else self.aim
        return Said(value, unit, f"{quantity(value)} {unit}" if self.aim in MONEY else quantity(value))


def _inverse(value: float) -> float | None:
    return 1.0 / value if value > 0.0 else None


def share(value: float) -> Said:
    """A share in percent."""
    return Said(value, "1", percent(value))


def number(value: float, unit: str = "1") -> Said:
    """A plain number."""
    return Said(value, unit, quantity(value))


def say(words: str, /, **parts: Said | str) -> Sentence:
    """The sentence with its parts put in: {name} stands for the text of a figure, or for a text.

    >>> say("{who} gets {much}.", who="tv", much=number(1234.0)).text
    'tv gets 1,234.'
    """
    texts = {name: part if isinstance(part, str) else part.text for name, part in parts.items()}
    figures = tuple(
        Figure(name=name, value=part.value, unit=part.unit, text=part.text)
        for name, part in parts.items()
        if isinstance(part, Said)
    )
    return Sentence(text=words.format(**texts), figures=figures)


def some_of(names: tuple[str, ...] | list[str], most: int = 8) -> str:
    """Names in a sentence, the first few of many.

    >>> some_of(["a", "b", "c"], most=2), some_of(["a", "b"], most=2)
    ('a, b and 1 more', 'a and b')
    """
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
