"""How pages write figures: the words of `optimizer.wording`, by the names that templates use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from app.directions import isolated, told
from app.pages.editor.labels import label, option, singular
from app.pages.editor.suggestions import naming
from app.records.moments import moment
from app.spreadsheets.figures import unmistakable
from optimizer.answers.explanation.sentence import MONEY
from optimizer.problem.scenario import Scenario
from optimizer.wording import any_of, cannot_hold, money, percent, percent_up, quantity

NOTHING = "–"
LEAST = 1e-9  # what is closer to 0 is not told by its digits


def amount(value: float | None, scenario: Scenario) -> str:
    """Money in the scenario's currency."""
    return NOTHING if value is None else money(value, scenario.currency, scenario.digits)


def worth(value: float | None, scenario: Scenario, name: str) -> str:
    """An amount of a measure: in the scenario's currency where it is money."""
    return amount(value, scenario) if name in MONEY else whole(value)


def aimed(scenario: Scenario) -> str:
    """What the value of a plan is: the aim, and what tells it from the sum of that name."""
    objective, words = scenario.objective, list[str]()
    if objective.aim in ("revenue", "profit", "outcome") and any(pool.end_value for pool in scenario.demand_pools):
        words.append("with demand that is left")
    if objective.target_marginal_roi:
        words.append(f"less {figure(objective.target_marginal_roi)} a unit spent")
    if objective.confidence:
        words.append(f"worst {share(1.0 - objective.confidence)} of draws")
    return ", ".join((objective.aim, *words))


def whole(value: float | None) -> str:
    """An amount in a column of amounts: whole from 10 on, separators, no currency.

    >>> whole(1234567.4), whole(3.456), whole(None)
    ('1,234,567', '3.46', '–')
    """
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if abs(value) >= 10 or value == 0 else f"{value:,.2f}"


def signed(value: float | None) -> str:
    """An amount with its sign.

    >>> signed(-1234.0), signed(0.0)
    ('−1,234', '0')
    """
    if value is None:
        return NOTHING
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + whole(abs(value))


def figure(value: float | None) -> str:
    """A price or a ratio: three digits that tell.

    >>> figure(-0.0319), figure(1e-30), figure(None)
    ('−0.0319', '≈ 0', '–')
    """
    if value is None:
        return NOTHING
    return "≈ 0" if 0 < abs(value) < LEAST else quantity(value).replace("-", "−")


def share(value: float | None) -> str:
    """A share in percent."""
    return NOTHING if value is None else percent(value)


def instant(microseconds: int) -> str:
    """When something was stored, to the minute, in UTC.

    >>> instant(0)
    '1970-01-01 00:00 UTC'
    """
    return utc(moment(microseconds))


def utc(when: datetime) -> str:
    """The same of a moment in UTC."""
    return f"{when:%Y-%m-%d %H:%M} UTC"


def among(text: str, scenario: Scenario, more: Iterable[str] = ()) -> str:
    """A sentence on a scenario, with the names in it kept to themselves; `more` are names of others."""
    groups = (scenario.tactics, scenario.goals, scenario.rules, scenario.events, scenario.demand_pools)
    named = (each.name for group in groups for each in group)
    return told(text, [scenario.name, *scenario.periods, *named, *more])


def sentence(text: str) -> str:
    """A clause as a sentence of its own.

    >>> sentence("stopped before the gap was proved")
    'Stopped before the gap was proved.'
    """
    return f"{text[:1].upper()}{text[1:]}."


def typed(value: float) -> str:
    """A number as it may stand in a field."""
    return unmistakable(repr(value))


FILTERS: dict[str, Callable[..., str]] = {
    "aimed": aimed,
    "amount": amount,
    "any_of": any_of,
    "cannot_hold": cannot_hold,
    "worth": worth,
    "whole": whole,
    "signed": signed,
    "figure": figure,
    "share": share,
    "at_most": percent_up,
    "instant": instant,
    "utc": utc,
    "isolated": isolated,
    "told": among,
    "sentence": sentence,
    "typed": typed,
    "label": label,
    "option": option,
    "singular": singular,
    "naming": naming,
}
