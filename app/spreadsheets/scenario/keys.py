"""Fields by name: `spend.at_most` for where a value stands in an item, in one line of text that can be read back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

Steps = tuple[str | int, ...]
Scalar = str | float | int | bool

PLAIN = re.compile(r'[^."\[\]\s](?:[^."\[\]]*[^."\[\]\s])?')
STEP = re.compile(r'\.?(?:"((?:[^"\\]|\\.)*)"|([^."\[\]]+))|\[(\d{1,7})\]', re.DOTALL)
SPECIAL, ESCAPED, UNESCAPED = re.compile(r'["\\]'), r"\\\g<0>", re.compile(r"\\(.)", re.DOTALL)


def key_of(steps: Iterable[str | int]) -> str:
    """The steps as one text: joined by points, positions in brackets, unusual names in quotation marks.

    >>> key_of(["tags", "sales region"]), key_of(["terms", 0, "scope"]), key_of(["tags", "a.b"])
    ('tags.sales region', 'terms[0].scope', 'tags."a.b"')
    """
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            own = step if PLAIN.fullmatch(step) else f'"{SPECIAL.sub(ESCAPED, step)}"'
            text += f".{own}" if text else own
    return text


def steps_of(key: str) -> Steps | None:
    """The inverse of `key_of`; None for a text that is no key.

    >>> steps_of('terms[0].tags."a.b"'), steps_of("a..b")
    (('terms', 0, 'tags', 'a.b'), None)
    """
    steps: list[str | int] = []
    end = 0
    while end < len(key):
        found = STEP.match(key, end)
        joined = key.startswith(("[", "."), end)
        if found is None or (joined != (end > 0) and not key.startswith("[", end)):
            return None
        quoted, plain, position = found.groups()
        steps.append(int(position) if position else plain if quoted is None else UNESCAPED.sub(r"\1", quoted))
        end = found.end()
    return tuple(steps)


def leaves(value: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """What hangs at the ends of a document: numbers, texts, flags, null, whole lists, and objects without fields."""
    if isinstance(value, dict) and value:
        for name, child in value.items():
            yield from leaves(child, (*steps, name))
    else:
        yield steps, value


def scalars(value: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """The same with lists taken apart, too; what is left are single values and what is empty."""
    for place, leaf in leaves(value, steps):
        if isinstance(leaf, list) and leaf:
            for position, entry in enumerate(leaf):
                yield from scalars(entry, (*place, position))
        else:
            yield place, leaf


def put(document: Any, steps: Steps, value: Any) -> bool:
    """Set the value at its place, making objects and lists on the way; False where something else stands there.

    >>> tree = {}
    >>> put(tree, ("terms", 0, "scope"), {}), tree
    (True, {'terms': [{'scope': {}}]})
    """
    here = document
    for step, following in zip(steps, (*steps[1:], None), strict=True):
        child: Any = value if following is None else [] if isinstance(following, int) else {}
        if isinstance(here, dict) and isinstance(step, str):
            if following is None and step in here:
                return False
            here = here.setdefault(step, child)
        elif isinstance(here, list) and isinstance(step, int) and step <= len(here):
            if step == len(here):
                here.append(child)
            elif following is None:
                return False
            here = here[step]
        else:
            return False
    return True
