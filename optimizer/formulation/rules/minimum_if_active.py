"""spend ≥ at_least · active and spend ≤ reach · active, active ∈ {0, 1}: two rows a cell, in whole minor units.

Where a curve reads the spend as it is, response ≤ most · active makes a third. `active` is the vocabulary's, which
other on/off rules share.
"""

from __future__ import annotations

from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import MinimumIfActive


def write(rule: MinimumIfActive, words: Vocabulary) -> None:
    """Write the columns `active_…` and the rows of a `minimum_if_active` rule."""
    words.active(rule.name, rule.scope, rule.at_least)
