"""What money buys: one stretch of the card is chosen, and spend lies on it.

Columns     on_k ∈ {0, 1}       the stretch that the cell's spend lies on
            part_k              the spend, on the stretch that is on; 0 on the others                       [money]
Rows        Σ_k on_k = 1        start_k · on_k ≤ part_k ≤ start_k+1 · on_k        spend = Σ_k part_k
            bought = Σ_k (bought_k − rate_k · start_k) · on_k + rate_k · part_k
            Σ_k start_k · on_k ≤ spend ≤ Σ_k start_k+1 · on_k                     (which follows, for a single spend)
The column `bought` stands before the curves: they read it in place of the spend (`formulation/spend.py`).
"""

from __future__ import annotations

import numpy as np

from optimizer.curves import Array
from optimizer.formulation.draft import Index, Sum
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import RateCard


def write(rule: RateCard, words: Vocabulary) -> None:
    """Write the columns and rows of a `rate_card` rule."""
    for cell in zip(*np.nonzero(words.mask(rule.scope)), strict=True):
        _write(rule, words, (int(cell[0]), int(cell[1])))


def _write(rule: RateCard, words: Vocabulary, cell: tuple[int, int]) -> None:
    draft, spend, bought = words.draft, int(words.spend[cell]), int(words.reads[cell])
    parts = rule.stretches()
    starts = np.array([part.start for part in parts])
    ends = np.minimum(np.append(starts[1:], np.inf), max(draft.high[spend], starts[-1]))
    rates = np.array([part.rate for part in parts])
    levels = np.array([part.bought for part in parts]) - rates * starts
    count, size = len(parts), len(draft.names)
    reachable = (starts <= draft.high[spend]).astype(float)
    on = draft.add_columns([f"on_{size + k}" for k in range(count)], np.zeros(count), reachable, integer=True)
    part = draft.add_columns([f"part_{size + k}" for k in range(count)], np.zeros(count), ends * reachable)
    draft.link(rule.name, _sum(on, np.ones(count)), 1.0, 1.0)
    for k in range(count):
        draft.link(rule.name, _sum(np.array([part[k], on[k]]), np.array([1.0, -starts[k]])), 0.0, np.inf)
        draft.link(rule.name, _sum(np.array([part[k], on[k]]), np.array([1.0, -ends[k]])), -np.inf, 0.0)
    draft.link(rule.name, _sum(np.append(part, spend), np.append(np.ones(count), -1.0)), 0.0, 0.0)
    columns, values = np.concatenate([on, part, [bought]]), np.concatenate([levels, rates, [-1.0]])
    draft.link(rule.name, _sum(columns, values), 0.0, 0.0)
    draft.link(rule.name, _sum(np.append(on, spend), np.append(-starts, 1.0)), 0.0, np.inf)
    draft.link(rule.name, _sum(np.append(on, spend), np.append(-ends, 1.0)), -np.inf, 0.0)
    draft.follow(np.concatenate([on, part, [bought]]), lambda spends: _filled(rule, float(spends[cell]), count))


def _sum(columns: Index, values: Array) -> Sum:
    return Sum(columns=columns, values=values)


def _filled(rule: RateCard, spend: float, count: int) -> Array:
    """The columns of a cell at its spend."""
    starts = np.array([part.start for part in rule.stretches()])
    place = int(np.searchsorted(starts, spend, side="right")) - 1
    on = (np.arange(count) == place).astype(float)
    return np.concatenate([on, on * spend, rule.bought(np.array([spend]))])
