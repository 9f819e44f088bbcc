"""A model asked for the largest spend that its rows allow, in place of its own objective.

Objective   minimise −Σ spend / V
"""

from __future__ import annotations

from dataclasses import replace

from optimizer.formulation.model import Model


def most_spend(model: Model) -> Model:
    """The model of a scenario that minimises spend, turned round."""
    assert model.scenario.objective.aim == "spend"
    return replace(model, cost=-model.cost)
