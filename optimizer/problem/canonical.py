"""One order and one text for one scenario, whatever the order it was written in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import cache
from itertools import islice, repeat
from json.encoder import encode_basestring
from math import isfinite
from operator import attrgetter, is_
from typing import Any

from optimizer.curves import Array
from optimizer.problem.scenario import NAMED, Scenario

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
    plain: dict[str, Any] = json.loads(canonical_text(scenario))
    return plain


def digest(scenario: Scenario) -> str:
    """SHA-256 of the canonical scenario: equal for equal scenarios."""
    return "sha256:" + hashlib.sha256(canonical_text(scenario).encode("utf-8", "surrogatepass")).hexdigest()


def canonical_text(scenario: Scenario) -> str:
    """The canonical scenario as JSON: keys in order, no spaces, letters as they are.

    Written field by field, what is of one kind together: a fifth of the time of plain data that are then encoded.
    """
    form, names = _form(Scenario)
    parts = {name: getattr(scenario, name) for name in names}
    parts |= {name: sorted(parts[name], key=attrgetter("name")) for name in NAMED}
    in_order = sorted(scenario.budget.by_period, key=lambda entry: entry[0])
    parts["budget"] = replace(scenario.budget, by_period=tuple(in_order))
    return form % tuple(text for part in parts.values() for text in _texts([part]))


def _texts(values: list[Any]) -> list[str]:
    """The text of each value; one for all of them where they are written alike, as defaults are."""
    if len(values) > 1 and all(map(is_, values, repeat(values[0]))):
        return _of_kind(type(values[0]), values[:1])
    kinds = set(map(type, values))
    if len(kinds) == 1:
        return _of_kind(kinds.pop(), values)
    texts: list[str] = [""] * len(values)
    for kind in kinds:
        places = [place for place, own in enumerate(values) if type(own) is kind]
        own = _of_kind(kind, [values[place] for place in places])
        for place, text in zip(places, _for_each(places, own), strict=True):
            texts[place] = text
    return texts


def _for_each(values: list[Any], texts: list[str]) -> list[str]:
    """Texts that may be one for all values, as many as there are values."""
    return texts if len(texts) == len(values) else texts * len(values)


def _of_kind(kind: Any, values: list[Any]) -> list[str]:
    write = _writer(kind)
    return _objects(kind, values) if write is None else write(values)


@cache
def _writer(kind: type[Any]) -> Callable[[list[Any]], list[str]] | None:
    """What writes plain values; numpy's numbers are written as those that they are."""
    return next((_WRITERS[own] for own in kind.__mro__ if own in _WRITERS), None)


def _objects(kind: Any, values: list[Any]) -> list[str]:
    """Dataclasses, column by column; what they have in common is written once."""
    form, names = _form(kind)
    columns = [_texts(list(map(attrgetter(name), values))) for name in names]
    own = form % tuple(texts[0].replace("%", "%%") if len(texts) == 1 else "%s" for texts in columns)
    different = [texts for texts in columns if len(texts) > 1]
    return [own % texts for texts in zip(*different, strict=True)] if different else [own % ()]


def _lists(values: list[Sequence[Any]]) -> list[str]:
    items = [item for value in values for item in value]
    texts = iter(_for_each(items, _texts(items)))
    return [f"[{','.join(islice(texts, len(value)))}]" if value else "[]" for value in values]


def _numbers(values: list[float]) -> list[str]:
    return list(map(float.__repr__ if isfinite(sum(values)) else json.dumps, values))


_WRITERS: dict[type, Callable[[list[Any]], list[str]]] = {
    float: _numbers,
    int: lambda values: _numbers(list(map(float, values))),
    str: lambda values: list(map(encode_basestring, values)),
    bool: lambda values: ["true" if value else "false" for value in values],
    type(None): lambda values: ["null"] * len(values),
    tuple: _lists,
    list: _lists,
}


@cache
def _form(kind: type[Any]) -> tuple[str, tuple[str, ...]]:
    """A dataclass as a text with room for the fields that its maker gives, and their names in that order."""
    tags = {tag: name for tag in _TAGS if isinstance(name := getattr(kind, tag, None), str)}
    names = sorted({field.name for field in fields(kind) if field.init} - tags.keys())
    texts = dict.fromkeys(names, "%s") | {tag: json.dumps(name) for tag, name in tags.items()}
    return f"{{{','.join(f'{json.dumps(name)}:{texts[name]}' for name in sorted(texts))}}}", tuple(names)
