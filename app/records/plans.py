"""A plan as it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from app.records.standings import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a list of plans shows. `spend_minor` is money in whole minor units, None without a plan."""

    id: str
    created_at: int
    name: str
    status: str
    currency: str
    value: float | None
    gap: float | None
    spend_minor: int | None
    digits: int
    digest: str
    scenario_id: str | None = None
    scenario_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPlan(Summary):
    """A summary with how the plan stands."""

    state: State
    pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord(Summary):
    """A summary with both documents, as JSON texts."""

    scenario: str
    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which plans a list holds: those made in [created_from, created_to), before the plan `before`."""

    name: str | None = None
    status: str | None = None
    scenario_id: str | None = None
    state: State | None = None
    pinned: bool | None = None
    created_from: int | None = None
    created_to: int | None = None
    before: str | None = None
