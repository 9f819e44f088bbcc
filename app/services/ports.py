"""What the services need from others, in their own words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from app.records.jobs import Job
from app.records.named import SENT_ALONG, Origin, Version
from app.services.stop import Stop
from app.storage.rows import Rows
from optimizer.answers.comparison import Candidate
from optimizer.answers.plan import Plan
from optimizer.problem.scenario import Scenario

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Under which id, name and time [microseconds since 1970, UTC] a plan is kept."""

    id: str
    name: str
    created_at: int
    origin: Origin = SENT_ALONG


class Solver(Protocol):
    """Finds the plan for a scenario."""

    def solve(
        self, scenario: Scenario, progress: Callable[[Any], None] | None = None, rank: int = 0, stop: Stop | None = None
    ) -> Plan:
        """The plan, or a SolverFault, or BusyError; the lowest rank is served first."""

    def ask(
        self,
        question: Callable[..., T],
        *arguments: Any,
        seconds: float,
        progress: Callable[[Any], None] | None = None,
        stop: Stop | None = None,
    ) -> T:
        """The answer to any other question of the library, within about so many seconds; or the same errors."""


class Things(Protocol):
    """What a document may name."""

    def plan(self, plan_id: str) -> Candidate:
        """A stored plan, with the scenario that it answers."""

    def curve_set(self, name_or_id: str, version: int | None) -> Version:
        """A version of a stored curve set; None for the newest."""


class Documents(Protocol):
    """Scenarios and plans as the texts that callers see, and back."""

    def scenario_text(self, scenario: Scenario) -> str:
        """The scenario as a document."""

    def scenario(self, text: str) -> Scenario:
        """The scenario of a document."""

    def stated(self, document: dict[str, Any], things: Things) -> Scenario:
        """The scenario of a document that may name what is stored."""

    def plan_text(self, plan: Plan, identity: Identity) -> str:
        """The plan as a document, under its identity."""

    def plan(self, text: str) -> Plan:
        """The plan of a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a job came to: `store` writes all of it, in the transaction that ends the job, or not at all."""

    store: Callable[[Rows], object]
    plan_id: str | None = None


class UnderWay:
    """A job that is being done: where to say how far it is, and who may stop it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.stop = Stop()
        self._news: str | None = None

    def tell(self, progress: Mapping[str, object]) -> None:
        """Say how far it is, as often as you like: callers see the newest, about once a second."""
        self._news = json.dumps(progress, allow_nan=False)

    def take_news(self) -> str | None:
        """What was told since the last time."""
        news, self._news = self._news, None
        return news


class Handler(Protocol):
    """Does the jobs of one kind.

    It may run a job again that was run before and whose result was lost: whatever it changes, it changes in
    `Result.store`. A HeadraceError fails the job with that problem, a TryAgain puts it back.
    """

    def run(self, under_way: UnderWay) -> Result:
        """Do it, and end early when `under_way.stop` is set."""


class TryAgain(Exception):
    """The job cannot be done now: put it back for `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:g} s")
        self.seconds = seconds


class Desk(Protocol):
    """The jobs that this process holds."""

    def wake(self) -> None:
        """There is a new job: whoever works here may look at once."""

    def adopt(self, under_way: UnderWay, work: Future[T], result: Callable[[T], Result]) -> None:
        """Hold a job that has begun already, and end it with what the work comes to."""

    @property
    def name(self) -> str:
        """Under which jobs are held."""

    @property
    def lease(self) -> float:
        """For how long a claim holds without renewal [s]."""
