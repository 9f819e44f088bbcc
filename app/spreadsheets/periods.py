"""Which period a cell means: its name as it is, or a date that falls on one of the periods."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from optimizer.errors import FileError
from optimizer.names import alike
from optimizer.problem.scenario import ONE_PERIOD
from optimizer.sources.tables.cells import Cell

Span: TypeAlias = tuple[str, int, int, int]  # kind, year, and what of it: month, quarter, week; day of the month

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SAFE = re.compile(r"\d{4}(-\d{2}(-\d{2})?|-?[QW]\d{1,2})?", re.ASCII)  # names that read one way only
DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
DAY_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
MONTH = re.compile(r"(\d{4})[-/. ]?M?(\d{1,2})", re.ASCII | re.IGNORECASE)
MONTH_LAST = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
NAMED = re.compile(r"([a-z]{3,9})\.?[-/ ']{0,2}(\d{4}|\d{2})", re.ASCII | re.IGNORECASE)
NAMED_LAST = re.compile(r"(\d{4}|\d{2})[-/ ]([a-z]{3,9})\.?", re.ASCII | re.IGNORECASE)
QUARTER = re.compile(r"(\d{4})[-/ ]?Q([1-4])", re.ASCII | re.IGNORECASE)
QUARTER_LAST = re.compile(r"Q([1-4])[-/ ]?(\d{4})", re.ASCII | re.IGNORECASE)
WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The periods of a scenario; none where no scenario is named.

    >>> Calendar(("2027-01", "2027-02")).name("Feb-27", "A2")
    '2027-02'
    """

    periods: Sequence[str]
    _spans: dict[Span, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    _named: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for period in self.periods:
            self._named.setdefault(alike(period), period)
            for span in _spans(period):
                self._spans.setdefault(span, period)

    def knows(self, cell: Cell, beyond: bool) -> bool:
        """Whether a column's head can be a period: one of these; `beyond` them one that is written as periods are, or
        where none are known anything with a digit."""
        text = _text(cell)
        if alike(text) in (self._named or ONE_PERIOD) or any(span in self._spans for span in _spans(cell)):
            return True
        return beyond and (SAFE.fullmatch(text) is not None if self.periods else any(map(str.isdigit, text)))

    def name(self, cell: Cell, place: str) -> str:
        """The period's name.

        Errors: FileError `unknown_period` for a date that is none of them, `ambiguous_date` for one that is two.
        """
        text = _text(cell)
        if (known := self._named.get(alike(text))) is not None:
            return known
        spans = tuple(_spans(cell))
        found = sorted({self._spans[span] for span in spans if span in self._spans})
        if len(found) > 1:
            told = f"can be read as {' or as '.join(found)}"
            raise FileError("ambiguous_date", place, told, "write the period's name as text")
        if found:
            return found[0]
        if spans and not (isinstance(cell, str) and SAFE.fullmatch(text)):
            told = "is a date that is none of the scenario's periods"
            if not self.periods:
                told = "is a date, and nothing says which period is meant"
            remedy = "write the period's name as text, or name the plan whose periods are meant"
            raise FileError("unknown_period", place, told, remedy)
        return text


def _text(cell: Cell) -> str:
    match cell:
        case float(number) if number.is_integer():
            return str(int(number))
        case datetime.date():
            return cell.isoformat()
        case _:
            return str(cell).strip()


def _spans(cell: Cell) -> Iterator[Span]:
    """The spans of time that a cell may stand for; none where it is no date."""
    if isinstance(cell, datetime.date):
        yield from _of_day(cell)
    elif isinstance(cell, str):
        yield from _of_text(cell.strip())


def _of_day(day: datetime.date) -> Iterator[Span]:
    """The day itself, and what begins or ends with it."""
    yield "day", day.year, day.month, day.day
    after = day + datetime.timedelta(days=1) if day < datetime.date.max else day
    if 1 in (day.day, after.day):
        yield "month", day.year, day.month, 0
        first = day.day == 1 and day.month % 3 == 1
        if first or (after.day == 1 and after.month % 3 == 1):
            yield "quarter", day.year, (day.month + 2) // 3, 0
    if day.weekday() == 0:
        year, week, _ = day.isocalendar()
        yield "week", year, week, 0


def _of_text(text: str) -> Iterator[Span]:
    if found := DAY.fullmatch(text):
        yield from _valid(int(found[1]), int(found[2]), int(found[3]))
    elif found := DAY_LAST.fullmatch(text):
        yield from _valid(int(found[3]), int(found[2]), int(found[1]))
        yield from _valid(int(found[3]), int(found[1]), int(found[2]))
    elif found := QUARTER.fullmatch(text):
        yield "quarter", int(found[1]), int(found[2]), 0
    elif found := QUARTER_LAST.fullmatch(text):
        yield "quarter", int(found[2]), int(found[1]), 0
    elif found := WEEK.fullmatch(text):
        yield "week", int(found[1]), int(found[2]), 0
    else:
        yield from _of_month(text)


def _of_month(text: str) -> Iterator[Span]:
    if found := MONTH.fullmatch(text):
        year, month = int(found[1]), int(found[2])
    elif found := MONTH_LAST.fullmatch(text):
        year, month = int(found[2]), int(found[1])
    elif found := NAMED.fullmatch(text):
        year, month = int(found[2]), _month(found[1])
    elif found := NAMED_LAST.fullmatch(text):
        year, month = int(found[1]), _month(found[2])
    else:
        return
    if 1 <= month <= 12:
        yield "month", year + (2000 if year < 100 else 0), month, 0


def _month(word: str) -> int:
    """1 to 12; 0 for a word that begins as no month does."""
    start = word[:3].casefold()
    return MONTHS.index(start) + 1 if start in MONTHS else 0


def _valid(year: int, month: int, day: int) -> Iterator[Span]:
    try:
        yield from _of_day(datetime.date(year, month, day))
    except ValueError:
        return
