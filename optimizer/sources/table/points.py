"""A table of points: tactic, spend, outcome row by row, or a column of outcomes for each tactic beside one of spend."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np

from optimizer.curves import Array, ResponseCurve, Tabulated
from optimizer.errors import FileError, Gathering, HeadraceError
from optimizer.sources.curve_set import FittedCurve
from optimizer.sources.report import Check
from optimizer.sources.table.columns import ADSTOCK_COLUMNS, MONEY, TACTIC, About, about, check_columns, tactic_of
from optimizer.sources.table.fit import fit
from optimizer.sources.tables import Records

SPEND, OUTCOME = "spend", "outcome"
COLUMNS = (TACTIC, SPEND, OUTCOME, *MONEY, *ADSTOCK_COLUMNS)
Point: TypeAlias = tuple[float, float, str, str]  # spend, outcome, and the cells of the outcome and the spend
OF_SPEND = ("negative", "not_increasing")  # what can be wrong with the spend of a point
POINT = re.compile(r"points\[(\d+)\]")
POOR = 0.05  # of the range of outcomes, that a fit may miss without a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The points of a tactic in the order of spend, the cells of their outcomes, and of spends that a table states."""

    name: str
    spend: Array
    outcome: Array
    about: About | None
    places: tuple[str, ...]
    spends: tuple[str, ...] = ()


def long_points(records: Records) -> list[Measured]:
    """One point a row; what is said of the tactic stands in its first row."""
    records.needed(SPEND, OUTCOME)
    check_columns(records, COLUMNS)
    rows: dict[str, list[int]] = {}
    for row in records.rows:
        rows.setdefault(tactic_of(records, row), []).append(row)
    parts = Gathering()
    made = [parts.of(partial(_long, records, name, own)) for name, own in rows.items()]
    parts.check()
    return made


def _long(records: Records, name: str, rows: list[int]) -> Measured:
    parts = Gathering()
    points = [parts.of(partial(_point, records, row)) for row in rows]
    said = parts.of(lambda: about(records, rows[0]))
    for row in rows[1:]:
        with parts.part():
            _check_alike(records, rows[0], row)
    parts.check()
    return _measured(name, points, said)


def _point(records: Records, row: int) -> Point:
    spend, outcome = _needed(records, row, SPEND), _needed(records, row, OUTCOME)
    return spend, outcome, records.place(row, OUTCOME), records.place(row, SPEND)


def _check_alike(records: Records, first: int, row: int) -> None:
    """What is said of a tactic beside its points stands in its first row; others may repeat it."""
    for column in records.columns:
        cell = records.cell(row, column)
        if column.strip().casefold() not in (TACTIC, SPEND, OUTCOME) and cell not in (
            None,
            records.cell(first, column),
        ):
            told = "says something else of its tactic than its first row"
            raise FileError("mixed_rows", records.place(row, column), told, "say it in the first row only")


def wide_points(records: Records) -> list[Measured]:
    """One column for each tactic; a blank is no point."""
    spends = [(row, _needed(records, row, SPEND)) for row in records.rows]
    names = [column for column in records.columns if column and column.strip().casefold() != SPEND]
    found = [
        (
            name,
            [
                (spend, value, records.place(row, name), records.place(row, SPEND))
                for row, spend in spends
                if (value := records.number(row, name)) is not None
            ],
        )
        for name in names
    ]
    return [_measured(name, points, None) for name, points in found if points]


def tabulated(measured: Measured) -> FittedCurve:
    """The points, joined by straight lines."""
    points = list(zip(measured.spend.tolist(), measured.outcome.tolist(), strict=True))
    try:
        response = ResponseCurve(members=(Tabulated(points=tuple(points)),))
    except HeadraceError as error:
        raise _at_point(error, measured) from None
    return _curve(measured, response, ())


def _at_point(error: HeadraceError, measured: Measured) -> HeadraceError:
    """An error of `points[j]` at the cell of that point."""
    found = POINT.search(error.path)
    places = measured.spends if error.code in OF_SPEND else measured.places
    place = measured.name if found is None else places[int(found[1])]
    return type(error)(error.code, place, error.problem, error.remedy)


def fitted(measured: Measured, family: str) -> tuple[FittedCurve, tuple[Check, ...]]:
    """The curve of that family nearest to the points, with its error as a note and every point as a check."""
    try:
        found = fit(family, measured.spend, measured.outcome)
    except HeadraceError as error:
        raise type(error)(error.code, measured.places[0], f"{measured.name}: {error.problem}", error.remedy) from None
    curve = found.curve
    computed = curve.value(measured.spend)
    span = float(np.ptp(measured.outcome))
    told = (
        f"Fitted by least squares to {len(measured.spend)} points: root mean squared error {found.error:.4g}, "
        f"{found.explained:.2%} of the variance explained."
    )
    poor = ("The fit is poor: look at the points, or use them as a table.",) if found.error > POOR * span else ()
    checks = tuple(
        Check(name=f"{measured.name} at {x:,.6g}", stated=y, computed=z)
        for x, y, z in zip(measured.spend.tolist(), measured.outcome.tolist(), computed.tolist(), strict=True)
    )
    return _curve(measured, ResponseCurve(members=(curve,)), (told, *poor)), checks


def _curve(measured: Measured, response: ResponseCurve, notes: tuple[str, ...]) -> FittedCurve:
    said = measured.about
    if said is None:
        return FittedCurve(name=measured.name, response=response, largest_seen=float(measured.spend.max()), notes=notes)
    return FittedCurve(
        name=measured.name,
        response=response,
        carry_over=said.carry_over,
        spend=said.spend,
        current_spend=said.current_spend,
        revenue_per_outcome=said.revenue_per_outcome,
        largest_seen=float(measured.spend.max()),
        tags=said.tags,
        notes=notes,
    )


def _needed(records: Records, row: int, column: str) -> float:
    value = records.number(row, column)
    if value is None:
        raise FileError("missing_field", records.place(row, column), "is blank", "fill it, or leave out the row")
    return value


def _measured(name: str, points: list[Point], said: About | None) -> Measured:
    """Sorted by spend; points of one spend keep the order of the table."""
    spend, outcome, places, spends = zip(*sorted(points, key=lambda point: point[0]), strict=True)
    return Measured(
        name=name, spend=np.array(spend), outcome=np.array(outcome), about=said, places=places, spends=spends
    )
