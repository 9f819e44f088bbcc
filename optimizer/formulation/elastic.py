"""Limits that give way: how far they have to, in all, is what is minimised.

Sets        sides k that may give way, each with a weight and a most
Columns     give_k ∈ [0, most_k]        how far the side moves [units of the limit]
Rows        Σ … + give_k ≥ at_least     in place of the row of a lower limit
            Σ … − give_k ≤ at_most      in place of the row of an upper one; both on an equality
            spend_i_t + give_k ≥ at_least_i, spend_i_t − give_k ≤ at_most_i     for a spend limit, each period
Objective   minimise Σ weight_k · give_k
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.formulation.draft import Array, Draft, Index, Row, Sum
from optimizer.formulation.model import Model
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.limits import movable, spend_limit
from optimizer.problem.scenario import Scenario
from optimizer.problem.tactic import SpendLimits
from optimizer.units import LARGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """A side of the limit `owner` that may give way by at most `most`, at `weight` a unit; `way` −1 down, 1 up.

    With `taut` above 0 it may also be drawn tighter than it stands, which counts as giving way by less than nothing;
    the objective is larger by `taut` then, so that a relative gap means a share of that.
    """

    owner: str
    side: str
    way: int
    weight: float = 1.0
    most: float = np.inf
    taut: float = 0.0


def givings_of(scenario: Scenario, names: Iterable[str]) -> tuple[Giving, ...]:
    """The sides of the named limits whose rows may give way; one that may move either way is two."""
    return tuple(
        Giving(owner=name, side=side.side, way=way)
        for name in names
        for side in movable(scenario, name)
        if side.on_row
        for way in ((side.way,) if side.way else (-1, 1))
    )


def loosened(scenario: Scenario, givings: Sequence[Giving]) -> Scenario:
    """The scenario whose spend limits leave the giving way to rows: column limits cannot give.

    Up to all of money: without any limit not every objective can be stated.
    """
    tactics = []
    for tactic in scenario.tactics:
        sides = {giving.side for giving in givings if giving.owner == spend_limit(tactic)}
        least = 0.0 if "at_least" in sides else tactic.spend.at_least
        most = LARGEST if "at_most" in sides else tactic.spend.at_most
        tactics.append(replace(tactic, spend=SpendLimits(at_least=least, at_most=most)))
    return replace(scenario, tactics=tuple(tactics))


@dataclass(frozen=True, slots=True)
class Elastic:
    """The objective of a model that is built from the `loosened` scenario; `stated` has the limits as they stand."""

    stated: Scenario
    givings: tuple[Giving, ...]

    def __call__(self, words: Vocabulary) -> Sum:
        """Write the columns, let the rows give way, without any leeway, and return what is to be small."""
        words.draft.rows[:] = [replace(row, leeway=0.0) if row.leeway else row for row in words.draft.rows]
        low, high = np.array(words.draft.low), np.array(words.draft.high)
        owned: dict[str, list[int]] = {}
        for number, row in enumerate(words.draft.rows):
            if row.side != "link":
                owned.setdefault(row.owner, []).append(number)
        taut = sum(giving.taut for giving in self.givings)
        columns, weights = [], [taut, *(own.weight for own in self.givings)]
        columns += words.draft.add_columns(["taut"], np.ones(1), np.ones(1)).tolist()
        for number, giving in enumerate(self.givings):
            rows = self._rows(words, giving, owned.get(giving.owner, []))
            drafted = [words.draft.rows[row] for row in rows]
            levers = _levers(self.stated, giving.owner, drafted)
            pairs = list(zip(drafted, levers, strict=True))
            most = min(giving.most, max((_vacuous(row, giving.way, low, high) / by for row, by in pairs), default=0.0))
            if giving.taut:
                most = max([most, *(_hopeless(row, giving.way, low, high) / by for row, by in pairs)])
            columns.append(_write(words.draft, rows, replace(giving, most=most), number, levers))
        return Sum(columns=np.array(columns, dtype=np.intp), values=np.array(weights))

    def places(self, model: Model) -> Index:
        """The columns of the givings, in their order."""
        return np.arange(len(model.names) - len(self.givings), len(model.names))

    def first(self, model: Model) -> int:
        """How many columns stand before those that are written here."""
        return len(model.names) - len(self.givings) - 1

    def given(self, model: Model, columns: Array) -> Array:
        """By how much each side gives way at a point [units of the limit], in the order of the givings."""
        return np.maximum((columns * model.scale)[self.places(model)], 0.0)

    def _rows(self, words: Vocabulary, giving: Giving, owned: list[int]) -> list[int]:
        """The rows of a side among those of its limit; for a spend limit that has none, they are written."""
        drafted = words.draft.rows
        rows = [row for row in owned if np.isfinite(drafted[row].lower if giving.way < 0 else drafted[row].upper)]
        for position, tactic in enumerate(self.stated.tactics):
            if spend_limit(tactic) == giving.owner and not rows:
                return _spend_rows(words, giving, position, getattr(tactic.spend, giving.side))
        return rows


def _spend_rows(words: Vocabulary, giving: Giving, position: int, limit: float) -> list[int]:
    """Write the rows of a spend limit, one a period."""
    draft, first = words.draft, len(words.draft.rows)
    for column in words.spend[position]:
        total = Sum(columns=np.array([column]), values=np.ones(1))
        if giving.way < 0:
            draft.add_row(giving.owner, total, at_least=limit)
        else:
            draft.add_row(giving.owner, total, at_most=limit)
    return list(range(first, len(draft.rows)))


def _levers(stated: Scenario, owner: str, rows: list[Row]) -> list[float]:
    """By how much each row moves with a unit of its limit: the parts of a goal move in proportion."""
    if owner not in {goal.name for goal in stated.goals}:
        return [1.0] * len(rows)
    return [row.lever if isinstance(row.lever, float) and row.lever > 0.0 else 1.0 for row in rows]


def _write(draft: Draft, rows: list[int], giving: Giving, number: int, levers: list[float]) -> int:
    """Add the column of one giving to its rows."""
    least = np.array([-giving.most if giving.taut else 0.0])
    [column] = draft.add_columns([f"give_{number}"], least, np.array([giving.most])).tolist()
    give = Sum(columns=np.array([column]), values=np.array([-float(giving.way)]))
    for row, lever in zip(rows, levers, strict=True):
        draft.rows[row] = replace(draft.rows[row], total=draft.rows[row].total + give * lever)
    return int(column)


def _hopeless(row: Row, way: int, low: Array, high: Array) -> float:
    """How far the row's limit may be tightened until no point within the columns' limits keeps it."""
    least, most = row.sum.values * low[row.sum.columns], row.sum.values * high[row.sum.columns]
    if way < 0:
        return max(0.0, float(np.maximum(least, most).sum()) - row.lower)
    return max(0.0, row.upper - float(np.minimum(least, most).sum()))


def _vacuous(row: Row, way: int, low: Array, high: Array) -> float:
    """How far the row's limit must move until no point within the columns' limits breaks it.

    Columns that were added after `low` and `high` were read are givings of the same row: they only help.
    """
    known = row.sum.columns < len(low)
    columns, values = row.sum.columns[known], row.sum.values[known]
    least, most = values * low[columns], values * high[columns]
    if way < 0:
        return max(0.0, row.lower - float(np.minimum(least, most).sum()))
    return max(0.0, float(np.maximum(least, most).sum()) - row.upper)
