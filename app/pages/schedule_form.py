"""The form of a schedule: its fields, and the document of the wire that they state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.pages.editor.address import put, steps_of, taken
from app.pages.editor.reading import number, whole
from app.pages.form import Form
from app.services.cron import Cron
from app.spreadsheets.figures import unmistakable
from app.validation import Fault
from optimizer.errors import HeadraceError
from optimizer.names import tidy

TEXTS = ("name", "cron", "zone", "scenario", "plan", "book")
NUMBERS = ("threshold.amount", "turnover.amount")
SHARES = ("threshold.share", "turnover.share")  # written in per cent
COUNTS = ("turnover.lines", "bookings[0].periods")
BEGUN: Form = {
    "often": "30 6 * * 1",
    "zone": "UTC",
    "book": "default",
    "threshold.share": "1",
    "threshold.amount": "0",
}
OFTEN = {
    "30 6 * * *": "every day at 06:30",
    "30 6 * * 1-5": "Monday to Friday at 06:30",
    "30 6 * * 1": "every Monday at 06:30",
    "30 6 1 * *": "the first of every month at 06:30",
    "30 6 1 1,4,7,10 *": "the first of every quarter at 06:30",
}
EXAMPLES = {
    "0 7 15 * *": "the 15th of every month at 07:00",
    "0 8 * * 1,4": "Mondays and Thursdays at 08:00",
    "30 17 * * 5": "Fridays at 17:30",
    "0 6 1 */2 *": "the first of every second month at 06:00",
}
CLOCK = "0 7 15 * *", "UTC"  # stand in for what is not looked at
REMEDIES = {
    "bad_cron": "write minute, hour, day, month and weekday, * for any: 30 6 * * 1 is every Monday at 06:30",
    "unknown_zone": "write a continent and a city, such as Europe/Berlin, or UTC",
}
PLACES = {
    "name": "Name",
    "cron": "When it is due",
    "zone": "The clock",
    "scenario": "Scenario",
    "plan": "Plan in force",
    "book": "Book of actuals",
    "threshold.share": "Gain, in per cent",
    "threshold.amount": "Gain, as an amount",
    "turnover.amount": "Money moved",
    "turnover.share": "Money moved, in per cent",
    "turnover.lines": "Tactics and periods that differ",
    "bookings[0].periods": "Booked periods",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """The document as far as it can be read, and what is wrong with the rest."""

    document: dict[str, Any]
    faults: tuple[Fault, ...]


def stated(form: Form) -> Stated:
    """What the form states; blanks are left out."""
    document: Any = {}
    faults = []
    for path, text in _filled(form):
        try:
            document = put(document, steps_of(path), _value(path, text))
        except HeadraceError as error:
            faults.append(Fault(error.code, path, error.problem, error.remedy))
    return Stated(document=document, faults=tuple(faults))


def cron_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with the time and with the clock, each by itself."""
    for expression, zone in ((document.get("cron"), CLOCK[1]), (CLOCK[0], document.get("zone"))):
        if expression is None or zone is None:
            continue  # told as missing
        try:
            Cron(expression=expression, zone=zone)
        except HeadraceError as error:
            yield Fault(error.code, error.path, error.problem, REMEDIES.get(error.code, error.remedy))


def filled(stated: Mapping[str, Any]) -> Form:
    """The fields of a schedule as the wire tells it.

    >>> filled({"name": "weekly", "cron": "30 6 * * 1", "threshold": {"share": 0.025}})["threshold.share"]
    '2.5'
    """
    form: Form = {}
    for path in (*TEXTS, *NUMBERS, *SHARES, *COUNTS):
        value = taken(dict(stated), steps_of(path))
        if value is not None:
            form[path] = str(value) if path in TEXTS else unmistakable(f"{value * (100 if path in SHARES else 1):.15g}")
    if form.get("cron") in OFTEN:
        form["often"] = form.pop("cron")
    return form


def is_shown(bookings: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the form can show them: one at most, of all tactics."""
    return len(bookings) <= 1 and not any(booking["scope"] for booking in bookings)


def words_of(faults: tuple[Fault, ...] | list[Fault]) -> Mapping[str, str]:
    """What is said at each field."""
    return {fault.path: f"{fault.problem}: {fault.remedy}" for fault in faults}


def _filled(form: Form) -> Iterator[tuple[str, str]]:
    for path in (*TEXTS, *NUMBERS, *SHARES, *COUNTS):
        text = tidy(form.get(path, "") or (form.get("often", "") if path == "cron" else ""))
        if text:
            yield path, text


def _value(path: str, text: str) -> str | float | int:
    """What one field states.

    >>> _value("threshold.share", "2.5"), _value("turnover.lines", "3"), _value("name", "3")
    (0.025, 3, '3')
    """
    if path in TEXTS:
        return text
    if path in COUNTS:
        return whole(text)
    return number(text.removesuffix("%").strip()) / (100 if path in SHARES else 1)
