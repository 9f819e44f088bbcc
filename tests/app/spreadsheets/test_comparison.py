"""A comparison as a workbook: sums and differences are live, names are text."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from app.schemas.scenario import ScenarioIn
from app.spreadsheets.comparison import comparison_workbook
from optimizer.answers.comparison import Candidate, Comparison, compare
from optimizer.optimize import optimize
from tests.app.spreadsheets.office import needs_office, saved_again
from tests.app.spreadsheets.opened import opened, without_saved_values
from tests.app.spreadsheets.plans import HOSTILE, hostile, solved
from tests.app.spreadsheets.test_plan import OURS, cents, differing

NAMES = {"a": "=1+1", "b": "@more", "c": "=1+1"}


@cache
def compared(*others: str) -> Comparison:
    """The hostile scenario, the same with less budget, and others of `plans`."""
    scenario, plan = solved("hostile")
    less = ScenarioIn.model_validate({**hostile(), "name": "less", "budget": {"at_most": 1000}}).to_domain()
    made = [(scenario, plan), (less, optimize(less)), *(solved(name) for name in others)]
    return compare([Candidate(label="abc"[k], scenario=own, plan=plan) for k, (own, plan) in enumerate(made)])


def test_sums_and_differences_are_the_plans() -> None:
    """Spend by tactic, its total, and what the second has less, to the cent."""
    comparison = compared()
    read = opened(comparison_workbook(comparison, NAMES, 2))
    rows = {name: row for row, name in reversed(read.column("Allocation", "A").items())}
    totals = [own.spend for own in comparison.totals if own is not None]
    row = rows["Total"]
    shown = [read.values["Allocation"][f"{letter}{row}"] for letter in "CDE"]
    assert [cents(value) for value in shown] == [cents(value) for value in (*totals, totals[1] - totals[0])]
    assert read.formulas["Allocation"][f"E{row}"] == f"D{row}-C{row}"
    assert set(HOSTILE) <= rows.keys()


def test_no_formula_is_made_of_what_users_write() -> None:
    """Names of plans and tactics, and fields that differ, are text."""
    read = opened(comparison_workbook(compared(), NAMES, 2))
    assert [formula for formula in read.every_formula() if not OURS.fullmatch(formula)] == []
    assert read.values["Summary"]["B4"] == "=1+1"


def test_plans_of_one_name_are_told_apart() -> None:
    """By the end of their labels."""
    read = opened(comparison_workbook(compared("river"), NAMES, 2))
    assert [read.values["Summary"][cell] for cell in ("B4", "C4", "D4")] == ["=1+1 (a)", "@more", "=1+1 (c)"]


@pytest.mark.parametrize("others", [("conflict",), ("river",)])
def test_plans_that_share_little_are_compared(others: tuple[str, ...]) -> None:
    """One without an allocation, one of other tactics: what is not there stays empty."""
    sheets = opened(comparison_workbook(compared(*others), NAMES, 2)).values
    assert {"Summary", "Allocation", "Goals", "Limits", "Scenario differences"} <= sheets.keys()


def test_two_plans_without_allocations() -> None:
    """Nothing to add up and nothing to draw."""
    scenario, plan = solved("conflict")
    two = [Candidate(label=label, scenario=replace(scenario, name=label), plan=plan) for label in "ab"]
    assert "Summary" in opened(comparison_workbook(compare(two), {}, 2)).values


@needs_office
def test_libreoffice_recalculates_to_the_same_figures(tmp_path: Path) -> None:
    """Opened without the saved values, every formula comes to the value that we save with it."""
    book = comparison_workbook(compared("river"), NAMES, 2)
    again = saved_again(tmp_path, {"comparison": without_saved_values(book)})["comparison"]
    assert differing(opened(book), opened(again)) == []
