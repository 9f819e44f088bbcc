"""Goals as rows: required ones bind, pursued ones are attained as far as they can be.

Sets        parts p of a goal: its milestones, the periods of its path, or the goal itself; target T_p, share h_p
Columns     attained_k ∈ [least, min(1, most metric/T_p)]        for each part of a pursued goal [1]
Rows        required    metric(scope_p) ≥ T_p
            pursued     metric(scope_p) − T_p · attained_k ≥ 0
            held        Σ_p h_p · attained_k ≥ what the level attained      for a level pursued before
Objective   maximise    Σ_p h_p · attained_k                                over the level pursued now

h_p = weight · T_p/Σ T: shortfalls are relative, so that goals of any metric add up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.formulation.draft import Array, Draft, Index, Sum
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.attainment import Level, shares
from optimizer.problem.goal import Goal
from optimizer.units import LEEWAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A level that is not to attain less than it did."""

    level: Level
    attained: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pursuit:
    """Which soft goals a model speaks of: the level made large `now`, if any, and those held before it."""

    now: Level | None = None
    held: tuple[Held, ...] = ()


NONE = Pursuit()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainments:
    """The columns of attainment and the rows that tie them, one each; `objective` is the level pursued now."""

    columns: Index
    rows: Index
    objective: Sum | None


def add_required(words: Vocabulary, goal: Goal) -> None:
    """One row for each part; a unit of `at_least` moves all of them in proportion."""
    for part in goal.parts(words.scenario.periods):
        lever = part.target / goal.at_least if goal.at_least else 1.0
        total = words.metric(goal.metric, part.scope)
        words.draft.add_row(goal.name, total, at_least=part.target, lever=lever, leeway=LEEWAY)


def add_pursuit(words: Vocabulary, pursuit: Pursuit) -> Attainments:
    """Write the columns and rows of all levels that the model speaks of."""
    ties: list[tuple[int, int]] = []
    for held in pursuit.held:
        total = _add_level(words, held.level, ties)
        words.draft.link("attained before", total, held.attained, np.inf)
    objective = None if pursuit.now is None else _add_level(words, pursuit.now, ties)
    pairs = np.array(ties, dtype=np.intp).reshape(-1, 2)
    return Attainments(columns=pairs[:, 0], rows=pairs[:, 1], objective=objective)


def _add_level(words: Vocabulary, level: Level, ties: list[tuple[int, int]]) -> Sum:
    """What the level attains, as a sum of its columns."""
    first = len(ties)
    weights = [share for goal in level.goals for share in _add_goal(words, goal, ties)]
    columns = np.array([column for column, _ in ties[first:]], dtype=np.intp)
    return Sum(columns=columns, values=np.array(weights))


def _add_goal(words: Vocabulary, goal: Goal, ties: list[tuple[int, int]]) -> list[float]:
    weights = []
    for part, share in shares(goal, words.scenario):
        metric = words.metric(goal.metric, part.scope).merged()
        least, most = _range(words.draft, metric)
        high = min(1.0, most / part.target)
        name = f"attained_{len(ties)}"
        [column] = words.draft.add_columns([name], np.array([min(0.0, least / part.target)]), np.array([high]))
        own = Sum(columns=np.array([column]), values=np.array([-part.target]))
        ties.append((int(column), words.draft.pursue(goal.name, metric + own, 0.0)))
        weights.append(share)
    return weights


def _range(draft: Draft, total: Sum) -> tuple[float, float]:
    """The least and the most that a sum can be within the limits of its columns."""
    columns = total.columns.tolist()
    low: Array = np.array([draft.low[column] for column in columns])
    high: Array = np.array([draft.high[column] for column in columns])
    ends = total.values * low, total.values * high
    return float(np.minimum(*ends).sum()), float(np.maximum(*ends).sum())
