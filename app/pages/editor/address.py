"""The names of form fields: where in the document each stands."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from optimizer.errors import ScenarioError

Step: TypeAlias = str | int
STEP = re.compile(r"(?:^|\.)([a-z_]{1,40})|\[(\d{1,5})\]")


def steps_of(address: str) -> tuple[Step, ...]:
    """The steps of an address; refused where it is none.

    >>> steps_of("tactics[0].spend.at_most")
    ('tactics', 0, 'spend', 'at_most')
    """
    found: list[Step] = []
    place = 0
    while place < len(address):
        matched = STEP.match(address, place)
        if matched is None:
            raise ScenarioError("unknown_field", "", "the form has a field that is not known", "load the page again")
        found.append(matched[1] if matched[1] is not None else int(matched[2]))
        place = matched.end()
    return tuple(found)


def put(document: Any, steps: tuple[Step, ...], value: Any) -> Any:
    """The document with the value there; lists grow, and what is missing on the way is made.

    >>> put({}, ("tactics", 1, "name"), "tv")
    {'tactics': [{}, {'name': 'tv'}]}
    """
    if not steps:
        return value
    first, rest = steps[0], steps[1:]
    if isinstance(first, int):
        held = document if isinstance(document, list) else []
        held.extend({} for _ in range(first + 1 - len(held)))
        held[first] = put(held[first], rest, value)
        return held
    own = document if isinstance(document, dict) else {}
    own[first] = put(own.get(first), rest, value)
    return own


def taken(document: Any, steps: tuple[Step, ...]) -> Any:
    """What stands there; None where nothing does."""
    for step in steps:
        if isinstance(step, int):
            document = document[step] if isinstance(document, list) and step < len(document) else None
        else:
            document = document.get(step) if isinstance(document, dict) else None
    return document
