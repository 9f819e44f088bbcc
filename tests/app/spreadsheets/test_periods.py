"""Periods as people and spreadsheets write them."""

from __future__ import annotations

import datetime

import pytest

from app.spreadsheets.periods import Calendar
from optimizer.errors import FileError
from optimizer.sources.tables.cells import Cell

MONTHS = ("2027-01", "2027-02", "2027-12")
WEEKS = ("2027-01-04", "2027-01-11")


@pytest.mark.parametrize(
    ("periods", "cell", "name"),
    [
        (MONTHS, "2027-02", "2027-02"),
        (MONTHS, datetime.date(2027, 2, 1), "2027-02"),
        (MONTHS, datetime.date(2027, 2, 28), "2027-02"),
        (MONTHS, datetime.date(2027, 12, 31), "2027-12"),
        (MONTHS, "Jan-27", "2027-01"),
        (MONTHS, "January 2027", "2027-01"),
        (MONTHS, "27-Jan", "2027-01"),
        (MONTHS, "1/2027", "2027-01"),
        (MONTHS, "01.02.2027", "2027-02"),
        (MONTHS, "2027/2", "2027-02"),
        (MONTHS, "2027M12", "2027-12"),
        (("Jan 2027", "Feb 2027"), "2027-02", "Feb 2027"),
        (("2027-Q1", "2027-Q2"), "Q2 2027", "2027-Q2"),
        (("2027-Q1", "2027-Q2"), datetime.date(2027, 6, 30), "2027-Q2"),
        (WEEKS, datetime.date(2027, 1, 11), "2027-01-11"),
        (("2027-W01", "2027-W02"), datetime.date(2027, 1, 11), "2027-W02"),
        (("2027-W01", "2027-W02"), "2027w2", "2027-W02"),
        (("2027", "2028"), 2028.0, "2028"),
        (("all",), "all", "all"),
        (MONTHS, "2027-07", "2027-07"),  # of the year, though not of the plan
        (MONTHS, "w7", "w7"),
        ((), "2027-01", "2027-01"),
        ((), "2027-01-04", "2027-01-04"),
        ((), "2027-W05", "2027-W05"),
        ((), "spring", "spring"),
        ((), "May be", "May be"),
    ],
)
def test_a_cell_means_a_period(periods: tuple[str, ...], cell: Cell, name: str) -> None:
    """Its name, or a date that begins or ends with it."""
    assert Calendar(periods).name(cell, "A1") == name


@pytest.mark.parametrize(
    ("periods", "cell", "code"),
    [
        (MONTHS, datetime.date(2027, 2, 14), "unknown_period"),
        (MONTHS, datetime.date(2026, 1, 27), "unknown_period"),  # Excel's reading of Jan-27
        (MONTHS, "Mar-27", "unknown_period"),
        (WEEKS, datetime.date(2027, 1, 5), "unknown_period"),
        ((), datetime.date(2027, 1, 1), "unknown_period"),
        ((), "Jan-27", "unknown_period"),
        ((), "1/1/2027", "unknown_period"),
        (MONTHS, "01/02/2027", None),
        (("2027-03-02", "2027-02-03"), "02/03/2027", "ambiguous_date"),
    ],
)
def test_a_date_is_never_guessed(periods: tuple[str, ...], cell: Cell, code: str | None) -> None:
    """What is none of the periods, or two of them, is refused at its cell."""
    if code is None:
        assert Calendar(periods).name(cell, "A1") in periods
        return
    with pytest.raises(FileError) as caught:
        Calendar(periods).name(cell, "Actuals!B2")
    assert (caught.value.code, caught.value.path) == (code, "Actuals!B2")
