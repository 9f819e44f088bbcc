"""Schedules of re-optimisations and their runs, as they are kept."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from optimizer.answers.replanning import Threshold
from optimizer.errors import ScenarioError
from optimizer.problem.scope import Scope
from optimizer.questions.replanning import Booking, Turnover

Cause = Literal["due", "late", "manual"]  # on time, caught up after downtime, or because somebody asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a run looks at and how far it may go.

    `scenario` is a stored scenario, whose newest version is planned, on the newest version of each curve set that it
    names; in force is `plan`, or, left out, the scenario's baseline. Without a scenario, the plan's own is planned.
    `book` tells what happened.
    """

    scenario: str | None = None
    plan: str | None = None
    book: str = "default"
    threshold: Threshold = field(default_factory=Threshold)
    turnover: Turnover | None = None
    bookings: tuple[Booking, ...] = ()

    def __post_init__(self) -> None:
        if self.scenario is None and self.plan is None:
            raise ScenarioError("nothing_named", "scenario", "is missing", "name one, or a plan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Cron on the clock of a zone; times in microseconds since 1970. `next_at` None: paused or deleted.

    `version` counts what callers changed; that it was due changes none.
    """

    id: str
    name: str
    cron: str
    zone: str
    terms: str
    actor: str
    created_at: int
    next_at: int | None
    paused_at: int | None
    deleted_at: int | None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A schedule that is due, and the workspace it belongs to."""

    workspace: str
    schedule: Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a schedule; `due` is the time on the wall that it was due at, one run for each.

    `plan` is the draft that it proposed; `answer` and `problem` are JSON texts; without either it has not ended.
    """

    id: str
    schedule: str
    due: str
    due_at: int
    cause: Cause
    job: str | None
    created_at: int
    ended_at: int | None = None
    decision: str | None = None
    reason: str | None = None
    gain: float | None = None
    plan: str | None = None
    answer: str | None = None
    problem: str | None = None


def terms_text(terms: Terms) -> str:
    """Terms as they are kept."""
    return json.dumps(asdict(terms), ensure_ascii=False)


def terms_of(text: str) -> Terms:
    """The inverse of `terms_text`."""
    stated: dict[str, Any] = json.loads(text)
    turnover = stated["turnover"]
    return Terms(
        **stated
        | {
            "threshold": Threshold(**stated["threshold"]),
            "turnover": None if turnover is None else Turnover(**turnover),
            "bookings": tuple(
                Booking(periods=own["periods"], scope=_scope(own["scope"])) for own in stated["bookings"]
            ),
        }
    )


def _scope(stated: dict[str, Any]) -> Scope:
    tactics = stated["tactics"]
    return Scope(
        tactics=None if tactics is None else tuple(tactics),
        stage=stated["stage"],
        tags=tuple((key, value) for key, value in stated["tags"]),
    )
