"""A model that looks at the worst of its draws, written out draw by draw: the responses and the demand of each.

Columns     a response of each draw for each cell; stock, realised, left as of the expected curves where there are pools
            worst = η   what the worst draws cost at the least
            worse_k     what draw k costs beyond that
Rows        the rows of the pools, once more for each draw
            worse_k ≥ cost_k − η
Cost        η + Σ_k worse_k / ((1 − α)·K)
It has as many cells as there are draws times cells, so that only the worst draws are written out. What is left out can
only cost more: the least cost over some draws is a lower bound on that over all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import CurveStack
from optimizer.formulation.draft import Draft, Index, Sum
from optimizer.formulation.model import Model, Written, cost_of, scaled, words_of
from optimizer.formulation.response import Cells, inputs_of
from optimizer.formulation.river import Currents, add_river
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.draws import drawn_tactic, joint_draws, largest_weight

WORST = "worst"  # the name of the column η


def by_draw(model: Model, draws: Index) -> Model:
    """A model with a confidence where some of its draws, the worst, are written out.

    Its first columns and rows are those it had. Other draws cost less than η, as long as that is so.
    """
    confidence, words = model.scenario.objective.confidence, words_of(model)
    assert confidence is not None
    readings = _readings(words, draws)
    each = [_drawn(words, draw, cells) for draw, cells in zip(draws.tolist(), readings, strict=True)]
    draft, count = words.draft, len(each)
    size = max(_size(draft, own.cost) for own in each)
    first = draft.add_columns([WORST], np.array([-size]), np.array([size]))
    beyond = draft.add_columns([f"worse_{draw}" for draw in range(count)], np.zeros(count), np.full(count, 2.0 * size))
    rows = len(draft.rows) + np.arange(count)
    for draw, own in enumerate(each):
        above = Sum(columns=np.append(first, beyond[draw]), values=np.ones(2))
        draft.link("draws", above - own.cost, 0.0, np.inf)
    most = largest_weight(joint_draws(model.scenario.tactics), confidence)
    cost = Sum(columns=np.append(first, beyond), values=np.append(1.0, np.full(count, most)))
    written = scaled(draft, replace(words, cells=_joined(words.cells, readings, draws)), cost, model.attainments)
    currents = tuple(own.currents for own in each if own.currents is not None)
    return replace(
        written,
        switches=model.switches,
        follows=np.arange(len(model.names), len(draft.names)),
        written=Written(draws=draws, currents=currents, worst=int(first[0]), worse=beyond, rows=rows, most=most),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """The pools under one draw, and what a plan costs there."""

    currents: Currents | None
    cost: Sum


def _drawn(words: Vocabulary, draw: int, cells: Cells) -> _Drawn:
    draft, tactics = words.draft, words.scenario.tactics
    scenario = replace(words.scenario, tactics=tuple(drawn_tactic(tactic, draw) for tactic in tactics))
    before = len(draft.names)
    currents = add_river(draft, scenario, cells)
    draft.names[before:] = [f"{name}_of_{draw}" for name in draft.names[before:]]
    own = replace(words, scenario=scenario, cells=cells, currents=currents)
    return _Drawn(currents=currents, cost=cost_of(own))


def _readings(words: Vocabulary, draws: Index) -> list[Cells]:
    """The same cells on the curves of each draw, with responses of their own."""
    cells, draft, several, count = words.cells, words.draft, len(draws), len(words.cells.inputs)
    stack = cells.curves.by_draw(draws)
    idle = inputs_of(words.scenario, np.zeros(words.spend.shape))
    zero, high, low = (stack.value(np.repeat(at, several)).reshape(count, -1) for at in (idle, cells.high, cells.low))
    most = np.maximum(high - zero, 0.0)
    least = np.clip(low - zero, 0.0, most)
    found = []
    for place, draw in enumerate(draws.tolist()):
        names = [f"response_{cell}_of_{draw}" for cell in range(count)]
        responses = draft.add_columns(names, least[:, place], most[:, place])
        own = stack.take(np.arange(count) * several + place)
        found.append(replace(cells, curves=own, responses=responses, zero=zero[:, place], most=most[:, place]))
    return found


def _joined(cells: Cells, readings: list[Cells], draws: Index) -> Cells:
    """All cells, those of the expected curves first."""
    every = [cells, *readings]
    count = len(cells.inputs)
    stack = cells.curves.by_draw(draws).take(np.arange(count * len(draws)).reshape(count, -1).T.ravel())
    stretches = [own.first[1:] + number * count for number, own in enumerate(every)]
    return Cells(
        curves=CurveStack.joined(cells.curves, stack),
        inputs=np.concatenate([own.inputs for own in every]),
        responses=np.concatenate([own.responses for own in every]),
        low=np.concatenate([own.low for own in every]),
        high=np.concatenate([own.high for own in every]),
        zero=np.concatenate([own.zero for own in every]),
        most=np.concatenate([own.most for own in every]),
        effects=cells.effects * len(every),
        first=np.concatenate([cells.first[:1], *stretches]),
    )


def _size(draft: Draft, cost: Sum) -> float:
    """What a plan costs or brings at the most."""
    return float(np.abs(cost.values) @ np.array(draft.high)[cost.columns]) or 1.0
