"""How far a spend lies from a given one: columns up and down against a reference, and whether a cell is changed.

Sets        cells c = (tactic, period)
Columns     up_c ∈ [0, reach_c − p_c], down_c ∈ [0, p_c]        [money], p the reference
            changed_c ∈ {0, 1}                                  only where changed cells are counted
Rows        spend_c − up_c + down_c = p_c
            up_c ≤ (reach_c − p_c) · changed_c                  where they are counted
            down_c ≤ p_c · changed_c
            Σ changed_c ≤ most                                  where so many may be changed
Objective   Σ weight_c · (up_c + down_c), or Σ changed_c
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.formulation.draft import Array, Index, Sum
from optimizer.formulation.vocabulary import Vocabulary

OWNER = "reference"


def money_moved(reference: Array, most: int | None = None, weights: Array | None = None) -> Callable[[Vocabulary], Sum]:
    """The objective Σ |spend − reference| [money], with at most so many cells changed; arrays (tactics, periods).

    `weights` [1] make moving some cells dearer than others.
    """
    dear = np.ones(reference.size) if weights is None else weights.ravel()

    def objective(words: Vocabulary) -> Sum:
        up, down = _moves(words, reference)
        if most is not None:
            changed = _changed(words, up, down)
            count = Sum(columns=changed, values=np.ones(len(changed)))
            words.draft.add_row(OWNER, count, at_most=float(most))
        return Sum(columns=np.concatenate([up, down]), values=np.concatenate([dear, dear]))

    return objective


def cells_changed(reference: Array) -> Callable[[Vocabulary], Sum]:
    """The objective Σ [spend ≠ reference]: the number of cells that are changed."""

    def objective(words: Vocabulary) -> Sum:
        changed = _changed(words, *_moves(words, reference))
        return Sum(columns=changed, values=np.ones(len(changed)))

    return objective


def _moves(words: Vocabulary, reference: Array) -> tuple[Index, Index]:
    """Write the columns up and down and what they mean; in the order of the spend columns."""
    draft, spends, given = words.draft, words.spend.ravel(), reference.ravel()
    high = np.array(draft.high)[spends]
    up = draft.add_columns([f"up_{cell}" for cell in spends], np.zeros(len(spends)), np.maximum(high - given, 0.0))
    down = draft.add_columns([f"down_{cell}" for cell in spends], np.zeros(len(spends)), given)
    for cell, amount in enumerate(given.tolist()):
        columns = np.array([spends[cell], up[cell], down[cell]])
        draft.link(OWNER, Sum(columns=columns, values=np.array([1.0, -1.0, 1.0])), amount, amount)
    return up, down


def _changed(words: Vocabulary, up: Index, down: Index) -> Index:
    """Write the column changed of each cell: a cell moves only where it is 1."""
    draft, size = words.draft, len(up)
    names = [f"changed_{cell}" for cell in words.spend.ravel()]
    changed = draft.add_columns(names, np.zeros(size), np.ones(size), integer=True)
    for side in (up, down):
        for move, switch in zip(side, changed, strict=True):
            columns = np.array([move, switch])
            draft.add_row(OWNER, Sum(columns=columns, values=np.array([1.0, -draft.high[move]])), at_most=0.0)
    return changed
