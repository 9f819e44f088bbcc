"""The form of a schedule: its fields, and the document of the wire that they state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.pages.editor.address import put, steps_of, taken
from app.pages.editor.reading import number, unmistakable, whole
from app.pages.form import Form
from app.validation import Fault
from optimizer.errors import HeadraceError

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
        text = (form.get(path, "") or (form.get("often", "") if path == "cron" else "")).strip()
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
