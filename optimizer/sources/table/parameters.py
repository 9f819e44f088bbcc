"""A table of parameters: one row for each tactic (or for each of its draws), or one for each of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.curves import FAMILIES, Curve, ResponseCurve
from optimizer.errors import FileError, Gathering, HeadraceError
from optimizer.sources.curve_set import FittedCurve
from optimizer.sources.table.columns import (
    ADSTOCK_COLUMNS,
    CURVE_PARAMETERS,
    DRAW,
    FAMILY,
    MONEY,
    SCALES,
    TACTIC,
    About,
    about,
    at_cell,
    check_columns,
    parameters_of,
    tactic_of,
)
from optimizer.sources.tables import Records
from optimizer.sources.tables.cells import Cell, Sheet

COLUMNS = (TACTIC, FAMILY, DRAW, *CURVE_PARAMETERS, *SCALES, *MONEY, *ADSTOCK_COLUMNS)
LONG = (TACTIC, "parameter", "value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: a curve of a tactic, and what is said beside it."""

    place: str
    curve: Curve
    scales: dict[str, float]
    about: About


def curves_of(records: Records) -> tuple[FittedCurve, ...]:
    """The curves of a table; a tactic with several rows has a posterior, one draw a row."""
    check_columns(records, COLUMNS)
    by_tactic: dict[str, list[Row]] = {}
    parts, seen = Gathering(), set[tuple[str, str | None]]()
    for row in records.rows:
        with parts.part():
            tactic = tactic_of(records, row)
            _check_draw(records, row, tactic, seen)
            by_tactic.setdefault(tactic, []).append(_row(records, row))
    parts.check()
    return tuple(_fitted(name, rows) for name, rows in by_tactic.items())


def _check_draw(records: Records, row: int, tactic: str, seen: set[tuple[str, str | None]]) -> None:
    """Each draw of a tactic stands once."""
    draw = records.text(row, DRAW)
    if (tactic, draw) in seen:
        told, remedy = "names a tactic twice, and the table has no column `draw`", "name each once, or number its draws"
        if draw is not None:
            told, remedy = "states a draw of its tactic twice", "leave one out, or give it a number of its own"
        elif records.has(DRAW):
            told, remedy = "is a further row of its tactic without a draw", "number its draws"
        raise FileError("duplicate_name", records.place(row, TACTIC if draw is None else DRAW), told, remedy)
    seen.add((tactic, draw))


@dataclass(frozen=True, slots=True, kw_only=True)
class Widened(Sheet):
    """A sheet whose cells stand elsewhere: `origin` by row and column."""

    origin: Mapping[tuple[int, int], str]

    def place(self, row: int, column: int) -> str:
        """Where the cell really stands; for one that is nowhere, where its row begins."""
        return self.origin.get((row, column)) or self.origin.get((row, 0)) or self.name


def widened(sheet: Sheet, records: Records) -> Sheet:
    """A table of tactic, parameter and value as the wide one: a row for each tactic, a column for each parameter."""
    records.needed(*LONG)
    columns: dict[str, int] = {}
    lines: dict[str, int] = {}
    values: dict[str, dict[str, Cell]] = {}
    origin: dict[tuple[int, int], str] = {}
    for row in records.rows:
        parameter = records.text(row, "parameter")
        if parameter is None:
            raise FileError("missing_field", records.place(row, "parameter"), "is blank", "name the parameter")
        tactic = tactic_of(records, row)
        own = values.setdefault(tactic, {})
        if parameter in own:
            raise FileError("duplicate_name", records.place(row, "parameter"), "states a parameter twice", "keep one")
        own[parameter] = records.cell(row, "value")
        place = lines.setdefault(tactic, len(lines) + 1), columns.setdefault(parameter, len(columns) + 1)
        origin.setdefault((place[0], 0), records.place(row, TACTIC))
        origin.setdefault((0, place[1]), records.place(row, "parameter"))
        origin[place] = records.place(row, "value")
    rows = [(TACTIC, *columns), *((tactic, *(own.get(name) for name in columns)) for tactic, own in values.items())]
    return Widened(name=sheet.name, rows=tuple(rows), origin=origin)


def _row(records: Records, row: int) -> Row:
    family = (records.text(row, FAMILY) or "").casefold()
    place = records.place(row, FAMILY)
    kind = FAMILIES.get(family)
    if kind is None or family == "tabulated":
        known = ", ".join(name for name in FAMILIES if name != "tabulated")
        raise FileError("unknown_family", place, "is no family of curves", f"use one of {known}")
    own = parameters_of(kind)
    stated = {name: value for name in CURVE_PARAMETERS if (value := records.number(row, name)) is not None}
    for name in stated:
        if name not in own:
            told = f"is no parameter of {family}"
            raise FileError("unknown_field", records.place(row, name), told, f"leave it blank; it has {', '.join(own)}")
    for name in own:
        if name not in stated:
            raise FileError("missing_field", records.place(row, name), f"{family} needs its {name}", "fill the column")
    try:
        curve = kind(**stated)
    except HeadraceError as error:
        raise at_cell(error, records, row, FAMILY) from None
    scales = {name: value for name in SCALES if (value := records.number(row, name)) is not None}
    return Row(place=place, curve=curve, scales=scales, about=about(records, row))


def _fitted(name: str, rows: list[Row]) -> FittedCurve:
    first = rows[0]
    for row in rows[1:]:
        if row.scales != first.scales or row.about != first.about:
            told = "says something else of its tactic than the draws above"
            raise FileError("mixed_draws", row.place, told, "repeat scales, limits, adstock and tags in every draw")
    try:
        response = ResponseCurve(
            members=tuple(row.curve for row in rows),
            input_scale=first.scales.get("input_scale", 1.0),
            input_offset=first.scales.get("input_offset", 0.0),
            output_scale=first.scales.get("output_scale", 1.0),
        )
    except HeadraceError as error:
        raise error.at(first.place) from None
    return FittedCurve(
        name=name,
        response=response,
        carry_over=first.about.carry_over,
        spend=first.about.spend,
        current_spend=first.about.current_spend,
        revenue_per_outcome=first.about.revenue_per_outcome,
        tags=first.about.tags,
    )
