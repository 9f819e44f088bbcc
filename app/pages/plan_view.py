"""What the page of a plan shows, read off the plan and its scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from app.charts.responses import MOST_CURVES
from app.charts.theme import MOST_BARS
from app.pages.words import figure, share, whole
from optimizer.answers.comparison import Candidate
from optimizer.answers.explanation import Explanation, explanation_of
from optimizer.answers.explanation.limits import SHARE, held, is_by_period, priced_by
from optimizer.answers.explanation.next_unit import uneven
from optimizer.answers.plan import NextUse, Plan, RuleResult
from optimizer.answers.today import worth_today
from optimizer.problem.scenario import Scenario

MOST_CELLS = 5_000  # in the table of tactics by periods; the file has them all
MOST_LIMITS = 60
AGAINST_TODAY = ("spend", "revenue", "profit", "outcome")
ABREAST = 8  # periods in one table: as many as paper is wide
MOST_USES = 5
MOST_ROWS = 60  # tactics in a table that stands open
MOST_OPEN = 400  # cells of these tables that are shown unfolded


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some periods, what each tactic spends in them, and what all spend."""

    periods: Sequence[str]
    rows: Sequence[tuple[str, Sequence[float]]]

    @property
    def totals(self) -> list[float]:
        """Of each period."""
        return [sum(column) for column in zip(*(spends for _, spends in self.rows), strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What one more unit of money gains, and the periods in which it gains that."""

    tactic: str
    periods: Sequence[str]
    gain: float
    limited_by: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRow:
    """A limit that binds, its price and the unit that this is told in, and from where to where it holds."""

    name: str
    by_period: bool
    price: float | None
    unit: str
    held_from: str
    held_to: str


@dataclass(frozen=True, kw_only=True)
class PlanView:
    """A plan under its id, and what a page makes of it."""

    id: str
    scenario: Scenario
    plan: Plan
    drawn: int = MOST_BARS
    drawn_curves: int = MOST_CURVES

    @cached_property
    def explanation(self) -> Explanation:
        """The plan in sentences."""
        return explanation_of(self.scenario, self.plan)

    @property
    def change(self) -> float | None:
        """Spend less today's [money]; None unless every tactic says what it spends today."""
        changes = [row.change_from_current for row in self.plan.tactics]
        known = [change for change in changes if change is not None]
        return sum(known) if known and len(known) == len(changes) else None

    @cached_property
    def against_today(self) -> list[tuple[str, float, float]]:
        """What is spent and what that brings, today and planned; nothing unless every tactic says what it spends."""
        now, planned = worth_today(self.scenario), self.plan.totals
        if now is None or planned is None:
            return []
        return [(name, getattr(now, name), getattr(planned, name)) for name in AGAINST_TODAY]

    @property
    def binding(self) -> list[RuleResult]:
        """The limits that bind, those that cost most first."""
        held = [rule for rule in self.plan.rules if rule.binding]
        return sorted(held, key=lambda rule: -abs(rule.price or 0.0))[:MOST_LIMITS]

    @property
    def price_units(self) -> list[str]:
        """In what the prices of these limits are told, each once."""
        return list(dict.fromkeys(priced_by(rule)[0] for rule in self.binding))

    @property
    def limit_rows(self) -> list[LimitRow]:
        """The same limits as rows of a table."""
        return [_row(self.scenario, rule) for rule in self.binding]

    @property
    def price_notes(self) -> list[str]:
        """What these prices take as given, each once."""
        return list(dict.fromkeys(rule.price_note for rule in self.binding if rule.price_note and rule.price != 0.0))

    @property
    def slack(self) -> int:
        """How many limits do not bind."""
        return sum(not rule.binding for rule in self.plan.rules)

    @property
    def next_uses(self) -> list[Use]:
        """Where one more unit of money goes, the best first; periods that gain the same are told together."""
        alike: dict[tuple[str, str, tuple[str, ...]], list[NextUse]] = {}
        for use in self.plan.next_best:
            alike.setdefault((use.tactic, figure(use.gain), tuple(use.limited_by)), []).append(use)
        return [
            Use(tactic=tactic, periods=[use.period for use in uses], gain=uses[0].gain, limited_by=limits)
            for (tactic, _, limits), uses in list(alike.items())[:MOST_USES]
        ]

    @property
    def is_uneven(self) -> bool:
        """Whether some use gains more than the budget is worth, though only the budget stops it."""
        return uneven(self.plan) is not None

    @property
    def many(self) -> bool:
        """Whether a table of all tactics would hide what comes after it."""
        return len(self.plan.tactics) > MOST_ROWS

    @property
    def unfolded(self) -> bool:
        """Whether the grid is small enough to be seen at once."""
        return len(self.plan.allocations) <= MOST_OPEN

    @cached_property
    def grid(self) -> list[Part]:
        """Spend by tactic and period, a few periods at a time; none where there is one, or more than a page holds."""
        periods = self.scenario.periods
        if len(periods) == 1 or len(self.plan.allocations) > MOST_CELLS:
            return []
        spend = {(cell.tactic, cell.period): cell.spend for cell in self.plan.allocations}
        abreast = ceil(len(periods) / ceil(len(periods) / ABREAST))  # tables of one size
        return [
            Part(
                periods=some,
                rows=[(row.tactic, [spend[row.tactic, period] for period in some]) for row in self.plan.tactics],
            )
            for some in (periods[start : start + abreast] for start in range(0, len(periods), abreast))
        ]


def _row(scenario: Scenario, rule: RuleResult) -> LimitRow:
    unit, price = priced_by(rule)
    least, most = _held(rule)
    return LimitRow(
        name=rule.name,
        by_period=is_by_period(scenario, rule),
        price=price,
        unit=unit,
        held_from=least,
        held_to=most,
    )


def _held(rule: RuleResult) -> tuple[str, str]:
    """The ends of a price's range: shares in percent, and that it holds at its limit alone."""
    least, most = held(rule)
    if least is not None and most is not None and least >= most:
        return "at this limit", "only"
    told = share if rule.price_unit.endswith(SHARE) else whole
    return told(least), told(most)


def view_of(candidate: Candidate) -> PlanView:
    """The view of a stored plan."""
    return PlanView(id=candidate.label, scenario=candidate.scenario, plan=candidate.plan)
