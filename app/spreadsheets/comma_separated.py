"""A plan's allocation as CSV: a row for each cell (long), or for each tactic with a column for each period (wide)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.schemas.table_text import csv_text
from optimizer.answers.plan import Plan
from optimizer.problem.scenario import Scenario

BARE_TYPE = "text/csv"
MEDIA_TYPE = f"{BARE_TYPE}; charset=utf-8"
MARK = "\ufeff"  # Excel takes a file without it for the local code page
RISKY = re.compile(r"'*[=+\-@\t\r]")
LONG = (
    "tactic",
    "stage",
    "period",
    "spend",
    "outcome",
    "revenue",
    "marginal_revenue",
    "next_unit",
    "limited_by",
    "held_by",
)

Field = str | float | None


def long_csv(plan: Plan) -> str:
    """One row for each tactic and period."""
    stages = {total.tactic: total.stage for total in plan.tactics}
    rows: list[Sequence[Field]] = [
        (own.tactic, stages[own.tactic], own.period, own.spend, own.outcome, own.revenue, own.marginal_revenue,
         own.next_unit, "; ".join(own.limited_by), "; ".join(own.held_by))
        for own in plan.allocations
    ]  # fmt: skip
    return _csv(LONG, rows)


def wide_csv(scenario: Scenario, plan: Plan) -> str:
    """One row for each tactic: its spend in every period and in all."""
    spends = {(own.tactic, own.period): own.spend for own in plan.allocations}
    rows: list[Sequence[Field]] = [
        (total.tactic, total.stage, *(spends[total.tactic, period] for period in scenario.periods), total.spend)
        for total in plan.tactics
    ]
    return _csv(("tactic", "stage", *scenario.periods, "total"), rows)


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula: what begins like one gets an apostrophe in front.

    >>> guarded("=1+1"), guarded("tv"), guarded("'-5")
    ("'=1+1", 'tv', "''-5")
    """
    return "'" + text if RISKY.match(text) else text


def unguarded(text: str) -> str:
    """The inverse of `guarded`.

    >>> unguarded("'=1+1"), unguarded("'tv'")
    ('=1+1', "'tv'")
    """
    return text[1:] if text.startswith("'") and RISKY.match(text) else text


def _csv(header: Sequence[str], rows: Iterable[Sequence[Field]]) -> str:
    return MARK + csv_text(
        tuple(guarded(field) if isinstance(field, str) else field for field in row) for row in (header, *rows)
    )
