"""Rivers of S-shaped curves by seed, and plans for them that owe nothing to optimizer/.

Each curve is read between close points, segment by segment, one of which is on, in scipy's mixed-integer program; the
spend that this finds is valued on the true curves by a linear program that converts demand.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from tests.oracles.conversion import Conversion
from tests.oracles.families import Wire, curve
from tests.oracles.program import Terms, added, times
from tests.oracles.tail_program import TailProgram

SEGMENTS = 12  # of a curve
CONCAVE = ("exponential",)


class BentProgram(TailProgram):
    """The whole program of one river without draws; near its optimum."""

    gap = 3e-3

    def spend_near_the_best(self) -> np.ndarray | None:
        """The spends that are best by segments, (tactics, periods); None where no plan keeps the limits."""
        if self.first() is None:
            return None
        return np.maximum(self.point[np.array(self.spend)], 0.0)

    def _read(self, member: Wire, inputs: Terms, reach: float) -> Terms:
        if member["family"] in CONCAVE:
            return super()._read(member, inputs, reach)
        points = np.linspace(0.0, reach, SEGMENTS + 1)
        heights = curve(member)(points)
        parts, switches, read = [], [], []
        for (x, y), (end, top) in pairwise(zip(points.tolist(), heights.tolist(), strict=True)):
            on, part = self.column(high=1.0, whole=True), self.column(high=1.0)
            self.row({part: 1.0, on: -1.0}, high=0.0)
            parts.append({on: x, part: end - x})
            read.append({on: y, part: top - y})
            switches.append(on)
        self.row(dict.fromkeys(switches, 1.0), 1.0, 1.0)
        self.row(added(inputs, times(-1.0, added(*parts))), 0.0, 0.0)
        return added(*read)


def known_plan(scenario: Wire) -> float | None:
    """What some plan is worth that is near the best; None where there is none."""
    spend = BentProgram(scenario).spend_near_the_best()
    if spend is None:
        return None
    most = scenario["budget"]["at_most"]
    found = Conversion(scenario).best(spend * min(1.0, most / max(float(spend.sum()), 1e-9)))
    return None if found is None else found[0]


def bent_river(seed: int, tactics: int = 5, lengths: Sequence[int] = (1, 2, 3, 4, 6)) -> Wire:
    """Two to `tactics` over some periods, one or two pools; every second one with adstock, some with rules."""
    dice = random.Random(f"{seed} bent river")
    count, periods = dice.randint(2, tactics), [f"p{k + 1}" for k in range(dice.choice(lengths))]
    ups = dice.randint(1, count - 1)
    pools = ["north", "south"][: 2 if min(ups, count - ups) > 1 and dice.random() < 0.5 else 1]
    lines = [_tactic(dice, number, number < ups, pools, periods) for number in range(count)]
    if seed % 2 and len(periods) > 1:
        for tactic in lines:
            tactic["adstock"] = {"family": "geometric", "retention": round(dice.uniform(0.2, 0.6), 2)}
    rules = []
    if dice.random() < 0.3:
        rules.append({"rule": "minimum_if_active", "name": "rule", "scope": {"tactics": ["t0"]}, "at_least": 15})
    return {
        "name": f"bent river {seed}",
        "currency": "EUR",
        "digits": 4,
        "objective": {"maximize": dice.choice(["revenue", "revenue", "profit"])},
        "periods": periods,
        "budget": {"at_most": float(round(count * len(periods) * dice.uniform(15, 45)))},
        "tactics": lines,
        "demand_pools": [_pool(dice, name) for name in pools],
        "rules": rules,
    }


def _tactic(dice: random.Random, number: int, up: bool, pools: list[str], periods: list[str]) -> Wire:
    pool = pools[number % len(pools)]
    tactic: Wire = {
        "name": f"t{number}",
        "stage": "upstream" if up else "downstream",
        "response": _curve(dice),
        "revenue_per_outcome": dice.choice([0, 0, 0.3]) if up else round(dice.uniform(0.5, 2.0), 2),
        "demand_per_outcome": dice.choice([0.5, 1, 2]),
        "spend": {"at_most": dice.randint(60, 180)},
    }
    if dice.random() < 0.3:
        tactic["seasonality"] = [dice.choice([0.7, 1.0, 1.4]) for _ in periods]
    if not up:
        return tactic | {"draws_from": pool}
    return tactic | {"feeds": pool, "lead": dice.choice([0, 0, 1]) if len(periods) > 1 else 0}


def _curve(dice: random.Random) -> Wire:
    ceiling = dice.randint(100, 400)
    return dice.choice(
        [
            {"family": "hill", "half_saturation": dice.randint(20, 80), "shape": round(dice.uniform(1.5, 4.0), 2)},
            {"family": "s_logistic", "steepness": round(dice.uniform(0.05, 0.2), 3), "midpoint": dice.randint(20, 60)},
            {"family": "exponential", "scale": dice.randint(20, 80)},
        ]
    ) | {"ceiling": ceiling}


def _pool(dice: random.Random, name: str) -> Wire:
    return {
        "name": name,
        "initial": dice.choice([0, 20, 100]),
        "organic": dice.choice([0, 5, 30]),
        "retention": dice.choice([0, 0.5, 0.8]),
        "end_value": dice.choice([0, 0, 0.2]),
    }
