"""Any plan at all, clear of the limits that run through curves: tangents promise more than curves keep.

Columns     margin ∈ [0, 1]
Rows        Σ … − |at_least| · margin ≥ at_least        for rows that read more than spends; at_most likewise
Objective   minimise Σ spend / thrift − margin          thrift [money]: what a whole margin may cost
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.formulation.draft import Draft, Row, Sum
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.limits import spend_limit
from optimizer.problem.scenario import Scenario

LEAST = 0.01  # of the range of a row whose limit is 0, that a whole margin moves it by


@dataclass(frozen=True, slots=True)
class Margin:
    """The objective of a model that is asked for any plan; `limited` has spend limits to be written as rows, if any."""

    thrift: float
    limited: Scenario | None = None

    def __call__(self, words: Vocabulary) -> Sum:
        """Write the column into its rows and return what is to be small."""
        draft = words.draft
        [column] = draft.add_columns(["margin"], np.zeros(1), np.ones(1)).tolist()
        straight = set(words.spend.ravel().tolist())
        for number, row in enumerate(draft.rows):
            inside = set(row.sum.columns.tolist())
            if (
                row.side in ("at_least", "at_most")
                and inside - straight
                and not any(draft.integer[own] for own in inside)
            ):
                draft.rows[number] = _cleared(draft, row, column)
        if self.limited is not None:
            write_limits(self.limited, words)
        margin = Sum(columns=np.array([column]), values=-np.ones(1))
        return margin + words.spent() * (1.0 / self.thrift)


def write_limits(limited: Scenario, words: Vocabulary) -> None:
    """Write the spend limits as rows, so that each can be left out by itself."""
    for tactic, columns in zip(limited.tactics, words.spend, strict=True):
        for column in columns:
            total = Sum(columns=np.array([column]), values=np.ones(1))
            least = tactic.spend.at_least or None
            words.draft.add_row(spend_limit(tactic), total, at_least=least, at_most=tactic.spend.at_most)


def _cleared(draft: Draft, row: Row, margin: int) -> Row:
    limit, sign = (row.lower, -1.0) if row.side == "at_least" else (row.upper, 1.0)
    size = abs(limit) or LEAST * float(np.abs(row.sum.values * np.array(draft.high)[row.sum.columns]).sum())
    return replace(row, total=row.total + Sum(columns=np.array([margin]), values=np.array([sign * size])))
