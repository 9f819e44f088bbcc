"""Texts of people in a line of ours: whatever direction they are written in, the rest of the line keeps its own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

FIRST_STRONG, POP = "\u2068", "\u2069"
CLOSED_BY = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", POP)
TURNING = {"R", "AL", "AN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def isolated(text: str) -> str:
    r"""The text between marks that keep its direction to itself, its own controls balanced; as it is where none turns.

    Unicode UAX 9, sections 2.4 and 6.3.

    >>> isolated("tv"), isolated("\u202etv") == "\u2068\u202etv\u202c\u2069", isolated("\u2068tv\u2069\u2069")
    ('tv', True, '\u2068tv\u2069')
    """
    if text.isascii() or not any(unicodedata.bidirectional(sign) in TURNING for sign in text):
        return text
    kept, waiting = [], list[str]()
    for sign in text:
        if sign in CLOSED_BY:
            waiting.append(CLOSED_BY[sign])
        elif sign in CLOSED_BY.values():
            if not waiting or waiting[-1] != sign:
                continue
            waiting.pop()
        kept.append(sign)
    whole = "".join([*kept, *reversed(waiting)])
    return whole if _is_isolate(whole) else f"{FIRST_STRONG}{whole}{POP}"


def told(text: str, names: Iterable[str]) -> str:
    """A sentence with each of the names in it kept to itself."""
    turning = sorted({name for name in names if isolated(name) != name}, key=len, reverse=True)
    if not turning:
        return text
    return re.sub("|".join(map(re.escape, turning)), lambda found: isolated(found[0]), text)


def _is_isolate(text: str) -> bool:
    """Whether the first sign opens an isolate that the last one closes."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (CLOSED_BY.get(sign) == POP) - (sign == POP)
        if depth == 0:
            return place == len(text) - 1 > 0
    return False
