"""One text for one scenario, whatever the order it was written in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from optimizer.problem.scenario import Scenario

_ATOMS = frozenset((str, float, bool, type(None)))
_TAGS = ("family", "kind")  # class-level names that tell members of an open family apart


def canonical(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain data: defaults filled in; parts that have names by name; every number a float."""
    plain: dict[str, Any] = _plain(scenario)
    for group in ("tactics", "goals", "rules", "events", "demand_pools"):
        plain[group] = sorted(plain[group], key=lambda item: item["name"])
    plain["budget"]["by_period"] = sorted(plain["budget"]["by_period"])
    return plain


def digest(scenario: Scenario) -> str:
    """SHA-256 of the canonical scenario: equal for equal scenarios."""
    text = json.dumps(canonical(scenario), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is tuple or kind is list:
        return [item if type(item) in _ATOMS else _plain(item) for item in value]
    if is_dataclass(kind):
        names, tags = _form(kind)
        own = ((name, getattr(value, name)) for name in names)
        return {name: item if type(item) in _ATOMS else _plain(item) for name, item in own} | tags
    return float(value) if isinstance(value, int) else value


@cache
def _form(kind: type[Any]) -> tuple[tuple[str, ...], dict[str, str]]:
    """The fields of a dataclass that its maker gives, and the names that tell it apart."""
    tags = {tag: name for tag in _TAGS if isinstance(name := getattr(kind, tag, None), str)}
    return tuple(field.name for field in fields(kind) if field.init), tags
