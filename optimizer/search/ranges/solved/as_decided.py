"""A plan with its on/off decisions as they are, in the model without them: prices hold with these fixed."""

from __future__ import annotations

from dataclasses import replace

from optimizer.search.choices.switched import Switched, decided
from optimizer.search.ranges.solved.nearby import unhurried
from optimizer.search.search import Found


def as_decided(found: Found) -> Found:
    """What was found, where all decisions are switches, and within one budget, or settled by choices beside rows: the
    rows of decisions are limits of spends then."""
    choices = None if found.relaxation is None else found.relaxation.choosing
    settled = isinstance(choices, Switched) or (found.chosen and len(found.model.integer) > 0)
    if found.relaxation is None or not settled or found.columns is None or found.duals is None:
        return found
    model, columns, duals = decided(found.model, found.columns, found.duals)
    return replace(found, model=model, columns=columns, duals=duals, relaxation=unhurried(model))
