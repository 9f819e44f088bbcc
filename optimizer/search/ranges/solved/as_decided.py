"""A plan with its on/off decisions as they are, in the model without them: prices hold with these fixed."""

from __future__ import annotations

from dataclasses import replace

from optimizer.search.choices.switched import Switched
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.search import Found


def as_decided(found: Found) -> Found:
    """What was found, where all decisions are switches within one budget: their rows are limits of spends then."""
    choices = None if found.relaxation is None else found.relaxation.choosing
    if not isinstance(choices, Switched) or found.columns is None or found.duals is None:
        return found
    model, columns, duals = choices.decided(found.model, found.columns, found.duals)
    still = Deadline.after(1.0, lambda: 0.0)  # the work is counted, not timed
    relaxation = Relaxation(model, Incumbent(model), still, model.scenario.solve.gap)
    return replace(found, model=model, columns=columns, duals=duals, relaxation=relaxation)
