"""Tables of lines, long and wide: the objects they state, and the cells of their faults."""

from __future__ import annotations

from typing import Any

import pytest

from app.spreadsheets.lines import ACTUALS, PROPOSAL, Kind, Lines, read_lines, sheet_of
from app.validation import Fault
from optimizer.errors import FileError
from optimizer.sources.tables import Conventions, read_workbook

PERIODS = ("2027-01", "2027-02")


def lines(text: str, kind: Kind = PROPOSAL, periods: tuple[str, ...] | None = PERIODS) -> Lines:
    """The lines of a CSV text."""
    conventions = Conventions()
    return read_lines(sheet_of(read_workbook(text.encode(), conventions=conventions), kind), kind, periods, conventions)


@pytest.mark.parametrize(
    "text",
    [
        "owner,tactic,period,spend\nnorth,tv,2027-01,10.5\nnorth,tv,2027-02,20\n",
        "Owner;Tactic;2027-01;2027-02\nnorth;tv;10,5;20\n",
        "Tactic\tPeriod\tSpend\tOwner\n\ntv\t2027-01\t10.5\tnorth\ntv\t2027-02\t20\tnorth\n",
    ],
)
def test_both_forms_say_the_same(text: str) -> None:
    """Whatever the order of columns, their capitals, the delimiter and the decimal sign."""
    one = {"owner": "north", "tactic": "tv"}
    assert lines(text).rows == [one | {"period": "2027-01", "spend": 10.5}, one | {"period": "2027-02", "spend": 20.0}]


def test_blank_cells_of_a_wide_table_are_no_lines() -> None:
    """Nothing is proposed there, not even 0."""
    assert [row["period"] for row in lines("owner,tactic,2027-01,2027-02\nnorth,tv,,5\n").rows] == ["2027-02"]


def test_actuals_may_name_any_period() -> None:
    """A book has no scenario that says which there are."""
    rows: list[dict[str, Any]] = lines("tactic,w1,w2\ntv,1,2\n", ACTUALS, None).rows
    assert rows == [{"tactic": "tv", "period": "w1", "spend": 1.0}, {"tactic": "tv", "period": "w2", "spend": 2.0}]


def test_text_that_was_guarded_is_what_it_was() -> None:
    """The apostrophe of our own CSV is taken away again."""
    assert lines("owner,tactic,period,spend\n'=x,'-tv,2027-01,1\n").rows[0]["tactic"] == "-tv"


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ("owner,tactic,period,spend,note\nnorth,tv,2027-01,1,x\n", "unknown_column", "CSV!E1"),
        ("owner,tactic,2027-03\nnorth,tv,1\n", "unknown_column", "CSV!C1"),
        ("owner,tactic,2027-01,spend\nnorth,tv,1,1\n", "unknown_column", "CSV!C1"),
        ("owner,tactic,2027-01\nnorth,tv,much\n", "not_a_number", "CSV!C2"),
    ],
)
def test_what_cannot_be_meant_names_its_cell(text: str, code: str, path: str) -> None:
    """Nothing is left out silently: a column that is not known might be money."""
    with pytest.raises(FileError) as caught:
        lines(text)
    assert (caught.value.code, caught.value.path) == (code, path)


def test_faults_of_fields_are_told_of_cells() -> None:
    """Of the field's own, of the row's where the field has none, and of the document where neither is known."""
    found = lines("owner,tactic,spend\nnorth,tv,1\n")
    paths = [found.fault(Fault("c", path, "is wrong", "mend it")).path for path in
             ("proposal[0].spend", "proposal[0].period", "proposal[0]", "method")]  # fmt: skip
    assert paths == ["CSV!C2", "CSV!A2", "CSV!A2", "method"]
