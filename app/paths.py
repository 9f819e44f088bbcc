"""Where in a document something stands, written `tactics[0].response.ceiling`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from optimizer.errors import HeadraceError

LONGEST_NAME = 60  # a path names fields; it is no way to send a document back
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def path_of(steps: Iterable[str | int]) -> str:
    """Field names joined by points, positions in brackets.

    >>> path_of(["tactics", 0, "response", "ceiling"])
    'tactics[0].response.ceiling'
    """
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{legible(step)}" if path else legible(step)
    return path


def legible(name: str) -> str:
    """A field name as it may be shown: shortened, and without characters that cannot be printed.

    >>> legible("a" * 70) == "a" * 60 + "…"
    True
    """
    clean = UNPRINTABLE.sub("?", name[: LONGEST_NAME + 1])
    return clean if len(clean) <= LONGEST_NAME else clean[:LONGEST_NAME] + "…"


@contextmanager
def at(prefix: str) -> Iterator[None]:
    """Errors raised inside are seen from `prefix`."""
    try:
        yield
    except HeadraceError as error:
        raise error.at(prefix) from None
