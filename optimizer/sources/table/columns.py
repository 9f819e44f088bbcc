"""The words of the layout, and what every layout may say of a tactic."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from optimizer.curves import ADSTOCKS, FAMILIES
from optimizer.errors import FileError, HeadraceError
from optimizer.problem.tactic import CarryOver, SpendLimits
from optimizer.sources.tables import Records

TACTIC, FAMILY, DRAW, ADSTOCK, TAG = "tactic", "family", "draw", "adstock", "tag:"
SCALES = ("input_scale", "input_offset", "output_scale")
LIMITS = ("at_least", "at_most")
MONEY = ("current_spend", "revenue_per_outcome", *LIMITS)
TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def parameters_of(kind: type[Any]) -> tuple[str, ...]:
    """The parameters of a curve or adstock family."""
    return tuple(field.name for field in fields(kind) if field.init)


CURVE_PARAMETERS = tuple(
    dict.fromkeys(name for family, kind in FAMILIES.items() if family != "tabulated" for name in parameters_of(kind))
)
ADSTOCK_PARAMETERS = tuple(
    dict.fromkeys(name for kind in ADSTOCKS.values() for name in parameters_of(kind) if name != "weights")
)
ADSTOCK_COLUMNS = (ADSTOCK, *(f"{ADSTOCK}_{name}" for name in ADSTOCK_PARAMETERS))


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a row says of its tactic beside the curve."""

    carry_over: CarryOver
    spend: SpendLimits
    current_spend: float | None
    revenue_per_outcome: float | None
    tags: tuple[tuple[str, str], ...]


def tactic_of(records: Records, row: int) -> str:
    """The tactic of a row."""
    name = records.text(row, TACTIC)
    if name is None:
        raise FileError("missing_field", records.place(row, TACTIC), "is blank", "name the tactic")
    return name


def about(records: Records, row: int) -> About:
    """The money, limits, adstock and tags of a row."""
    money = {name: records.number(row, name) for name in MONEY}
    for name, value in money.items():
        if value is not None and value < 0.0:
            raise FileError("negative", records.place(row, name), "must not be below 0", "give 0 or a number above 0")
    try:
        limits = SpendLimits(at_least=money["at_least"] or 0.0, at_most=money["at_most"])
    except HeadraceError as error:
        raise at_cell(error, records, row, "at_least") from None
    return About(
        carry_over=_carry_over(records, row),
        spend=limits,
        current_spend=money["current_spend"],
        revenue_per_outcome=money["revenue_per_outcome"],
        tags=tuple((key, text) for column, key in _tags(records) if (text := records.text(row, column)) is not None),
    )


def at_cell(error: HeadraceError, records: Records, row: int, column: str, prefix: str = "") -> HeadraceError:
    """An error of a curve or an adstock, at the cell of the parameter it names, else at that of `column`."""
    named = f"{prefix}{error.path}"
    place = records.place(row, named if records.has(named) else column)
    return type(error)(error.code, place, error.problem, error.remedy)


def check_columns(records: Records, known: tuple[str, ...]) -> None:
    """Refuse a column that the layout does not have: it would be lost in silence."""
    for position, column in enumerate(records.columns):
        key = column.strip().casefold().replace(" ", "_").replace("-", "_")
        if column and key not in known and not key.startswith(TAG):
            place = records.sheet.place(records.header, position)
            raise FileError("unknown_column", place, "is a column that the layout does not have", "see the template")


def texts_of(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Which of a header's columns hold words."""
    words = (TACTIC, FAMILY, DRAW, ADSTOCK, f"{ADSTOCK}_normalized", "parameter")
    return ("", *words, *(column for column in columns if column.strip().casefold().startswith(TAG)))


def _tags(records: Records) -> list[tuple[str, str]]:
    return [
        (column, column.strip()[len(TAG) :].strip())
        for column in records.columns
        if column.strip().casefold().startswith(TAG)
    ]


def _carry_over(records: Records, row: int) -> CarryOver:
    family = records.text(row, ADSTOCK)
    stray = _adstock_columns(records, row)
    if family is None:
        if stray:
            told = f"stands on a row without an {ADSTOCK}"
            raise FileError(
                "unknown_field", records.place(row, stray[0]), told, f"fill the column {ADSTOCK}, or clear it"
            )
        return CarryOver()
    place = records.place(row, ADSTOCK)
    kind = ADSTOCKS.get(family.casefold())
    if kind is None or family.casefold() == "weights":
        known = ", ".join(name for name in ADSTOCKS if name != "weights")
        raise FileError("unknown_family", place, "is no adstock that a table can state", f"use one of {known}")
    own = parameters_of(kind)
    for column in stray:
        if column.removeprefix(f"{ADSTOCK}_") not in own:
            told = f"is no parameter of {family.casefold()}"
            raise FileError("unknown_field", records.place(row, column), told, f"clear it; it has {', '.join(own)}")
    stated = {name: _adstock_value(records, row, name) for name in own if f"{ADSTOCK}_{name}" in stray}
    try:
        return CarryOver(adstock=kind(**stated))
    except TypeError:
        needed = ", ".join(f"{ADSTOCK}_{name}" for name in own)
        raise FileError("missing_field", place, "lacks a parameter", f"fill {needed}") from None
    except HeadraceError as error:
        raise at_cell(error, records, row, ADSTOCK, f"{ADSTOCK}_") from None


def _adstock_columns(records: Records, row: int) -> list[str]:
    """The columns of adstock parameters that the row fills."""
    return [column for column in ADSTOCK_COLUMNS[1:] if records.cell(row, column) is not None]


def _adstock_value(records: Records, row: int, name: str) -> float | int | bool | None:
    column = f"{ADSTOCK}_{name}"
    if name == "normalized":
        cell = records.cell(row, column)
        truth = cell if isinstance(cell, bool) else TRUTH.get((records.text(row, column) or "").casefold())
        if truth is None:
            raise FileError(
                "wrong_type", records.place(row, column), "is neither true nor false", "write true or false"
            )
        return truth
    value = records.number(row, column)
    return int(value) if value is not None and name in ("length", "window") and value == int(value) else value
