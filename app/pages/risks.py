"""Goals at risk: those that a schedule expects the plan in force to miss, and those that such plans miss themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.pages.schedule_view import ScheduleView
from app.pages.words import utc
from app.records.callers import Caller
from app.records.named import Head
from app.records.plans import ListedPlan
from app.services.plans import PlanService
from app.services.standings import StandingService


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """A goal, where it ends if all stays as it is, and who says so; `changed`: with the `draft` that is proposed."""

    goal: str
    metric: str
    target: float
    kept: float
    changed: float | None
    draft: str | None
    said_at: str
    said_by: str
    when: str = ""


def risks(
    caller: Caller,
    views: Sequence[ScheduleView],
    heads: Sequence[Head],
    approved: Sequence[ListedPlan],
    plans: PlanService,
    standings: StandingService,
) -> Iterator[Risk]:
    """What schedules expect, then what the baselines of these scenarios miss, then what approved plans do."""
    for view in views:
        yield from _expected(view)
    for head in heads:
        baseline = standings.baseline(caller, head.id)
        if baseline is not None:
            yield from _missed(caller, f"the baseline of {head.name}", baseline.plan_id, plans)
    for plan in _newest(caller, approved, standings):
        yield from _missed(caller, f"the approved plan {plan.name}", plan.id, plans)


def _newest(caller: Caller, approved: Sequence[ListedPlan], standings: StandingService) -> Iterator[ListedPlan]:
    """Of approved plans, the newest first, those that no later one of their scenario has taken the place of."""
    seen: set[str] = set()
    for plan in approved:
        if plan.scenario_id is None:
            yield plan
        elif plan.scenario_id not in seen:
            seen.add(plan.scenario_id)
            baseline = standings.baseline(caller, plan.scenario_id)
            if baseline is None or baseline.plan_id < plan.id:  # ids begin with the time
                yield plan


def _expected(view: ScheduleView) -> Iterator[Risk]:
    if view.newest is None:
        return
    for goal in view.newest.at_risk:
        yield Risk(
            goal=goal.name,
            metric=goal.metric,
            target=goal.target,
            kept=goal.kept,
            changed=goal.changed,
            draft=view.newest.run.proposal,
            said_at=f"/schedules/{view.schedule.id}",
            said_by=view.schedule.name,
            when=utc(view.newest.run.created_at),
        )


def _missed(caller: Caller, said_by: str, plan_id: str, plans: PlanService) -> Iterator[Risk]:
    for goal in plans.candidate(caller, plan_id).plan.goals:
        if not goal.met:
            yield Risk(
                goal=goal.name,
                metric=goal.metric,
                target=goal.target,
                kept=goal.achieved,
                changed=None,
                draft=None,
                said_at=f"/plans/{plan_id}",
                said_by=said_by,
            )
