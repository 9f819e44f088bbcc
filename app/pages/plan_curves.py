"""The response curves of a plan in figures, beside their picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.answers.comparison import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """Where a plan stands on a tactic's curve, in an average period: `marginal` is the outcome of one more unit of
    money there, `saturation` the share of all that the curve can yield [1]; None where that has no end.
    """

    tactic: str
    today: float | None
    planned: float
    outcome: float
    marginal: float | None
    saturation: float | None


def curve_points(shown: Candidate) -> Iterator[CurvePoint]:
    """One for each tactic, before carry-over and seasonality, as the picture has them."""
    spends = {row.tactic: row.spend / len(shown.scenario.periods) for row in shown.plan.tactics}
    for tactic in shown.scenario.tactics:
        if (planned := spends.get(tactic.name)) is None:
            continue
        start, outcome = tactic.response.value(np.array([0.0, planned])).tolist()
        slope = float(tactic.response.slope(np.array([planned]))[0])
        most = tactic.response.supremum() - start
        yield CurvePoint(
            tactic=tactic.name,
            today=tactic.current_spend,
            planned=planned,
            outcome=outcome - start,
            marginal=slope if np.isfinite(slope) else None,
            saturation=(outcome - start) / most if 0.0 < most < np.inf else None,
        )
