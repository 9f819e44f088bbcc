"""What a field may name that is stated elsewhere in the same scenario: offered while one types, never demanded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

NAMING: Mapping[str, str] = {
    "feeds": "demand_pools",
    "draws_from": "demand_pools",
    "parent": "goals",
    "metric": "metrics",
    "by": "periods",
    "curve_set": "curve_sets",
    "curve_set.name": "curve_sets",
    "curve": "curves",
    "scope.tactics": "tactics",
    "of.tactics": "tactics",
    "needs.tactics": "tactics",
}  # the list whose names a field takes
METRICS = ("revenue", "profit", "outcome", "spend")


def naming(address: str) -> str:
    """The list whose names a field takes; empty where it takes none.

    >>> naming("tactics[0].feeds"), naming("tactics[0].name"), naming("rules[1].scope.tactics")
    ('demand_pools', '', 'tactics')
    """
    steps = address.split(".")
    return NAMING.get(".".join(steps[-2:])) or NAMING.get(steps[-1], "")


def suggestions(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names of each list, as far as the document states them.

    >>> suggestions({"goals": [{"name": "year"}, {}], "periods": ["2027"]})["goals"]
    ['year']
    """
    names = {own: list(_names(document.get(own))) for own in ("demand_pools", "goals", "tactics")}
    return names | {"metrics": _metrics(document), "periods": list(_texts(document.get("periods")))}


def _metrics(document: Mapping[str, Any]) -> list[str]:
    tactics = [own for own in _entries(document.get("tactics")) if isinstance(own.get("metrics"), dict)]
    return list(dict.fromkeys([*METRICS, *(name for own in tactics for name in own["metrics"])]))


def _names(held: Any) -> Iterator[str]:
    return _texts([own.get("name") for own in _entries(held)])


def _entries(held: Any) -> Iterator[Mapping[str, Any]]:
    return (own for own in (held if isinstance(held, Sequence) else ()) if isinstance(own, dict))


def _texts(held: Any) -> Iterator[str]:
    return (own for own in (held if isinstance(held, list) else ()) if isinstance(own, str) and own)
