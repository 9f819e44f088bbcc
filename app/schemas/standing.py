"""How a plan stands, on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import Field

from app.records.moments import moment
from app.records.standings import Standing, State
from app.schemas.base import Answer, Wire
from app.schemas.named import Notes


class AnnotationIn(Wire):
    """What is said of a plan."""

    notes: Notes = Field(default="", description="Free text about the plan.")
    pinned: bool = Field(default=False, description="true: to be found by `pinned=true` in the list.")


class StandingOut(Answer):
    """How a plan stands."""

    plan_id: str
    scenario_id: str | None = Field(description="The stored scenario that it was made from; null: none.")
    state: State = Field(description="draft, approved, or the baseline of its scenario.")
    approved_by: str | None = Field(description="null for a draft.")
    approved_at: datetime | None = Field(description="UTC; null for a draft.")
    pinned: bool
    notes: str
    revision: int = Field(description="How often it was changed; its ETag is this number in quotation marks.")

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """The wire form of a standing."""
        return cls(
            plan_id=standing.plan_id,
            scenario_id=standing.scenario_id,
            state=standing.state,
            approved_by=standing.approved_by,
            approved_at=None if standing.approved_at is None else moment(standing.approved_at),
            pinned=standing.pinned,
            notes=standing.notes,
            revision=standing.revision,
        )
