"""Text that may stand in a cell."""

from __future__ import annotations

import unicodedata

from optimizer.errors import FileError
from optimizer.names import tidy
from optimizer.sources.tables.limits import Limits, too_large

SPACES = frozenset("\t\n\r")


def plain_text(text: str, where: str, limits: Limits, trim: bool = True) -> str:
    """The text, tidied as names are if it is to be trimmed; NUL, control characters and half pairs are refused.

    >>> plain_text(" =SUM(A1) ", "Plan!A1", Limits())
    '=SUM(A1)'
    """
    if len(text) > limits.text:
        raise too_large(where, "characters in a cell", limits.text)
    if not text.isprintable():
        for letter in text:
            if unicodedata.category(letter) in ("Cc", "Cs") and letter not in SPACES:
                raise FileError("bad_text", where, "holds a control character", "leave it out")
    return tidy(text) if trim else text
