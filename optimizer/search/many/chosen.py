"""Many points with on/off decisions, that differ in the limits of one row: settled together by choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from optimizer.formulation.model import Model
from optimizer.formulation.moved import abreast
from optimizer.search.choices.settled import Settling
from optimizer.search.deadline import Deadline
from optimizer.search.many.together import AT_ONCE
from optimizer.search.search import Found


class Chosen:
    """The points; `models` are one model under other limits of its rows, `choices` what settles it."""

    def __init__(self, models: Sequence[Model], choices: Settling, gap: float, deadline: Deadline) -> None:
        self._models, self._choices, self._gap, self._deadline = models, choices, gap, deadline

    def run(self, report: Callable[[int], None]) -> list[Found]:
        """What was found for each point; `report` is told how many are done.

        Where the gap is not proved, a point takes a search of its own.
        """
        founds: list[Found] = []
        step = max(1, AT_ONCE // max(1, len(self._models[0].cells.inputs)))
        for first in range(0, len(self._models), step):
            if self._deadline.left <= 0:
                break
            founds += self._settled(self._models[first : first + step])
            report(len(founds))
        return founds + [_unknown(model) for model in self._models[len(founds) :]]

    def _settled(self, models: Sequence[Model]) -> list[Found]:
        found = self._choices.settle(abreast(models), self._gap, np.full(len(models), np.inf), self._deadline)
        return [
            _unknown(model)
            if not np.isfinite(cost)
            else replace(_unknown(model), columns=columns, cost=cost, bound=min(bound, cost), duals=duals, chosen=True)
            for model, cost, bound, columns, duals in zip(
                models, found.costs.tolist(), found.bounds.tolist(), found.columns, found.duals, strict=True
            )
        ]


def _unknown(model: Model) -> Found:
    return Found(model=model, columns=None, cost=np.inf, bound=-np.inf, duals=None, stopped=False, rounds=0, nodes=0)
