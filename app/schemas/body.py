"""Reading a JSON document that anyone may have sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import inf, isfinite
from typing import Any

from app.errors import BodyError, BodyTooLargeError
from app.paths import path_of
from optimizer.errors import HeadraceError, ScenarioError

DEEPEST = 32
LONGEST_INTEGER = 300  # digits; beyond it no double can hold the number
SUSPICIOUS = re.compile(r"NaN|Infinity|[eE]\+?\d{3}|\d{200}|\\u0000|\\u[dD][89a-fA-F]")
BAD_TEXT = re.compile(r"[\x00\ud800-\udfff]")


def read_json(raw: bytes, limit: int) -> dict[str, Any]:
    """The object that `raw` holds [bytes, at most `limit`]; what is not strict JSON is refused.

    Strict: UTF-8, no duplicate field, no NaN or infinity by name or by overflow, no half of a surrogate pair,
    no NUL, at most 32 levels deep. Reading takes time in proportion to the length.

    >>> read_json(b'{"at_most": 3}', limit=100)
    {'at_most': 3}
    """
    if len(raw) > limit:
        raise BodyTooLargeError(
            "body_too_large",
            "",
            f"is longer than {limit} bytes",
            "send a smaller document, or ask for a higher limit",
        )
    text = _decoded(raw)
    tree, doubtful = _parsed(text)
    if not isinstance(tree, dict | Duplicate):
        raise BodyError("not_an_object", "", "is not a JSON object", "put the fields between { and }")
    _check_depth(tree)
    if doubtful:
        for fault in _faults(tree, ()):
            raise fault
    return tree  # type: ignore[return-value]  # a Duplicate is a fault, raised above


class Duplicate:
    """Stands in the tree where an object names a field twice."""

    def __init__(self, field: str) -> None:
        self.field = field


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BodyError("not_utf8", "", f"is not UTF-8 at byte {error.start}", "save it as UTF-8") from None


def _parsed(text: str) -> tuple[Any, bool]:
    """The tree, and whether it has to be looked through for faults."""
    duplicates: list[Duplicate] = []

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Duplicate:
        whole = dict(pairs)
        if len(whole) == len(pairs):
            return whole
        duplicates.append(Duplicate(_first_twice(pairs)))
        return duplicates[-1]

    doubtful = SUSPICIOUS.search(text) is not None
    try:
        tree = json.loads(text, object_pairs_hook=collect, parse_int=_integer if doubtful else None)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BodyError("not_json", "", f"is not JSON at {where}", "mend the document there") from None
    except RecursionError:
        raise _too_deep() from None
    return tree, doubtful or bool(duplicates)


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_INTEGER else inf


def _first_twice(pairs: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    return next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]


def _check_depth(tree: Any) -> None:
    level = [tree]
    for _ in range(DEEPEST):
        level = [child for parent in level for child in _children(parent) if isinstance(child, dict | list)]
        if not level:
            return
    raise _too_deep()


def _children(parent: Any) -> Any:
    return parent.values() if isinstance(parent, dict) else parent if isinstance(parent, list) else ()


def _too_deep() -> BodyError:
    return BodyError("too_deep", "", f"is nested more than {DEEPEST} levels deep", "flatten the document")


def _faults(value: Any, steps: tuple[str | int, ...]) -> Iterator[HeadraceError]:
    match value:
        case Duplicate(field=field):
            path = path_of((*steps, field))
            yield BodyError("duplicate_field", path, "stands twice in one object", "keep one of the two")
        case dict():
            for name, child in value.items():
                yield from _faults(name, (*steps, name))
                yield from _faults(child, (*steps, name))
        case list():
            for position, child in enumerate(value):
                yield from _faults(child, (*steps, position))
        case float() if not isfinite(value):
            yield ScenarioError("not_finite", path_of(steps), "is not a finite number", "give a finite number")
        case str() if BAD_TEXT.search(value):
            yield ScenarioError("bad_text", path_of(steps), "holds a character that is no text", "leave it out")
