"""A plan as a workbook: its totals are the plan's, its formulas are ours, every status has one."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.spreadsheets.plan import Origin, plan_workbook
from optimizer.answers.plan import Allocation, Plan
from tests.app.spreadsheets.office import needs_office, saved_again
from tests.app.spreadsheets.opened import Opened, opened, without_saved_values
from tests.app.spreadsheets.plans import HOSTILE, STATED, solved

OURS = re.compile(r"(SUM|SUMIF|IF|MAX|ABS|Allocation|upstream|downstream|[A-Z$]{1,4}\d|[-+*/=(),:!\"$.\d])*")


@pytest.mark.parametrize("name", STATED)
def test_every_status_has_a_workbook(name: str) -> None:
    """Well-formed, with a summary, an explanation and where it comes from."""
    sheets = opened(plan_workbook(*solved(name))).values
    assert {"Summary", "Explanation", "Provenance"} <= sheets.keys()
    assert ("Allocation" in sheets) == (name != "conflict")
    assert ("Conflict" in sheets) == (name == "conflict")
    assert ("Demand" in sheets) == (name == "river")


@pytest.mark.parametrize("name", ["hostile", "river"])
def test_totals_agree_with_the_plan_to_the_cent(name: str) -> None:
    """The grand total, every tactic's and every period's, as they are saved."""
    scenario, plan = solved(name)
    assert_totals(opened(plan_workbook(scenario, plan)), plan, len(scenario.periods))


def assert_totals(read: Opened, plan: Plan, periods: int) -> None:
    """The allocation's sums: rows are tactics from row 5 on, then upstream, downstream and the total."""
    assert plan.totals is not None
    rows = {name: row for row, name in read.column("Allocation", "A").items()}
    by_letter = [read.column("Allocation", chr(ord("C") + k)) for k in range(periods + 1)]
    for total in plan.tactics:
        assert cents(by_letter[-1][rows[total.tactic]]) == cents(total.spend)
    last = rows["Total"]
    assert cents(by_letter[-1][last]) == cents(plan.totals.spend) == cents(read.values["Summary"]["B5"])
    for column, period in zip(by_letter, dict.fromkeys(cell.period for cell in plan.allocations), strict=False):
        own = sum(cents(cell.spend) for cell in plan.allocations if cell.period == period)
        assert cents(column[last]) == own == cents(column[rows["Upstream"]]) + cents(column[rows["Downstream"]])


def cents(value: float | str) -> int:
    """Whole cents."""
    return round(float(value) * 100)


def test_no_formula_is_made_of_what_users_write() -> None:
    """Every formula of the workbook is one of ours, and every hostile name stands as it is in a cell of text."""
    read = opened(plan_workbook(*solved("hostile")))
    assert [formula for formula in read.every_formula() if not OURS.fullmatch(formula)] == []
    names = set(read.column("Cells", "A").values())
    assert set(HOSTILE) <= names


def test_the_certificate_is_told_in_words_and_figures() -> None:
    """Value, bound and gap beside the sentences."""
    scenario, plan = solved("river")
    summary = opened(plan_workbook(scenario, plan)).values["Summary"].values()
    assert any(text.startswith("It is proved") for text in summary)
    assert plan.certificate is not None
    assert {repr(plan.certificate.value), repr(plan.certificate.bound)} <= set(summary)


def test_every_field_of_a_cell_is_shown() -> None:
    """A field that allocations gain has to find a column."""
    assert len(fields(Allocation)) + 1 == len(set("ABCDEFGHIJ"))  # and the stage
    read = opened(plan_workbook(*solved("river")))
    assert len([name for name in read.values["Cells"] if re.fullmatch("[A-Z]+4", name)]) == 10


def test_the_same_plan_gives_the_same_bytes() -> None:
    """No clock, no chance."""
    scenario, plan = solved("river")
    origin = Origin(id="plan_1", created=datetime(2026, 11, 28, tzinfo=UTC))
    assert plan_workbook(scenario, plan, origin) == plan_workbook(scenario, plan, origin)


@needs_office
def test_libreoffice_recalculates_to_the_same_figures(tmp_path: Path) -> None:
    """Opened without the saved values, every formula comes to the value that we save with it."""
    books = {name: plan_workbook(*solved(name)) for name in ("hostile", "river")}
    again = saved_again(tmp_path, {name: without_saved_values(book) for name, book in books.items()})
    for name, book in books.items():
        ours, theirs = opened(book), opened(again[name])
        compared = [*differing(ours, theirs)]
        assert compared == []
        scenario, plan = solved(name)
        assert_totals(theirs, plan, len(scenario.periods))


def differing(ours: Opened, theirs: Opened) -> list[Any]:
    """Formula cells whose values differ by more than what 15 digits hold."""
    found = []
    for sheet, formulas in ours.formulas.items():
        for cell in formulas:
            mine, other = ours.values[sheet].get(cell, ""), theirs.values[sheet].get(cell, "")
            if mine != other and float(other) != pytest.approx(float(mine), rel=1e-12, abs=1e-7):
                found.append((sheet, cell, formulas[cell], mine, other))
    return found
