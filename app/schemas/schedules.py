"""Schedules and their runs on the wire."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints

from app.paths import at
from app.records.moments import moment
from app.records.schedules import Cause, Run, Schedule, Terms, terms_of
from app.schemas.actuals import BOOK, Book
from app.schemas.base import Answer, Name, Number, Whole, Wire, inside
from app.schemas.evaluation import ViolationOut
from app.schemas.scope import ScopeIn, scope_to_wire
from optimizer.answers.plan import Status
from optimizer.answers.replanning import Decision, Reason, Threshold
from optimizer.questions.replanning import Booking, Turnover

Id = Annotated[str, StringConstraints(min_length=1, max_length=60)]
MOST_BOOKINGS = 100


class ThresholdIn(Wire):
    """The least gain that a change is proposed for; both must be reached."""

    amount: Number = Field(default=0.0, description="[units of the objective]")
    share: Number = Field(default=0.01, description="Of the value of keeping the plan [1].")

    def to_domain(self) -> Threshold:
        """The domain's threshold."""
        return Threshold(amount=self.amount, share=self.share)


class TurnoverIn(Wire):
    """How far a new plan may stand from the plan in force over the open periods; as in a `turnover_limit`."""

    amount: Number | None = Field(default=None, description="Money moved, up and down added up [money].")
    share: Number | None = Field(default=None, description="The same as a share of what the plan in force spends [1].")
    lines: Whole | None = Field(default=None, description="Tactics and periods that may differ.")

    def to_domain(self) -> Turnover:
        """The domain's limit."""
        return Turnover(amount=self.amount, share=self.share, lines=self.lines)


class BookingIn(Wire):
    """The next periods of some tactics are booked: they stay as the plan in force has them."""

    periods: Whole = Field(description="How many of the open periods, from 1 up.", examples=[1])
    scope: ScopeIn = Field(default=ScopeIn(), description="Which tactics; it names no periods. Left out: all.")

    def to_domain(self) -> Booking:
        """The domain's booking."""
        return Booking(periods=self.periods, scope=inside("scope", self.scope))


class ScheduleIn(Wire):
    """A schedule to be made: when, and what each run looks at."""

    name: Name = Field(examples=["weekly review"])
    cron: Annotated[str, StringConstraints(max_length=200)] = Field(
        description="Minute, hour, day of the month, month, day of the week.", examples=["30 6 * * 1"]
    )
    zone: Annotated[str, StringConstraints(max_length=64)] = Field(
        default="UTC", description="Whose clock it is read on: a name of the IANA database.", examples=["Europe/Berlin"]
    )
    scenario: Id | None = Field(
        default=None, description="A stored scenario: its newest version is planned, on the newest curve sets it names."
    )
    plan: Id | None = Field(
        default=None,
        description="The plan in force; left out: the scenario's baseline. Without `scenario`, its own is planned.",
    )
    book: Book = Field(default="default", description=f"The book of actuals that tells what happened. {BOOK}")
    threshold: ThresholdIn = Field(default=ThresholdIn(), description="From which gain on a change is proposed.")
    turnover: TurnoverIn | None = Field(default=None, description="Left out: no limit.")
    bookings: Annotated[list[BookingIn], Field(max_length=MOST_BOOKINGS)] = Field(
        default=[], description="What stays as it is."
    )

    def terms(self) -> Terms:
        """What each run looks at."""
        bookings = []
        for position, booking in enumerate(self.bookings):
            with at(f"bookings[{position}]"):
                bookings.append(booking.to_domain())
        return Terms(
            scenario=self.scenario,
            plan=self.plan,
            book=self.book,
            threshold=inside("threshold", self.threshold),
            turnover=None if self.turnover is None else inside("turnover", self.turnover),
            bookings=tuple(bookings),
        )


class ThresholdOut(Answer):
    """The least gain that a change is proposed for."""

    amount: float
    share: float


class TurnoverOut(Answer):
    """How far a new plan may stand from the plan in force."""

    amount: float | None
    share: float | None
    lines: int | None


class BookingOut(Answer):
    """What stays as it is."""

    periods: int
    scope: dict[str, Any]


class ScheduleOut(Answer):
    """A schedule."""

    id: str
    name: str
    cron: str
    zone: str
    scenario: str | None
    plan: str | None
    book: str
    threshold: ThresholdOut
    turnover: TurnoverOut | None
    bookings: list[BookingOut]
    version: int = Field(description="Counts its changes; in the ETag, for `If-Match`.")
    actor: str = Field(description="Who made it.")
    created_at: datetime = Field(description="UTC.")
    paused_at: datetime | None = Field(description="Since then it is not due; null: it is.")
    next_at: datetime | None = Field(description="When it is due next, UTC; null while it is paused.")

    @classmethod
    def of(cls, schedule: Schedule) -> Self:
        """The wire form of a schedule."""
        return cls(**_fields(schedule))


class TimedScheduleOut(ScheduleOut):
    """A schedule with the times at which it is due next."""

    due: list[datetime] = Field(description="The next five, UTC.")
    due_in_words: list[str] = Field(description="The same on the schedule's clock.")

    @classmethod
    def timed(cls, schedule: Schedule, due: Sequence[int], words: Sequence[str]) -> Self:
        """The wire form of a schedule and its due times."""
        return cls(**_fields(schedule), due=list(map(moment, due)), due_in_words=list(words))


class SchedulePageOut(Answer):
    """Some schedules, newest first."""

    schedules: list[ScheduleOut]
    next: str | None = Field(description="Address of the page after this one; null on the last.")


class OutcomeOut(Answer):
    """One of the two plans over the open periods."""

    spend: float = Field(description="[money]")
    value: float = Field(description="[units of the objective]")
    violations: list[ViolationOut] = Field(description="Limits that it breaks.")
    largest_violation: float = Field(description="Relative to its limit [1].")


class GoalOutlookOut(Answer):
    """A goal over all its periods, what happened included."""

    name: str
    metric: str
    target: float
    so_far: float = Field(description="What happened, and what it still brings.")
    kept: float = Field(description="Where it ends if the plan is kept.")
    kept_shortfall: float
    changed: float | None = Field(description="Where it ends with the other plan; null without one.")
    changed_shortfall: float | None
    at_risk: bool = Field(description="Whether the plan in force is expected to miss it.")


class VerdictOut(Answer):
    """Keep the plan in force, or change it, and what that rests on."""

    now: str = Field(description="The first open period.")
    decision: Decision
    reason: Reason
    gain: float | None = Field(description="What the other plan gains [units of the objective]; null without one.")
    gain_at_most: float | None = Field(description="Proved: no plan within the limits gains more.")
    threshold: float = Field(description="The gain that was asked for.")
    moved: float | None = Field(description="Σ |other − kept| [money].")
    kept: OutcomeOut
    changed: OutcomeOut | None
    goals: list[GoalOutlookOut]
    status: Status = Field(description="Of the solve.")
    conflicting: list[str] = Field(description="With the status `conflict`: what cannot all hold.")
    proposed_before: str | None = Field(
        default=None, description="The draft that proposed the same before and is undecided: it is not proposed again."
    )
    sentences: list[str]
    notes: list[str] = Field(description="What to know of the past.")


class RunOut(Answer):
    """One run of a schedule."""

    id: str
    schedule: str
    due: str = Field(description="The time on the schedule's clock that it was due at; each is run once.")
    due_at: datetime = Field(description="UTC.")
    cause: Cause = Field(description="due; late, caught up after downtime; or manual.")
    state: Literal["waiting", "done", "failed"]
    job: str | None
    created_at: datetime = Field(description="UTC.")
    ended_at: datetime | None
    proposal: str | None = Field(description="The draft plan that it proposes; null: it proposes none.")
    verdict: VerdictOut | None
    problem: dict[str, Any] | None = Field(description="Why it failed, as a problem (RFC 9457).")

    @classmethod
    def of(cls, run: Run) -> Self:
        """The wire form of a run."""
        return cls(
            id=run.id,
            schedule=run.schedule,
            due=run.due,
            due_at=moment(run.due_at),
            cause=run.cause,
            state="failed" if run.problem else "done" if run.answer else "waiting",
            job=run.job,
            created_at=moment(run.created_at),
            ended_at=None if run.ended_at is None else moment(run.ended_at),
            proposal=run.plan,
            verdict=None if run.answer is None else VerdictOut.model_validate(json.loads(run.answer)),
            problem=None if run.problem is None else json.loads(run.problem),
        )


class RunPageOut(Answer):
    """Some runs, newest first."""

    runs: list[RunOut]
    next: str | None = Field(description="Address of the page after this one; null on the last.")


def _fields(schedule: Schedule) -> dict[str, Any]:
    terms = terms_of(schedule.terms)
    return {
        "id": schedule.id,
        "name": schedule.name,
        "cron": schedule.cron,
        "zone": schedule.zone,
        "scenario": terms.scenario,
        "plan": terms.plan,
        "book": terms.book,
        "threshold": ThresholdOut.model_validate(terms.threshold),
        "turnover": None if terms.turnover is None else TurnoverOut.model_validate(terms.turnover),
        "bookings": [BookingOut(periods=own.periods, scope=scope_to_wire(own.scope)) for own in terms.bookings],
        "version": schedule.version,
        "actor": schedule.actor,
        "created_at": moment(schedule.created_at),
        "paused_at": None if schedule.paused_at is None else moment(schedule.paused_at),
        "next_at": None if schedule.next_at is None else moment(schedule.next_at),
    }
