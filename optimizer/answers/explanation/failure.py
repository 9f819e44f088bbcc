"""Why there is no plan: a conflict, or no time."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.answers.explanation.sentence import Sentence, Told, say, some_of
from optimizer.answers.plan import Repair
from optimizer.wording import any_of, cannot_hold


def headline_of_failure(told: Told) -> Sentence:
    """That there is no plan, and in a word why."""
    if told.plan.conflict is None:
        return Sentence(text="No plan was found, nor was it proved that there is none.")
    names = told.plan.conflict.conflicting
    rest = ", whatever the rest" if len(names) == 1 else ""
    return say("There is no plan: {names} {held}{rest}.", names=some_of(names), held=cannot_hold(len(names)), rest=rest)


def conflict(told: Told) -> Iterator[Sentence]:
    """The limits and goals that cannot all hold."""
    found = told.plan.conflict
    if found is None:
        return
    if found.minimal:
        count = len(found.conflicting)
        parts = {"names": some_of(found.conflicting), "held": cannot_hold(count), "one": any_of(count)}
        rest = "the rest of these" if found.further else "the rest"
        alone = count == 1 and found.further
        yield say("{names} {held}." if alone else "{names} {held}; without {one} {rest} can.", rest=rest, **parts)
    else:
        yield say(
            "The conflict lies among {names}; time did not suffice to narrow it down.", names=some_of(found.conflicting)
        )
    for names in found.further:
        yield say("{names} {held} either.", names=some_of(names), held=cannot_hold(len(names)))
    if found.further:
        yield Sentence(text="Each of these conflicts has to be mended.")
    if found.relaxations:
        changes = "; or ".join(own.sentence for own in found.relaxations)
        yield Sentence(text=f"What mends it, the cheapest first: {changes}.")
        together = found.cheapest
        if together is not None and len(together.changes) > 1:
            yield Sentence(text=f"{_together(told, together)}: {together.sentence}.")
    elif found.cheapest is not None:
        yield Sentence(text=f"What mends it: {found.cheapest.sentence}.")


def _together(told: Told, several: Repair) -> str:
    """How several changes compare with a single one: in money, where that is of money."""
    assert told.plan.conflict is not None
    if told.plan.conflict.relaxations[0].unit == told.scenario.currency:
        return "Less money is enough where several change"
    if all(own.unit == told.scenario.currency for own in several.changes):
        return "In money alone, where several change"
    return "What mends it as well, where several change"


def no_plan(told: Told) -> Iterator[Sentence]:
    """Why the search ended without a plan, and what may help."""
    if told.plan.status == "no_plan":
        detail = told.plan.termination.detail or "the search ended before any plan was found"
        yield Sentence(text=f"{detail[:1].upper()}{detail[1:]}.")
