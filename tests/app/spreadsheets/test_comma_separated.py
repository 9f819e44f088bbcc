"""An allocation as CSV: what Python's own reader finds in it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.spreadsheets.comma_separated import guarded, long_csv, unguarded, wide_csv
from tests.app.spreadsheets.plans import HOSTILE, solved


def rows(text: str) -> list[list[str]]:
    """The rows of a CSV text, without its byte order mark."""
    assert text.startswith("\ufeff")
    return [*csv.reader(io.StringIO(text[1:], newline=""))]


def test_both_forms_have_every_cent() -> None:
    """Long and wide add up to the plan's spend, tactic by tactic."""
    scenario, plan = solved("hostile")
    long, wide = rows(long_csv(plan))[1:], rows(wide_csv(scenario, plan))[1:]
    assert len(long) == len(plan.allocations)
    for row, total in zip(wide, plan.tactics, strict=True):
        own = [float(line[3]) for line in long if line[0] == row[0]]
        assert sum(own) == pytest.approx(total.spend, abs=1e-9)
        assert [float(field) for field in row[2:]] == [*own, total.spend]


def test_no_cell_begins_like_a_formula() -> None:
    """Text that does has an apostrophe in front; numbers may be negative."""
    scenario, plan = solved("hostile")
    fields = [field for row in (*rows(long_csv(plan)), *rows(wide_csv(scenario, plan))) for field in row]
    assert [field for field in fields if field.startswith(("=", "+", "-", "@", "\t"))] == []
    assert {unguarded(row[0]) for row in rows(long_csv(plan))[1:]} == set(HOSTILE)


@given(st.text(max_size=6) | st.sampled_from(["'=", "''=", "'", "'x", "=", "-1"]))
def test_guarding_can_be_undone(text: str) -> None:
    """Whatever the text."""
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@"))
