"""A document changed as another states: JSON Patch (RFC 6902) as a list, JSON Merge Patch (RFC 7396) as an object."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field, JsonValue

from app.paths import at
from app.schemas.base import Wire
from optimizer.errors import ScenarioError

MOST_OPERATIONS = 1_000


class OperationIn(Wire):
    """One step of a JSON Patch."""

    op: Literal["add", "remove", "replace", "test"] = Field(description="What is done at `path`.")
    path: str = Field(
        max_length=1000,
        description="A JSON Pointer (RFC 6901) into the base.",
        examples=["/tactics/0/spend/at_most"],
    )
    value: JsonValue = Field(default=None, description="What is put there, or is expected to be there.")


def patched(document: Mapping[str, Any], patch: dict[str, JsonValue] | list[OperationIn]) -> dict[str, Any]:
    """The document after the patch; the document itself is left as it is.

    >>> patched({"a": {"b": 1, "c": 2}}, {"a": {"b": 3, "c": None}})
    {'a': {'b': 3}}
    >>> patched({"a": [1, 2]}, [OperationIn(op="replace", path="/a/1", value=5)])
    {'a': [1, 5]}
    """
    if isinstance(patch, dict):
        merged: dict[str, Any] = _merged(document, patch)
        return merged
    changed: Any = copy.deepcopy(dict(document))
    for position, operation in enumerate(patch):
        with at(f"[{position}]"):
            changed = _applied(changed, operation)
    if not isinstance(changed, dict):
        raise _wrong("path", "leaves no scenario", "change a part of it")
    return changed


def _merged(document: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    base = document if isinstance(document, Mapping) else {}
    kept = {name: value for name, value in base.items() if name not in patch}
    return kept | {name: _merged(base.get(name), value) for name, value in patch.items() if value is not None}


def _applied(document: Any, operation: OperationIn) -> Any:
    steps = _steps(operation.path)
    if not steps:
        return _at_the_root(document, operation)
    holder = document
    for step in steps[:-1]:
        holder = _child(holder, step)
    match holder:
        case dict():
            _change_field(holder, steps[-1], operation)
        case list():
            _change_entry(holder, steps[-1], operation)
        case _:
            raise _nothing_there()
    return document


def _at_the_root(document: Any, operation: OperationIn) -> Any:
    match operation.op:
        case "add" | "replace":
            return copy.deepcopy(operation.value)
        case "remove":
            return None
        case "test":
            _check(document, operation.value)
            return document


def _change_field(holder: dict[str, Any], name: str, operation: OperationIn) -> None:
    if operation.op != "add" and name not in holder:
        raise _nothing_there()
    match operation.op:
        case "add" | "replace":
            holder[name] = copy.deepcopy(operation.value)
        case "remove":
            del holder[name]
        case "test":
            _check(holder[name], operation.value)


def _change_entry(holder: list[Any], step: str, operation: OperationIn) -> None:
    if operation.op == "add":
        position = len(holder) if step == "-" else _position(step, len(holder) + 1)
        holder.insert(position, copy.deepcopy(operation.value))
        return
    position = _position(step, len(holder))
    match operation.op:
        case "replace":
            holder[position] = copy.deepcopy(operation.value)
        case "remove":
            del holder[position]
        case "test":
            _check(holder[position], operation.value)


def _child(holder: Any, step: str) -> Any:
    match holder:
        case dict() if step in holder:
            return holder[step]
        case list():
            return holder[_position(step, len(holder))]
        case _:
            raise _nothing_there()


def _position(step: str, count: int) -> int:
    plain = step.isascii() and step.isdigit() and len(step) < 10 and (step == "0" or step[0] != "0")
    if not plain or int(step) >= count:
        raise _nothing_there()
    return int(step)


def _steps(pointer: str) -> Sequence[str]:
    if pointer and not pointer.startswith("/"):
        raise _wrong("path", "is not a JSON Pointer", "write it as /tactics/0/spend/at_most")
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _check(found: Any, expected: Any) -> None:
    """JSON knows true from 1, Python does not."""
    if found != expected or isinstance(found, bool) != isinstance(expected, bool):
        raise _wrong("value", "is not what the base has there", "look at the base again")


def _nothing_there() -> ScenarioError:
    return _wrong("path", "leads nowhere in the base", "name a place that the base has")


def _wrong(field: str, problem: str, remedy: str) -> ScenarioError:
    return ScenarioError("bad_patch", field, problem, remedy)
