"""Σ|x − reference| ≤ allowed, and at most so many cells differ, by what each cell spends less than the reference.

Sets        cells c of the scope with a reference ref_c
Columns     less_c ∈ [0, ref_c]     how far the spend is below the reference [money]; none where ref_c is 0
            differs_c ∈ {0, 1}      whether the spend may differ
Rows        x_c + less_c ≥ ref_c
            Σ (x_c + 2 · less_c) ≤ allowed + Σ ref_c         for |x − ref| = x − ref + 2 · max(0, ref − x)
            x_c − (reach_c − ref_c) · differs_c ≤ ref_c      x_c + ref_c · differs_c ≥ ref_c
            Σ differs_c ≤ lines

A reference that is no whole number of minor units stands for both whole numbers around it in the rows of `differs`.
"""

from __future__ import annotations

import math

import numpy as np

from optimizer.formulation.draft import Array, Index, Sum
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import TurnoverLimit


def write(rule: TurnoverLimit, words: Vocabulary) -> None:
    """Write the columns and rows of a `turnover_limit` rule."""
    inside = words.mask(rule.scope) > 0
    spends = words.spend[inside]
    if rule.has_price:
        _write_money(rule, words, spends, rule.target(words.scenario)[inside])
    if rule.lines is not None:
        low, high = rule.unchanged(words.scenario)
        _write_lines(rule, words, spends, low[inside], high[inside])


def _write_money(rule: TurnoverLimit, words: Vocabulary, spends: Index, target: Array) -> None:
    draft, reference = words.draft, math.fsum(target)
    some = target > 0
    names = [f"less_{len(draft.names) + number}" for number in range(int(some.sum()))]
    less = draft.add_columns(names, np.zeros(len(names)), target[some])
    for spend, column, own in zip(spends[some], less, target[some], strict=True):
        draft.add_row(rule.name, _sum([spend, column], [1.0, 1.0]), at_least=float(own), lever=0.0)
    shares = [] if rule.share is None else [rule.share * reference]
    allowed = min(shares if rule.amount is None else [rule.amount, *shares])
    total = _sum([*spends, *less], [1.0] * len(spends) + [2.0] * len(less))
    lever = reference if rule.amount is None else 1.0
    draft.add_row(rule.name, total, at_most=allowed + reference, lever=lever)


def _write_lines(rule: TurnoverLimit, words: Vocabulary, spends: Index, low: Array, high: Array) -> None:
    draft = words.draft
    names = [f"differs_{len(draft.names) + number}" for number in range(len(spends))]
    differs = draft.add_columns(names, np.zeros(len(names)), np.ones(len(names)), integer=True)
    for spend, column, least, most in zip(spends, differs, low.tolist(), high.tolist(), strict=True):
        far = max(draft.high[spend] - most, 0.0)
        draft.add_row(rule.name, _sum([spend, column], [1.0, -far]), at_most=most, lever=0.0)
        if least > 0:
            draft.add_row(rule.name, _sum([spend, column], [1.0, least]), at_least=least, lever=0.0)
    draft.add_row(rule.name, _sum(differs, [1.0] * len(differs)), at_most=float(rule.lines or 0), lever=0.0)


def _sum(columns: list[int] | Index, values: list[float]) -> Sum:
    return Sum(columns=np.array(columns, dtype=np.intp), values=np.array(values))
