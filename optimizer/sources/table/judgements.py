"""A table of judgements (Little's decision calculus): what a tactic would bring with no spend, half of today's,
today's, half more, and as much as can be."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np

from optimizer.errors import FileError, Gathering
from optimizer.sources.curve_set import FittedCurve
from optimizer.sources.report import Check
from optimizer.sources.table.columns import ADSTOCK_COLUMNS, MONEY, TACTIC, about, check_columns, tactic_of
from optimizer.sources.table.points import Measured, fitted
from optimizer.sources.tables import Records

LEVELS = {"none": 0.0, "minus_50": 0.5, "current": 1.0, "plus_50": 1.5, "saturation": 10.0}  # times today's spend
COLUMNS = (TACTIC, *LEVELS, *MONEY, *ADSTOCK_COLUMNS)


def judged(records: Records, family: str) -> list[tuple[FittedCurve, tuple[Check, ...]]]:
    """A curve for each row; saturation is taken as ten times today's spend."""
    records.needed(TACTIC, "current_spend", "current", "saturation")
    check_columns(records, COLUMNS)
    parts = Gathering()
    made = [parts.of(partial(_judged, records, row, family)) for row in records.rows]
    parts.check()
    return made


def _judged(records: Records, row: int, family: str) -> tuple[FittedCurve, tuple[Check, ...]]:
    return fitted(_measured(records, row), family)


def _measured(records: Records, row: int) -> Measured:
    current = records.number(row, "current_spend")
    if current is None or not current > 0.0:
        raise FileError("not_positive", records.place(row, "current_spend"), "must be above 0", "state today's spend")
    stated = [(name, value) for name in LEVELS if (value := records.number(row, name)) is not None]
    for (less, before), (more, value) in pairwise(stated):
        if value < before:
            told = f"brings less than {less}: more spend must not bring less"
            raise FileError("decreasing", records.place(row, more), told, "judge the two again")
    return Measured(
        name=tactic_of(records, row),
        spend=np.array([LEVELS[name] for name, _ in stated]) * current,
        outcome=np.array([value for _, value in stated]),
        about=about(records, row),
        places=tuple(records.place(row, name) for name, _ in stated),
    )
