"""Which choices settle a model: of what is on and off, of S-shaped curves, or of the points of tables."""

from __future__ import annotations

from optimizer.formulation.model import Model
from optimizer.search.choices.one_budget import OneBudget
from optimizer.search.choices.settled import Settling
from optimizer.search.choices.switched import Switched
from optimizer.search.choices.tables import Tables
from optimizer.search.newton.spends import Spends


def choices_of(model: Model, spends: Spends | None) -> Settling | None:
    """Those of a model, whose spends may be followed; None where no choices settle it."""
    if len(model.integer):
        return Switched.of(model)
    return None if spends is None else Tables.of(spends) or OneBudget.of(spends)
