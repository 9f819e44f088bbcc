"""Where scenarios differ, in words: the place without brackets, the values without JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from app.pages.editor.labels import ONE, label
from app.pages.words import NOTHING, figure, whole

ENTRY = re.compile(r"(\w+)\[(.*?)\](?:\.(.*))?", re.DOTALL)
UNSAID = ("total", "members[0]")  # steps that say nothing to a reader
LEFT_OUT = ("name", "kind", "family")  # said by the place already
PAIR = re.compile(r'"(\w+)": ("(?:[^"\\]|\\.)*"|-?[\d.]+(?:e[-+]?\d+)?|true|false)(?=[,}])')
CUT = "and more"
NUMBERED = re.compile(r"periods\[(\d+)\]")
ASIDE = {  # what a form asks as a sentence, as the name of a fact
    "required": "has to be met",
    "scope": "of",
    "after_saturation": "carried over after saturation",
    "over_all": "counted over all periods together",
    "ahead": "counted beforehand",
}


def place(path: str) -> str:
    """Where in a scenario.

    >>> place("tactics[tv].response.members[0].ceiling"), place("budget.total.at_most"), place("periods[6]")
    ('tactic tv: response curve, ceiling', 'budget, at most', 'period 7')
    """
    if numbered := NUMBERED.fullmatch(path):
        return f"period {int(numbered[1]) + 1}"
    entry = ENTRY.fullmatch(path)
    if entry is None or entry[1] not in ONE:
        return _steps(path)
    named = f"{ONE[entry[1]]} {entry[2]}"
    return f"{named}: {_steps(entry[3])}" if entry[3] else named


def field_place(path: str) -> str:
    """Where a field of the form is, its entries counted from 1.

    >>> field_place("tactics[0].response.ceiling"), field_place("solve.gap")
    ('Tactic 1: response curve, ceiling', 'How long to search, distance to the best plan that is good enough')
    """
    words = place(re.sub(r"\[(\d+)\]", lambda found: f"[{int(found[1]) + 1}]", path))
    return words[:1].upper() + words[1:]


def said(text: str | None) -> str:
    """What stands there, from its canonical text.

    >>> said("1125000.0"), said(None), said('{"at_least": null, "at_most": 5.5}'), said('"north"')
    ('1,125,000', 'not in it', 'at most 5.5', 'north')
    """
    if text is None:
        return "not in it"
    try:
        return _words(json.loads(text))
    except ValueError:  # cut off, for it is long
        pairs = (f"{_plain(name)} {_words(json.loads(held))}" for name, held in PAIR.findall(text) if _told(name))
        return ", ".join([*pairs, CUT])


def _words(value: Any) -> str:
    match value:
        case None | []:
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return whole(value) if abs(value) >= 1000 else figure(value)
        case list():
            return ", ".join(map(_words, value))
        case dict():
            told = {name: _words(held) for name, held in value.items() if _told(name)}
            stated = (f"{_plain(name)} {words}" for name, words in told.items() if words != NOTHING)
            return ", ".join(stated) or NOTHING
        case _:
            return str(value)


def _told(name: str) -> bool:
    return name not in LEFT_OUT


def _steps(path: str) -> str:
    return ", ".join(_plain(step) for step in path.split(".") if step not in UNSAID)


def _plain(step: str) -> str:
    return (ASIDE.get(step) or label(step)).replace("[", " ").replace("]", "")
