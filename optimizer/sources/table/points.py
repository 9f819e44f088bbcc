"""A table of points: tactic, spend, outcome row by row, or a column of outcomes for each tactic beside one of spend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.curves import Array, ResponseCurve, Tabulated
from optimizer.errors import FileError, HeadraceError
from optimizer.sources.curve_set import FittedCurve
from optimizer.sources.report import Check
from optimizer.sources.table.columns import ADSTOCK_COLUMNS, MONEY, TACTIC, About, about, check_columns, tactic_of
from optimizer.sources.table.fit import fit
from optimizer.sources.tables import Records

SPEND, OUTCOME = "spend", "outcome"
COLUMNS = (TACTIC, SPEND, OUTCOME, *MONEY, *ADSTOCK_COLUMNS)
POOR = 0.05  # of the range of outcomes, that a fit may miss without a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The points of a tactic in the order of spend."""

    name: str
    spend: Array
    outcome: Array
    about: About | None


def long_points(records: Records) -> list[Measured]:
    """One point a row; what is said of the tactic stands in its first row."""
    records.needed(SPEND, OUTCOME)
    check_columns(records, COLUMNS)
    rows: dict[str, list[int]] = {}
    for row in records.rows:
        rows.setdefault(tactic_of(records, row), []).append(row)
    return [
        _measured(
            name,
            [(_needed(records, row, SPEND), _needed(records, row, OUTCOME)) for row in own],
            about(records, own[0]),
        )
        for name, own in rows.items()
    ]


def wide_points(records: Records) -> list[Measured]:
    """One column for each tactic; a blank is no point."""
    spends = [(row, _needed(records, row, SPEND)) for row in records.rows]
    names = [column for column in records.columns if column and column.strip().casefold() != SPEND]
    found = [
        (name, [(spend, value) for row, spend in spends if (value := records.number(row, name)) is not None])
        for name in names
    ]
    return [_measured(name, points, None) for name, points in found if points]


def tabulated(measured: Measured) -> FittedCurve:
    """The points, joined by straight lines."""
    points = list(zip(measured.spend.tolist(), measured.outcome.tolist(), strict=True))
    try:
        response = ResponseCurve(members=(Tabulated(points=tuple(points)),))
    except HeadraceError as error:
        raise error.at(measured.name) from None
    return _curve(measured, response, ())


def fitted(measured: Measured, family: str) -> tuple[FittedCurve, tuple[Check, ...]]:
    """The curve of that family nearest to the points, with its error as a note and every point as a check."""
    try:
        found = fit(family, measured.spend, measured.outcome)
    except HeadraceError as error:
        raise error.at(measured.name) from None
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


def _measured(name: str, points: list[tuple[float, float]], said: About | None) -> Measured:
    spend, outcome = np.array(sorted(points), dtype=np.float64).T
    return Measured(name=name, spend=spend, outcome=outcome, about=said)
