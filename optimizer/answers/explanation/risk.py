"""The risk: how the plan fares over the draws of its curves."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.answers.explanation.sentence import Sentence, Told, number, say, share

MOST = 3  # tactics told: those whose revenue varies most


def risk(told: Told) -> Iterator[Sentence]:
    """The range of the value, its worst part, the chances of the goals, and which tactics vary most."""
    found = told.plan.risk
    if found is None:
        return
    value = found.value
    yield say(
        "At most {tail} of the {draws} draws of the curves put the value below {low}, and as many above {high}; "
        "on average it is {mean}.",
        tail=share((1.0 - found.level) / 2.0),
        draws=number(float(found.draws), "draws"),
        low=told.worth(value.low),
        high=told.worth(value.high),
        mean=told.worth(value.mean),
    )
    words = "Over the worst {worst} of them it is {cvar} on average."
    yield say(words, worst=share(1.0 - found.confidence), cvar=told.worth(value.cvar))
    for goal in found.goals:
        yield say("{goal} is met in {chance} of them.", goal=goal.name, chance=share(goal.chance))
    yield from _spread(told)


def _spread(told: Told) -> Iterator[Sentence]:
    assert told.plan.risk is not None
    wide = sorted(told.plan.risk.tactics, key=lambda row: (row.revenue.low - row.revenue.high, row.tactic))
    for row in [row for row in wide if row.revenue.high > row.revenue.low][:MOST]:
        low, high = told.money(row.revenue.low), told.money(row.revenue.high)
        yield say("{tactic} brings a revenue between {low} and {high}.", tactic=row.tactic, low=low, high=high)
