"""What pages say of schedules and their runs: when they are due, what was decided, which goals are at risk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app.records.callers import Caller
from app.records.moments import moment
from app.records.schedules import Run, Schedule
from app.schemas.schedules import GoalOutlookOut, RunOut
from app.services.cron import Cron
from app.services.schedules import ScheduleService

CAUSES = {"due": "on time", "late": "caught up", "manual": "by hand"}
REASONS = {
    "gain": "another plan gains enough",
    "limits": "the plan in force breaks its limits",
    "small_gain": "the gain is below what was asked for",
    "no_gain_possible": "proved: nothing better can be found",
    "no_plan": "no other plan was found",
}


@dataclass(frozen=True, kw_only=True)
class RunView:
    """A run in words."""

    run: RunOut

    @property
    def cause(self) -> str:
        """Why it was run."""
        return CAUSES[self.run.cause]

    @property
    def verdict(self) -> str:
        """Keep or change, or how far it is."""
        return {"waiting": "being worked on", "failed": "failed", "done": ""}[self.run.state] or self._decided

    @property
    def colour(self) -> str:
        """The kind of badge that the verdict is shown in."""
        if self.run.verdict is None:
            return {"failed": "conflict"}.get(self.run.state, "feasible")
        return "optimal" if self.run.verdict.decision == "keep" else "feasible"

    @property
    def reason(self) -> str:
        """Why so."""
        return "" if self.run.verdict is None else REASONS[self.run.verdict.reason]

    @property
    def problem(self) -> str:
        """Why it failed."""
        return "" if self.run.problem is None else str(self.run.problem.get("detail", ""))

    @property
    def at_risk(self) -> list[GoalOutlookOut]:
        """Goals that the plan in force is expected to miss."""
        return [] if self.run.verdict is None else [goal for goal in self.run.verdict.goals if goal.at_risk]

    @property
    def _decided(self) -> str:
        return "" if self.run.verdict is None else f"{self.run.verdict.decision} the plan"


@dataclass(frozen=True, kw_only=True)
class ScheduleView:
    """A schedule in a list, with its newest run."""

    schedule: Schedule
    newest: RunView | None

    @cached_property
    def next(self) -> str:
        """When it is due next, in words."""
        if self.schedule.next_at is None:
            return "paused"
        return Cron(expression=self.schedule.cron, zone=self.schedule.zone).words(moment(self.schedule.next_at))


def view_of(run: Run) -> RunView:
    """The view of a run."""
    return RunView(run=RunOut.of(run))


def views_of(caller: Caller, schedules: ScheduleService, found: list[Schedule]) -> Iterator[ScheduleView]:
    """Each schedule with what its newest run said."""
    for own in found:
        newest = schedules.runs(caller, own.id, 1).items
        yield ScheduleView(schedule=own, newest=view_of(newest[0]) if newest else None)
