"""A JSON document of another tool, looked into without trusting it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from optimizer.errors import FileError, LimitError

MOST_CONTAINERS, MOST_VALUES = 1_500_000, 6_000_000


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a document: what stands there, and its path.

    R writes every scalar as a list of one: `scalar` takes either.

    >>> Node({"a": [{"b": [3]}]}, "").at("a", 0, "b").number()
    3.0
    """

    value: Any
    path: str

    def at(self, *steps: str | int) -> Node:
        """What stands further in; it must be there."""
        found = self.find(*steps)
        if found is None:
            path = self._path(steps)
            raise FileError("incomplete_export", path, "is missing from the file", "export the model again, whole")
        return found

    def find(self, *steps: str | int) -> Node | None:
        """What stands further in, or None."""
        value = self.value
        for step in steps:
            match value, step:
                case dict(), str() if step in value:
                    value = value[step]
                case list(), int() if step < len(value):
                    value = value[step]
                case _:
                    return None
        return None if value is None or value in ([], {}) else Node(value, self._path(steps))

    def number(self) -> float:
        """A finite number."""
        value = self._scalar()
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise FileError("incomplete_export", self.path, "is not a finite number", "export the model again")
        return float(value)

    def whole(self) -> int:
        """A whole number."""
        value = self.number()
        if value != int(value):
            raise FileError("incomplete_export", self.path, "is not a whole number", "export the model again")
        return int(value)

    def text(self) -> str:
        """A text."""
        value = self._scalar()
        if not isinstance(value, str):
            raise FileError("incomplete_export", self.path, "is not a text", "export the model again")
        return value

    def texts(self) -> tuple[str, ...]:
        """A list of texts; one text stands for a list of one."""
        return tuple(node.text() for node in self.items()) if isinstance(self.value, list) else (self.text(),)

    def items(self) -> tuple[Node, ...]:
        """The entries of a list."""
        if not isinstance(self.value, list):
            raise FileError("incomplete_export", self.path, "is not a list", "export the model again")
        return tuple(Node(value, f"{self.path}[{n}]") for n, value in enumerate(self.value))

    def fields(self) -> tuple[str, ...]:
        """The names of an object's fields."""
        return tuple(self.value) if isinstance(self.value, dict) else ()

    def _scalar(self) -> Any:
        return self.value[0] if isinstance(self.value, list) and len(self.value) == 1 else self.value

    def _path(self, steps: tuple[str | int, ...]) -> str:
        path = self.path
        for step in steps:
            shown = "".join(letter for letter in str(step)[:60] if letter.isprintable())
            path += f"[{step}]" if isinstance(step, int) else f"{'.' if path else ''}{shown}"
        return path


def json_document(raw: bytes) -> Node | None:
    """The object in a file, or None where the file is not JSON at all; broken JSON is refused.

    >>> json_document(b"PK") is None
    True
    """
    if not raw[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return None
    if raw.count(b"[") + raw.count(b"{") > MOST_CONTAINERS or raw.count(b",") > MOST_VALUES:
        raise LimitError("file_too_large", "", "holds more lists and values than are read", "export fewer rows")
    try:
        tree = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant, parse_int=_whole)
    except UnicodeDecodeError:
        raise FileError("not_utf8", "", "is not UTF-8", "export the model again") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise FileError(
            "damaged_file", where, "is not JSON there: cut off or edited", "export the model again"
        ) from None
    except RecursionError:
        raise FileError("damaged_file", "", "is nested too deep", "export the model again") from None
    return Node(tree, "")


def _no_constant(_name: str) -> None:
    """R and Python write what is missing as NaN."""


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= 300 else math.inf
