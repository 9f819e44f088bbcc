"""Periods in a row, stated by the first and the last: `2027-01 ... 2027-12` stands for twelve months."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import takewhile

from optimizer.errors import ScenarioError

SPAN = re.compile(r"(\d{4})-(W|Q|)(\d{1,2})\s*(?:\.{2,3}|…)\s*(\d{4})-(W|Q|)(\d{1,2})", re.ASCII)
MOST = 1000  # periods in one span


def spelled(line: str) -> list[str]:
    """The names of the periods that a line stands for: itself, where it states no span.

    >>> spelled("2027-11 ... 2028-01"), spelled("2026-W53 ... 2027-W01"), spelled("the launch")
    (['2027-11', '2027-12', '2028-01'], ['2026-W53', '2027-W01'], ['the launch'])
    """
    matched = SPAN.fullmatch(line.strip())
    if matched is None or matched[2] != matched[5]:
        return [line]
    first, last = (int(matched[1]), int(matched[3])), (int(matched[4]), int(matched[6]))
    try:
        names = [own for _, own in zip(range(MOST + 1), _until(KINDS[matched[2]](*first), last), strict=False)]
    except ValueError:
        names = []
    if not 0 < len(names) <= MOST:
        raise ScenarioError(
            "bad_span", "", "has periods that do not lead from the first to the last", "write 2027-01 ... 2027-12"
        )
    return names


def _until(steps: Iterator[tuple[int, int, str]], last: tuple[int, int]) -> Iterator[str]:
    return (name for _, _, name in takewhile(lambda own: own[:2] <= last, steps))


def _months(year: int, number: int) -> Iterator[tuple[int, int, str]]:
    return _parts(year, number, 12, "{}-{:02d}")


def _quarters(year: int, number: int) -> Iterator[tuple[int, int, str]]:
    return _parts(year, number, 4, "{}-Q{}")


def _parts(year: int, number: int, parts: int, written: str) -> Iterator[tuple[int, int, str]]:
    if not 1 <= number <= parts:
        raise ValueError(number)
    while True:
        yield year, number, written.format(year, number)
        year, number = (year, number + 1) if number < parts else (year + 1, 1)


def _weeks(year: int, number: int) -> Iterator[tuple[int, int, str]]:
    monday = date.fromisocalendar(year, number, 1)
    while True:
        found = monday.isocalendar()
        yield found.year, found.week, f"{found.year}-W{found.week:02d}"
        monday += timedelta(days=7)


KINDS: Mapping[str, Callable[[int, int], Iterator[tuple[int, int, str]]]] = {"": _months, "Q": _quarters, "W": _weeks}
