"""What the services need from others, in their own words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from app.records.named import SENT_ALONG, Origin, Version
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

    def solve(self, scenario: Scenario) -> Plan:
        """The plan, or a SolverFault, or BusyError."""

    def ask(self, question: Callable[..., T], *arguments: Any, seconds: float) -> T:
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
