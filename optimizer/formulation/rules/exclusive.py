"""Σ active ≤ at_most over the tactics of a period, or Σ any ≤ at_most over the groups; over all, over what is ever on.

`active` and `any` are the vocabulary's.
"""

from __future__ import annotations

import numpy as np

from optimizer.formulation.draft import Sum
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import Exclusive


def write(rule: Exclusive, words: Vocabulary) -> None:
    """Write the rows of an `exclusive` rule: one a period, or one over all."""
    if rule.groups:
        members = [words.active(rule.name, group) for group in rule.groups]
    else:
        members = [row[None, :] for row in words.active(rule.name, rule.scope)]
    periods = [slice(None)] if rule.over_all else [slice(t, t + 1) for t in range(len(words.scenario.periods))]
    for part in periods:
        own = [member[:, part] for member in members]
        columns = [words.any_of(rule.name, cells[cells >= 0]) for cells in own if (cells >= 0).any()]
        if len(columns) > rule.at_most:
            total = Sum(columns=np.array(columns), values=np.ones(len(columns)))
            words.draft.add_row(rule.name, total, at_most=rule.at_most)
