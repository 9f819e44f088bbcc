"""What the plan rests on, and what has to be kept in mind."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.answers.explanation.sentence import Said, Sentence, Told, say, some_of
from optimizer.wording import percent

MOST = 12


def assumptions(told: Told) -> Iterator[Sentence]:
    """How much rests on assumed curves, and what each of them takes for granted."""
    found = told.plan.assumptions
    if found is None:
        return
    parts = {"amount": told.metric(found.amount, found.metric)}
    if found.share is not None:
        parts["part"] = Said(found.share, "1", percent(found.share))
    yield Sentence(text=found.sentence, figures=say("", **parts).figures)
    for row in found.tactics[:MOST]:
        yield say("{tactic}: {sentences}.", tactic=row.tactic, sentences="; ".join(row.assumptions))
    if len(found.tactics) > MOST:
        yield say("{names} assume something, too.", names=some_of([row.tactic for row in found.tactics[MOST:]]))


def warnings(told: Told) -> Iterator[Sentence]:
    """The plan's own warnings, as sentences."""
    for warning in told.plan.warnings:
        if told.whole_numbers and warning.startswith("prices hold"):
            continue  # told beside the prices
        yield Sentence(text=f"{warning[:1].upper()}{warning[1:].rstrip('.')}.")
