"""Tables of lines, long and wide: the objects they state, and the cells of their faults."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from app.schemas.scenario import read_scenario
from app.spreadsheets.lines import ACTUALS, PROPOSAL, Kind, Lines, read_lines, sheet_of
from app.spreadsheets.periods import Calendar
from app.validation import Fault
from optimizer.errors import FileError
from optimizer.sources.tables import Conventions, Sheet, read_workbook

PERIODS = ("2027-01", "2027-02")


def lines(text: str, kind: Kind = PROPOSAL, periods: tuple[str, ...] = PERIODS) -> Lines:
    """The lines of a CSV text."""
    conventions = Conventions()
    sheet = sheet_of(read_workbook(text.encode(), conventions=conventions), kind)
    return read_lines(sheet, kind, Calendar(periods), conventions)


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


@pytest.mark.parametrize("words", ["expected", "Outcome", "Expected result", "expected_outcome"])
def test_columns_have_usual_words(words: str) -> None:
    """What people call the fields; a field's own name comes first, and other words are refused as before."""
    read = lines(f"Team,Channel,Month,Amount,{words}\nnorth,tv,2027-01,10.5,3\n").rows
    assert read == [{"owner": "north", "tactic": "tv", "period": "2027-01", "spend": 10.5, "expected_outcome": 3.0}]
    with pytest.raises(FileError) as caught:
        lines("owner,team,tactic,period,spend\nnorth,x,tv,2027-01,1\n")
    assert (caught.value.code, caught.value.path) == ("unknown_column", "CSV!B1")


def test_blank_cells_of_a_wide_table_are_no_lines() -> None:
    """Nothing is proposed there, not even 0."""
    assert [row["period"] for row in lines("owner,tactic,2027-01,2027-02\nnorth,tv,,5\n").rows] == ["2027-02"]


def test_actuals_may_name_any_period() -> None:
    """A book has no scenario that says which there are."""
    rows: list[dict[str, Any]] = lines("tactic,w1,w2\ntv,1,2\n", ACTUALS, ()).rows
    assert rows == [{"tactic": "tv", "period": "w1", "spend": 1.0}, {"tactic": "tv", "period": "w2", "spend": 2.0}]
    assert lines("tactic,all\ntv,1\n", ACTUALS, ()).rows[0]["period"] == "all"


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
    assert found.fault(Fault("c", "proposal[0]", "is wrong", "mend it")).problem == "is wrong"
    assert found.fault(Fault("c", "proposal[0].spend", "is wrong", "mend it")).problem == "spend: is wrong"


def test_all_cells_that_are_wrong_are_told_together() -> None:
    """One fault for each row."""
    with pytest.raises(FileError) as caught:
        lines("owner,tactic,period,spend\n" + "".join(f"n,tv,2027-01,{'x' if n % 2 else n}\n" for n in range(10)))
    assert [caught.value.path, *(other.path for other in caught.value.others)] == [
        f"CSV!D{n}" for n in (3, 5, 7, 9, 11)
    ]
    with pytest.raises(FileError) as caught:
        lines("owner,tactic,2027-01,note,total\nn,tv,1,2,3\n")
    assert [caught.value.path, *(other.path for other in caught.value.others)] == ["CSV!D1", "CSV!E1"]


def test_without_a_plan_a_word_is_no_period() -> None:
    """A column of notes or totals would become one."""
    for word in ("note", "total", "Budget", "margin"):
        with pytest.raises(FileError) as caught:
            lines(f"tactic,{word}\ntv,1\n", ACTUALS, ())
        assert (caught.value.code, caught.value.path) == ("unknown_column", "CSV!B1")


def test_dates_of_a_workbook_are_matched_with_the_periods() -> None:
    """What Excel makes of 2027-01, in a column of periods and as heads; without periods it is refused at its cell."""
    day = datetime.date(2027, 1, 1)
    long = Sheet(name="Actuals", rows=(("tactic", "period", "spend"), ("tv", day, 5.0)))
    wide = Sheet(name="Actuals", rows=(("tactic", day, datetime.date(2027, 2, 28)), ("tv", 5.0, 6.0)))
    for sheet, spend in ((long, [5.0]), (wide, [5.0, 6.0])):
        read = read_lines(sheet, ACTUALS, Calendar(PERIODS), Conventions()).rows
        assert [(row["period"], row["spend"]) for row in read] == list(zip(PERIODS, spend, strict=False))
    for sheet, place in ((long, "Actuals!B2"), (wide, "Actuals!B1")):
        with pytest.raises(FileError) as caught:
            read_lines(sheet, ACTUALS, Calendar(()), Conventions())
        assert (caught.value.code, caught.value.path) == ("unknown_period", place)


def test_cells_mean_the_tactic_and_period_that_look_like_them() -> None:
    """And get their spelling, whatever blanks, marks or composed letters differ."""
    linear = {"stage": "upstream", "response": {"family": "linear", "slope": 2}, "spend": {"at_most": 5}}
    scenario = read_scenario(
        json.dumps(
            {"name": "s", "currency": "EUR", "periods": ["June ", "July"], "objective": {"maximize": "revenue"},
             "budget": {"at_most": 9}, "tactics": [linear | {"name": name} for name in ("Cafe\u0301 ", "tv")]}
        ).encode()
    )  # fmt: skip
    table = read_workbook("tactic,period,spend\nCaf\u00e9,June,€ 1\n".encode(), conventions=Conventions())
    read = read_lines(sheet_of(table, ACTUALS), ACTUALS, Calendar(scenario.periods), Conventions(), scenario)
    assert read.rows == [{"tactic": "Cafe\u0301 ", "period": "June ", "spend": 1.0}]
