"""Names as people type them: what looks the same is meant to be the same."""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = "\u061c\u200b\u200e\u200f\u2060\u2066-\u2069\ufeff"  # marks of direction, and blanks of no width
AROUND = re.compile(rf"^[\s{INVISIBLE}]+|[\s{INVISIBLE}]+$")
UNSEEN = re.compile(rf"[{INVISIBLE}\u202a-\u202e]")


def tidy(name: str) -> str:
    r"""The name composed (Unicode NFC), without blanks and marks of direction around it, as it is kept.

    >>> tidy(" tv\u200e "), tidy("Cafe\u0301") == "Caf\u00e9"
    ('tv', True)
    """
    return name.strip() if name.isascii() else AROUND.sub("", unicodedata.normalize("NFC", name))


def alike(name: str) -> str:
    r"""What two names that look the same have in common; it is compared, and never kept or shown.

    >>> alike("paid  social") == alike("paid\u00a0social\u200f"), alike("TV") == alike("tv")
    (True, False)
    """
    return " ".join((name if name.isascii() else UNSEEN.sub("", unicodedata.normalize("NFC", name))).split())
