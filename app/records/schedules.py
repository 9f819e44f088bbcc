"""Schedules of re-optimisations and their runs, as they are kept."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from optimizer.answers.replanning import Threshold
from optimizer.problem.scope import Scope
from optimizer.questions.replanning import Booking, Turnover

Cause = Literal["due", "late", "manual"]  # on time, caught up after downtime, or because somebody asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a run looks at and how far it may go.

    `plan` is the plan in force, `actuals` the book that tells what happened. `scenario` in its place names a stored
    scenario, whose newest version is planned and whose baseline is in force; `curve_set` puts the newest version of
    a curve set in place of the scenario's own curves.
    """

    plan: str | None = None
    scenario: str | None = None
    curve_set: str | None = None
    actuals: str = "default"
    threshold: Threshold = field(default_factory=Threshold)
    turnover: Turnover | None = None
    bookings: tuple[Booking, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Cron on the clock of a zone; times in microseconds since 1970. `next_at` None: paused or deleted."""

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
