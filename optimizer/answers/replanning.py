"""Keep the plan in force, or change it: both valued on the same curves over the periods that are left."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Literal

from optimizer.answers.certificate import largest_violation
from optimizer.answers.evaluation import Violation, broken
from optimizer.answers.plan import Plan
from optimizer.answers.reconciliation import moved
from optimizer.problem.goal import Goal, Part
from optimizer.problem.past import Past
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuation
from optimizer.units import KEPT, number, tidy
from optimizer.wording import cannot_hold, listed, money, percent, quantity

Decision = Literal["keep", "change"]
Reason = Literal["gain", "limits", "small_gain", "no_gain_possible", "no_plan"]

MATERIAL = 1e-3  # of a limit, from which on breaking it is a reason to change the plan
NOISE = 1e-9  # of the value, within which two plans are worth the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The least gain that a change is proposed for; `amount` [units of the objective] and `share` of the value kept [1]
    must both be reached."""

    amount: float = 0.0
    share: float = 0.01

    def __post_init__(self) -> None:
        number(self.amount, "amount", least=0.0)
        number(self.share, "share", least=0.0, most=1e6)

    def on(self, value: float) -> float:
        """The least gain over that value [units of the objective].

        >>> Threshold(amount=5.0, share=0.01).on(2000.0)
        20.0
        """
        return max(self.amount, self.share * abs(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One of the two plans over the open periods: its spend [money], its value [units of the objective], what it
    breaks, and the largest violation relative to its limit [1]."""

    spend: float
    value: float
    violations: tuple[Violation, ...]
    largest_violation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalOutlook:
    """A goal over all its periods: what the past brings, and where it ends if the plan is kept or changed.

    `kept` and `changed` contain `so_far`; the shortfalls are those of all its parts added up. `changed` is None without
    a new plan. `at_risk`: the plan in force is expected to miss it, or, where that cannot be kept, the other plan is.
    """

    name: str
    metric: str
    target: float
    so_far: float
    kept: float
    kept_shortfall: float
    changed: float | None
    changed_shortfall: float | None
    at_risk: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanning:
    """The verdict from period `now` on, and what it rests on.

    `gain` = value of the change less value kept (spend: the other way round); no plan within the limits gains more
    than `gain_at_most`; both None without a new plan. `scenario` is what was planned: the open periods; `plan` the
    best plan for it. `moved` is Σ |new − kept| [money].
    """

    now: str
    decision: Decision
    reason: Reason
    gain: float | None
    gain_at_most: float | None
    threshold: float
    kept: Outcome
    changed: Outcome | None
    moved: float | None
    goals: tuple[GoalOutlook, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    scenario: Scenario
    plan: Plan

    @property
    def at_risk(self) -> tuple[str, ...]:
        """The goals that are expected to be missed."""
        return tuple(goal.name for goal in self.goals if goal.at_risk)


def verdict(
    past: Past,
    plan: Plan,
    kept: Valuation,
    changed: Valuation | None,
    threshold: Threshold,
    notes: tuple[str, ...] = (),
) -> Replanning:
    """What to do, given the plan in force and the best other plan, both valued on the open periods."""
    keeping, least = _outcome(kept), threshold.on(kept.value)
    sign = 1.0 if kept.scenario.objective.maximizes else -1.0
    gain = None if changed is None else sign * (changed.value - kept.value)
    most = None if plan.bound is None else max(sign * (plan.bound - kept.value), gain or 0.0)
    decision, reason = _decide(keeping, gain, most, least)
    following = changed if reason == "limits" and changed is not None else kept
    goals = tuple(_outlook(past, goal, kept, changed, following) for goal in past.scenario.goals)
    told = Replanning(
        now=past.left[0],
        decision=decision,
        reason=reason,
        gain=gain,
        gain_at_most=most,
        threshold=least,
        kept=keeping,
        changed=None if changed is None else _outcome(changed),
        moved=None if changed is None else moved(changed.spend, kept.spend),
        goals=goals,
        sentences=(),
        notes=notes,
        scenario=kept.scenario,
        plan=plan,
    )
    return _with_sentences(told)


def _decide(kept: Outcome, gain: float | None, most: float | None, least: float) -> tuple[Decision, Reason]:
    if gain is None:
        return "keep", "no_plan"
    noise = NOISE * abs(kept.value)
    if kept.largest_violation > MATERIAL:
        return "change", "limits"
    if gain >= least and gain > noise:
        return "change", "gain"
    return "keep", "no_gain_possible" if most is not None and most < max(least, noise) else "small_gain"


def _outcome(valuation: Valuation) -> Outcome:
    return Outcome(
        spend=tidy(math.fsum(valuation.spend.ravel())),
        value=valuation.value,
        violations=broken(valuation),
        largest_violation=largest_violation(valuation),
    )


def _outlook(past: Past, goal: Goal, kept: Valuation, changed: Valuation | None, following: Valuation) -> GoalOutlook:
    """A goal with both plans, and with the one that can be followed."""
    span = Part(scope=goal.span(past.scenario.periods), target=goal.target(past.scenario.periods))
    return GoalOutlook(
        name=goal.name,
        metric=goal.metric,
        target=span.target,
        so_far=past.total(goal.metric, span.scope),
        kept=_achieved(past, goal, span, kept),
        kept_shortfall=_shortfall(past, goal, kept),
        changed=None if changed is None else _achieved(past, goal, span, changed),
        changed_shortfall=None if changed is None else _shortfall(past, goal, changed),
        at_risk=_shortfall(past, goal, following) > 0.0,
    )


def _shortfall(past: Past, goal: Goal, rest: Valuation) -> float:
    missing = ((part.target, _achieved(past, goal, part, rest)) for part in goal.parts(past.scenario.periods))
    return math.fsum(target - own for target, own in missing if target - own > KEPT * abs(target))


def _achieved(past: Past, goal: Goal, part: Part, rest: Valuation) -> float:
    scope = past.after(part.scope)
    return past.total(goal.metric, part.scope) + (0.0 if scope is None else rest.total(goal.metric, scope))


def _with_sentences(told: Replanning) -> Replanning:
    return replace(told, sentences=tuple(_sentences(told)))


def _sentences(told: Replanning) -> Iterator[str]:
    amount = _teller(told.scenario)
    yield f"Keeping the plan from {told.now} on is worth {amount(told.kept.value)}."
    if told.kept.violations:
        yield f"Kept as it is, the plan breaks {listed([each.name for each in told.kept.violations])}."
    match told.reason:
        case "no_plan" if told.plan.conflict is not None:
            names = told.plan.conflict.conflicting
            yield f"There is no other plan: {listed(names)} {cannot_hold(len(names))}. The plan is kept."
        case "no_plan":
            yield "No other plan was found in time. The plan is kept."
        case "no_gain_possible":
            yield f"No plan within the limits gains more than {amount(told.gain_at_most or 0.0)}. The plan is kept."
        case "small_gain":
            yield f"The best change found gains {amount(told.gain or 0.0)}; {amount(told.threshold)} is asked for."
            yield "The plan is kept."
        case "limits":
            yield from _change(told)
        case "gain":
            yield from _change(told)
    yield from map(_at_risk, (goal for goal in told.goals if goal.at_risk), repeat(told.decision))


def _at_risk(goal: GoalOutlook, decision: Decision) -> str:
    then, changed = "", goal.changed_shortfall
    if goal.kept_shortfall == 0.0:
        return f"Goal {goal.name} is at risk: the change misses it by {quantity(changed or 0.0)}."
    if changed is not None and decision == "change":
        then = f"; {quantity(changed)} with the change" if changed > 0 else "; the change meets it"
    return f"Goal {goal.name} is at risk: the plan in force misses it by {quantity(goal.kept_shortfall)}{then}."


def _change(told: Replanning) -> Iterator[str]:
    amount, gain, most = _teller(told.scenario), told.gain or 0.0, told.gain_at_most or 0.0
    away = money(told.moved or 0.0, told.scenario.currency, told.scenario.digits)
    share = f" ({percent(gain / abs(told.kept.value))})" if gain > 0 and told.kept.value else ""
    yield f"Moving {away} {'gains' if gain >= 0 else 'costs'} {amount(abs(gain))}{share}."
    yield f"No plan within the limits {'gains more' if most >= 0 else 'costs less'} than {amount(abs(most))}."


def _teller(scenario: Scenario) -> Callable[[float], str]:
    """How a value of the objective is told."""

    def told(value: float) -> str:
        match scenario.objective.aim:
            case "revenue" | "profit" | "spend":
                return money(value, scenario.currency, scenario.digits)
            case "outcome":
                return f"{quantity(value)} of outcome"
            case "goals":
                return f"{quantity(value)} of attainment"

    return told
