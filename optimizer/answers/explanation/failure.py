"""Why there is no plan: a conflict, or no time."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.answers.explanation.sentence import Sentence, Told, say, some_of


def headline_of_failure(told: Told) -> Sentence:
    """That there is no plan, and in a word why."""
    if told.plan.conflict is None:
        return Sentence(text="No plan was found, nor was it proved that there is none.")
    names = some_of(told.plan.conflict.conflicting)
    if len(told.plan.conflict.conflicting) == 1:
        return say("There is no plan: {names} cannot hold, whatever the rest.", names=names)
    return say("There is no plan: {names} cannot all hold.", names=names)


def conflict(told: Told) -> Iterator[Sentence]:
    """The limits and goals that cannot all hold."""
    found = told.plan.conflict
    if found is None:
        return
    if found.minimal and len(found.conflicting) == 1:
        yield say("{names} cannot hold; without it the rest can.", names=some_of(found.conflicting))
    elif found.minimal:
        yield say("{names} cannot all hold; without any one of them the rest can.", names=some_of(found.conflicting))
    else:
        yield say(
            "The conflict lies among {names}; time did not suffice to narrow it down.", names=some_of(found.conflicting)
        )
    for names in found.further:
        held = "cannot all hold" if len(names) > 1 else "cannot hold"
        yield say("{names} {held} either.", names=some_of(names), held=held)
    if found.further:
        yield Sentence(text="Each of these conflicts has to be mended.")
    if found.relaxations:
        changes = "; or ".join(own.sentence for own in found.relaxations)
        yield Sentence(text=f"What mends it, the cheapest first: {changes}.")
        together = found.cheapest
        if together is not None and len(together.changes) > 1:
            yield Sentence(text=f"Less money is enough where several change: {together.sentence}.")
    elif found.cheapest is not None:
        yield Sentence(text=f"What mends it: {found.cheapest.sentence}.")


def no_plan(told: Told) -> Iterator[Sentence]:
    """Why the search ended without a plan, and what may help."""
    if told.plan.status == "no_plan":
        detail = told.plan.termination.detail or "the search ended before any plan was found"
        yield Sentence(text=f"{detail[:1].upper()}{detail[1:]}.")
