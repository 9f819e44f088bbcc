"""Names in the room that a picture has: shortened at their end, by letters as wide as any usual font draws them.

A picture is laid out with one font and drawn with that of the browser, and the end of a label beside bars is fixed:
what is wider than it was measured would lose its beginning.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

MORE = "…"
SIZE = 12  # of labels and titles [pixels]
THIN, BROAD = frozenset("ijltfrI|!.,:;'()[]/\\ -"), frozenset("mwMWQOGDH@%&<>=+~^#")
KINDS: Mapping[str, float] = {"Mn": 0.0, "Me": 0.0, "Cf": 0.0, "So": 1.4}  # of marks upon others, and of emoji [em]
BEYOND = 0x370  # where Latin ends


def width(text: str) -> float:
    """How wide the text is at most [pixels]: no letter of DejaVu Sans or Verdana is wider than its class.

    >>> width("iii") < width("abc") < width("WWW") < width("\U0001f389" * 3)
    True
    """
    return SIZE * sum(map(_ems, text))


def shortened(text: str, room: float) -> str:
    """The text, or as much of its beginning as there is room for [pixels].

    >>> shortened("Half-year revenue", 200), shortened("Half-year revenue", 80)
    ('Half-year revenue', 'Half-year…')
    """
    if width(text) <= room:
        return text
    taken, left = 0, room - width(MORE)
    for sign in text:
        left -= SIZE * _ems(sign)
        if left < 0:
            break
        taken += 1
    return text[:taken].rstrip() + MORE


def lines(text: str, room: float, most: int = 2) -> list[str]:
    """The text in lines that there is room for, the last of them shortened.

    >>> lines("spend less that of the plan", 100)
    ['spend less', 'that of the p…']
    """
    found = [""]
    for word in text.split():
        longer = f"{found[-1]} {word}".strip()
        if not found[-1] or len(found) == most or width(longer) <= room:
            found[-1] = longer
        else:
            found.append(word)
    return [shortened(line, room) for line in found]


def _ems(sign: str) -> float:
    if sign in THIN:
        return 0.42
    if sign in BROAD:
        return 1.0
    if ord(sign) >= BEYOND:
        return KINDS.get(unicodedata.category(sign), 1.1)
    return 0.8 if sign.isupper() else 0.66
