"""The document under way in the form of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OPEN = "open:"
FRESH: Mapping[str, Mapping[str, Any]] = {
    "tactics": {"name": "", "stage": "upstream", "response": {"family": "hill"}},
    "goals": {"name": "", "metric": "revenue"},
    "rules": {"rule": "spend_range", "name": ""},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The document under way, which of its entries are shown open, and what was typed that could not be read."""

    document: dict[str, Any]
    opened: frozenset[str] = frozenset()
    unread: Mapping[str, str] = field(default_factory=dict)
