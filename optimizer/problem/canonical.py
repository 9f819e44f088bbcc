"""One order and one digest for one scenario, whatever the order it was written in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import cache
from itertools import chain, compress, repeat
from operator import attrgetter, eq, is_
from struct import pack
from typing import Any

from optimizer.curves import Array
from optimizer.problem.budget import Budget
from optimizer.problem.scenario import NAMED, Scenario

Put = Callable[[bytes], object]
Write = Callable[[Put, list[Any]], None]

_TAGS = ("family", "kind")  # class-level names that tell members of an open family apart


def canonical_order(scenario: Scenario) -> Scenario:
    """The same scenario, its parts by name and budgets in time: the order they were written in changes no plan.

    It is not checked again: nothing that was depends on the order.
    """
    in_time = sorted(scenario.budget.by_period, key=lambda entry: scenario.periods.index(entry[0]))
    in_order = {kind: tuple(sorted(getattr(scenario, kind), key=attrgetter("name"))) for kind in NAMED}
    if in_time == list(scenario.budget.by_period) and all(
        getattr(scenario, kind) == own for kind, own in in_order.items()
    ):
        return scenario  # and what it remembers
    parts = {own.name: getattr(scenario, own.name) for own in fields(scenario)} | in_order
    ordered = object.__new__(Scenario)
    vars(ordered).update(parts, budget=replace(scenario.budget, by_period=tuple(in_time)))
    return ordered


def canonical_spend(scenario: Scenario, spend: Array) -> tuple[Scenario, Array]:
    """The scenario in canonical order, and a spend of it, shape (tactics, periods), in that of its tactics.

    Sums in the order of tactics are then the same, to the last digit, in whatever order these were written.
    """
    ordered = canonical_order(scenario)
    if ordered is scenario:
        return scenario, spend
    return ordered, spend[sorted(range(len(spend)), key=lambda row: scenario.tactics[row].name)]


def canonical(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain data: defaults filled in; parts that have names by name; every number a float."""
    return {name: _plain(part) for name, part in _parts(scenario).items()}


def digest(scenario: Scenario) -> str:
    """SHA-256 of the canonical scenario: equal for equal scenarios.

    Written column by column, what is of one kind together: text of every number takes four times as long.
    """
    written: list[bytes] = []
    for name, part in _parts(scenario).items():
        written.append(name.encode())
        _write(written.append, [part])
    return f"sha256:{hashlib.sha256(b''.join(written)).hexdigest()}"


def _parts(scenario: Scenario) -> dict[str, Any]:
    """The fields of a scenario in the order of their names, what has names in that of its own."""
    parts = {name: getattr(scenario, name) for name in _form(Scenario)[1]}
    parts |= {name: sorted(parts[name], key=attrgetter("name")) for name in NAMED}
    in_order = sorted(scenario.budget.by_period, key=lambda entry: entry[0])
    return parts | {"budget": Budget(total=scenario.budget.total, by_period=tuple(in_order))}


def _plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, int | float):
        return float(value)
    kind: Any = type(value)
    tags, names = _form(kind)
    return dict(sorted((tags | {name: _plain(getattr(value, name)) for name in names}).items()))


def _write(put: Put, values: list[Any]) -> None:
    """A column of values, kind by kind; no two columns put the same."""
    kinds: set[Any] = set(map(type, values))
    writers = dict(map(_writer, kinds))
    if len(writers) == 1:
        name, write = writers.popitem()
        put(b"%d %s" % (len(values), name))
        write(put, values)
        return
    put(b"%d of %d kinds" % (len(values), len(writers)))
    called = {kind: _writer(kind)[0] for kind in kinds}
    for name in sorted(writers):
        own = [called[type(value)] == name for value in values]
        put(bytes(own))
        _write(put, list(compress(values, own)))


@cache
def _writer(kind: Any) -> tuple[bytes, Write]:
    """What a kind is called, and what writes values of it; numpy's numbers are the numbers that they are."""
    for own in kind.__mro__:
        if own in _WRITERS:
            return _WRITERS[own]
    tags, names = _form(kind)
    columns = [attrgetter(name) for name in names]

    def objects(put: Put, values: list[Any]) -> None:
        first = values[0]
        if all(map(is_, values, repeat(first))) or all(map(eq, values, repeat(first))):
            values = [first]  # as defaults are: once
        for column in columns:
            _write(put, list(map(column, values)))

    return json.dumps([tags, names]).encode(), objects


def _numbers(put: Put, values: list[float]) -> None:
    put(pack(f"<{len(values)}d", *values))


def _texts(put: Put, values: list[str]) -> None:
    texts = [value.encode("utf-8", "surrogatepass") for value in values]
    put(pack(f"<{len(texts)}Q", *map(len, texts)))
    put(b"".join(texts))


def _lists(put: Put, values: list[Sequence[Any]]) -> None:
    put(pack(f"<{len(values)}Q", *map(len, values)))
    if items := list(chain.from_iterable(values)):
        _write(put, items)


def _flags(put: Put, values: list[bool]) -> None:
    put(bytes(values))


_WRITERS: dict[type, tuple[bytes, Write]] = {
    float: (b"number", _numbers),
    int: (b"number", _numbers),
    str: (b"text", _texts),
    bool: (b"flag", _flags),
    type(None): (b"none", lambda put, values: None),  # noqa: ARG005 - how many there are is all there is to say
    tuple: (b"list", _lists),
    list: (b"list", _lists),
}


@cache
def _form(kind: Any) -> tuple[dict[str, str], tuple[str, ...]]:
    """The tags of a dataclass, and the names of the fields that its maker gives, in order."""
    tags = {tag: name for tag in _TAGS if isinstance(name := getattr(kind, tag, None), str)}
    return tags, tuple(sorted({field.name for field in fields(kind) if field.init} - tags.keys()))
