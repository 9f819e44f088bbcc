"""Which goals are met, by how much, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.answers.explanation.sentence import MONEY, Sentence, Told, say, share, some_of
from optimizer.answers.plan import GoalResult


def goals(told: Told) -> Iterator[Sentence]:
    """One sentence a goal, missed ones first, and one for what a required goal costs or a missed one would take."""
    for goal in sorted(told.plan.goals, key=lambda goal: (goal.met, not goal.required)):
        yield _told(told, goal)
        if goal.price:
            yield _price(told, goal)
        if goal.extra_budget is not None:
            yield _extra(told, goal, goal.extra_budget)
        elif goal.extra_budget_reason is not None:
            yield say("Meeting {name}: {reason}.", name=goal.name, reason=goal.extra_budget_reason)


def _told(told: Told, goal: GoalResult) -> Sentence:
    achieved, target = told.metric(goal.achieved, goal.metric), told.metric(goal.target, goal.metric)
    parts = {"achieved": achieved, "target": target}
    words = "{name}{kind}: {achieved} of {target} {metric}, "
    kind = " (required)" if goal.required else ""
    if goal.met:
        if achieved.text == target.text or goal.achieved <= goal.target:
            return say(words + "met exactly.", name=goal.name, kind=kind, metric=goal.metric, **parts)
        spare = told.metric(goal.achieved - goal.target, goal.metric)
        words += "met with {spare} to spare."
        return say(words, name=goal.name, kind=kind, metric=goal.metric, **parts, spare=spare)
    parts["missing"] = told.metric(goal.shortfall, goal.metric)
    words += "missed by {missing}"
    if goal.target > 0:
        words, parts["part"] = words + " ({part})", share(goal.shortfall / goal.target)
    return say(words + "{where}.", name=goal.name, kind=kind, metric=goal.metric, **parts, where=_where(goal))


def _where(goal: GoalResult) -> str:
    """Of which parts it is missed, where what they miss is not simply what the whole does."""
    missed = [part for part in goal.parts if part.shortfall]
    if not missed or (missed == [goal.parts[-1]] and missed[0].period is None):
        return ""
    ends = [part.period or (f"the end of {part.by}" if part.by else "the end") for part in missed]
    if len(missed) == 1:
        return f" {'at' if missed[0].period is None else 'in'} {ends[0]}"
    return f", added up over {some_of(ends)}"


def _extra(told: Told, goal: GoalResult, amount: float) -> Sentence:
    if told.scenario.budget.total is None:
        return say("No budget stands in the way of {name}: it gives way to what is pursued instead.", name=goal.name)
    if not amount:
        return say("The budget would do to meet {name}, at the cost of what is pursued instead.", name=goal.name)
    least = "at the least" if goal.extra_budget_reason is None else "at the most"
    words = "Meeting {name}, with everything else that is met kept, takes {extra} more budget {least}."
    return say(words, name=goal.name, extra=told.money(amount), least=least)


def _price(told: Told, goal: GoalResult) -> Sentence:
    assert goal.price is not None
    unit = told.scenario.currency if goal.metric in MONEY else f"unit of {goal.metric}"
    change = "raise" if goal.price > 0 else "lower"
    words = "Asking for 1 {unit} more of {name}" + _in_proportion(goal) + " would {change} the {aim} by {price}."
    return say(
        words, unit=unit, name=goal.name, change=change, aim=told.aim, price=told.price(abs(goal.price)),
    )  # fmt: skip


def _in_proportion(goal: GoalResult) -> str:
    """What moves with the amount that a goal in parts states."""
    if not goal.parts:
        return ""
    if goal.parts[0].period is not None:
        return " in each period, before growth and seasons,"
    return ", milestones in proportion,"
