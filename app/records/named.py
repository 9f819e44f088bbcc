"""Scenarios and curve sets as they are kept: under a name, every change a version of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["scenario", "curve_set"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One version of a named thing."""

    id: str
    name: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Head(Reference):
    """A named thing as lists show it: what its newest `version` says, and whether it is deleted. Times in microseconds
    since 1970."""

    tags: tuple[str, ...]
    created_at: int
    changed_at: int
    changed_by: str
    deleted_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Reference):
    """One version, with its document as a JSON text; it never changes."""

    tags: tuple[str, ...]
    notes: str
    changed_at: int
    changed_by: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a version holds."""

    name: str
    tags: tuple[str, ...]
    notes: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The versions that a change may follow; None for any."""

    versions: frozenset[int] | None

    def allows(self, version: int) -> bool:
        """Whether the change may be made to that version."""
        return self.versions is None or version in self.versions


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSelection:
    """Which named things a list holds: older than `before`; those that are deleted, or all others."""

    search: str | None = None
    tag: str | None = None
    deleted: bool = False
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a plan was made from, beside its own scenario document."""

    scenario: Reference | None = None
    curve_sets: tuple[Reference, ...] = ()


SENT_ALONG = Origin()  # nothing stored was needed
