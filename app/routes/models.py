"""What only HTTP says: stored plans, pages of them, and health."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from app.records.moments import microseconds, moment
from app.records.plans import ListedPlan, Selection
from app.records.standings import State
from app.schemas.base import Answer, Instant
from app.schemas.plan import PlanOut, ProvenanceOut
from app.schemas.risk import MOST_SOLVES
from app.services.cursor import Page
from optimizer.answers.plan import Status
from optimizer.questions.hindsight import DRAWS


class ReferenceOut(Answer):
    """One version of something that is stored under a name."""

    id: str
    name: str = Field(description="As it was called then.")
    version: int


class StoredProvenanceOut(ProvenanceOut):
    """Where a stored plan comes from."""

    scenario: ReferenceOut | None = Field(default=None, description="The stored scenario; null: it was sent along.")
    curve_sets: list[ReferenceOut] = Field(default=[], description="The curve sets whose curves it took.")


class StoredPlanOut(PlanOut):
    """A plan with the id, the name and the time it is kept under."""

    provenance: StoredProvenanceOut

    id: str = Field(
        description="Under which it is kept; sorts by time.", examples=["plan_0653f0a1b2c3d4e5f60718293a4b5c"]
    )
    name: str = Field(description="The scenario's name.")
    created_at: datetime = Field(description="When it was stored, UTC.")


class PlanSummaryOut(Answer):
    """A plan in a list."""

    id: str
    name: str
    created_at: datetime = Field(description="UTC.")
    status: Status
    currency: str
    value: float | None = Field(description="[units of the objective]")
    gap: float | None = Field(description="|bound − value| / |value| [1].")
    spend: float | None = Field(description="[money]; null without a plan.")
    digest: str = Field(description="SHA-256 of the canonical scenario: equal for equal scenarios.")
    scenario_id: str | None = Field(description="The stored scenario that it was made from; null: none.")
    scenario_version: int | None = Field(description="The version of that.")
    state: State = Field(description="draft, approved, or the baseline of its scenario.")
    pinned: bool = Field(description="Whether somebody pinned it.")

    @classmethod
    def of(cls, summary: ListedPlan) -> Self:
        """The wire form of a summary."""
        spend = None if summary.spend_minor is None else summary.spend_minor / 10**summary.digits
        return cls(
            id=summary.id,
            name=summary.name,
            created_at=moment(summary.created_at),
            status=summary.status,  # type: ignore[arg-type]  # stored from a Status
            currency=summary.currency,
            value=summary.value,
            gap=summary.gap,
            spend=spend,
            digest=summary.digest,
            scenario_id=summary.scenario_id,
            scenario_version=summary.scenario_version,
            state=summary.state,
            pinned=summary.pinned,
        )


class PlanPageOut(Answer):
    """Some plans, newest first."""

    plans: list[PlanSummaryOut]
    next: str | None = Field(description="Address of the page after this one; null on the last.")

    @classmethod
    def of(cls, page: Page[ListedPlan], link: str | None) -> Self:
        """The wire form of a page."""
        return cls(plans=[PlanSummaryOut.of(summary) for summary in page.items], next=link)


class ListQuery(BaseModel):
    """How much of a list to show, and from where on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(default=20, ge=1, le=100, description="How many a page holds.")
    cursor: str | None = Field(default=None, max_length=100, description="From `next` of a page; not to be made up.")


class RiskQuery(BaseModel):
    """How much of a plan's risk to solve for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    draws: int = Field(default=DRAWS, ge=1, le=MOST_SOLVES, description="Draws to solve for hindsight.")


class PageQuery(ListQuery):
    """Which plans to list."""

    name: str | None = Field(
        default=None, max_length=300, pattern=r"^[^\x00]*$", description="The whole name, exactly."
    )
    status: Status | None = Field(default=None, description="Only plans of this status.")
    scenario_id: str | None = Field(
        default=None, max_length=48, pattern=r"^[^\x00]*$", description="Only plans of this stored scenario."
    )
    state: State | None = Field(default=None, description="Only drafts, approved plans or baselines.")
    pinned: bool | None = Field(default=None, description="true: only pinned ones; false: only others.")
    created_from: Instant | None = Field(default=None, description="Stored then or later (RFC 3339, with an offset).")
    created_to: Instant | None = Field(default=None, description="Stored before then (RFC 3339, with an offset).")

    def selection(self) -> Selection:
        """The query in the words of the storage."""
        return Selection(
            name=self.name,
            status=self.status,
            scenario_id=self.scenario_id,
            state=self.state,
            pinned=self.pinned,
            created_from=microseconds_of(self.created_from),
            created_to=microseconds_of(self.created_to),
        )


class HealthOut(BaseModel):
    """Whether all is well."""

    status: str = Field(examples=["ok"])
    troubles: list[str] = Field(default=[], description="What is missing, in sentences.")


def next_link(request: Request, cursor: str | None) -> str | None:
    """The address of the page after this one, with the same filters."""
    return cursor and f"{request.url.path}?{request.url.include_query_params(cursor=cursor).query}"


def microseconds_of(stated: datetime | None) -> int | None:
    return None if stated is None else microseconds(stated)
