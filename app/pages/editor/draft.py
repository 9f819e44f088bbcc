"""The document under way in the form of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OPEN = "open:"
CATALOGUED = "from_catalogue"  # the field that a template is chosen in
FRESH: Mapping[str, Mapping[str, Any]] = {
    "tactics": {"name": "", "stage": "upstream", "response": {"family": "hill"}},
    "goals": {"name": "", "metric": "revenue"},
    "rules": {"rule": "spend_range", "name": ""},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The document under way, which of its entries are shown open, and what was typed that could not be read.

    `told` is what came of rows that were put in.
    """

    document: dict[str, Any]
    opened: frozenset[str] = frozenset()
    unread: Mapping[str, str] = field(default_factory=dict)
    told: str = ""


def blank(entry: Any, into: str) -> bool:
    """Whether nothing was put into an entry since it was added."""
    stated = {name: value for name, value in entry.items() if value != ""}
    return stated == {name: value for name, value in FRESH.get(into, {}).items() if value != ""}
