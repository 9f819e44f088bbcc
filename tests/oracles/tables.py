"""Seeded scenarios of tables, concave or convex first, and the part of each table on which a plan stands."""

from __future__ import annotations

import copy
import math
import random
from itertools import pairwise

import numpy as np

from tests.oracles.families import Wire

CLOSE = 1e-4  # money, within which a spend is at a point
APART = 1.03  # times, that a slope is steeper than the next at the least: a bend of less than 1 % ends no range


def tables(seed: int, kind: str) -> Wire:
    """Two to six tactics whose tables are `concave` or `convex first`, with a budget, spend limits and some rules."""
    dice = random.Random(f"{kind} {seed}")
    count, size = dice.randint(2, 6), 10 ** dice.uniform(2, 5)
    budget = round(count * size * dice.uniform(0.2, 0.9), 2)
    tactics = [_tactic(dice, f"t{number}", size, kind) for number in range(count)]
    return {
        "name": f"tables {seed}",
        "currency": "EUR",
        "digits": 6,
        "objective": {"maximize": "revenue"},
        "budget": {dice.choice(["at_most", "at_most", "exactly"]): budget},
        "tactics": tactics,
        "rules": [_rule(dice, number, tactics, budget) for number in range(dice.choice([0, 0, 1, 2]))],
        "solve": {"gap": 1e-9, "time_limit": 20},
    }


def _tactic(dice: random.Random, name: str, size: float, kind: str) -> Wire:
    tactic: Wire = {"name": name, "stage": "downstream", "response": {"family": "tabulated"}}
    tactic["response"]["points"] = _points(dice, size, kind)
    if dice.random() < 0.3:
        tactic["spend"] = {"at_most": round(size * dice.uniform(0.3, 1.5), 2)}
    elif dice.random() < 0.15:
        tactic["spend"] = {"at_least": round(size * dice.uniform(0.02, 0.2), 2)}
    return tactic


def _points(dice: random.Random, size: float, kind: str) -> list[list[float]]:
    places = sorted({round(size * dice.uniform(0.05, 1.5), 2) for _ in range(dice.randint(2, 6))})
    slopes = [3.0 / APART**0.5]
    while len(slopes) < len(places):
        slopes.append(slopes[-1] / dice.uniform(APART, 2.0))
    if kind == "convex first":
        dice.shuffle(slopes)
        top = slopes.index(max(slopes))
        slopes = sorted(slopes[:top]) + sorted(slopes[top:], reverse=True)
    points, last, height = [[0.0, 0.0]], 0.0, 0.0
    factor = dice.uniform(0.3, 1.0)
    for place, slope in zip(places, slopes, strict=True):
        height += factor * slope * (place - last)
        points.append([place, round(height, 6)])
        last = place
    return points


def _rule(dice: random.Random, number: int, tactics: list[Wire], budget: float) -> Wire:
    names = [tactic["name"] for tactic in tactics]
    scope = {"tactics": dice.sample(names, dice.randint(1, len(names) - 1))}
    kind, side = (
        dice.choice(["share_range", "share_range", "spend_range", "metric_range"]),
        dice.choice(["at_least", "at_most"]),
    )
    limit = {
        "share_range": round(dice.uniform(0.1, 0.8), 2),
        "spend_range": round(budget * dice.uniform(0.1, 0.8), 2),
        "metric_range": round(budget * dice.uniform(0.05, 0.5), 2),
    }[kind]
    metric = {"metric": "outcome"} if kind == "metric_range" else {}
    return {"rule": kind, "name": f"r{number}", "scope": scope, side: limit} | metric


def on_its_pieces(document: Wire, plan: Wire) -> tuple[Wire, dict[str, list[float]]] | None:
    """The document with each spend kept where its table bends down around the plan; and by tactic those of its limits
    that are only that. None where a spend stands at a point at which its table grows steeper."""
    near, spends = copy.deepcopy(document), {line["tactic"]: line["spend"] for line in plan["tactics"]}
    edges: dict[str, list[float]] = {}
    for tactic in near["tactics"]:
        around = _around(tactic["response"]["points"], spends[tactic["name"]])
        if around is None:
            return None
        own = tactic.get("spend", {})
        low, high = around
        new = {"at_least": low} if low > own.get("at_least", 0.0) + CLOSE else {}
        new |= {"at_most": high} if high < own.get("at_most", math.inf) - CLOSE else {}
        edges[tactic["name"]] = list(new.values())
        if own | new:
            tactic["spend"] = own | new
    return near, edges


def _around(points: list[list[float]], spend: float) -> tuple[float, float] | None:
    """From where to where a table bends down around a spend."""
    ends = [*(place for place, _ in points), math.inf]
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)] + [0.0]
    first = last = max(piece for piece in range(len(slopes)) if ends[piece] <= spend + CLOSE)
    if first > 0 and spend <= ends[first] + CLOSE:
        if slopes[first] > slopes[first - 1]:
            return None
        first -= 1
    while first > 0 and slopes[first - 1] >= slopes[first]:
        first -= 1
    while last + 1 < len(slopes) and slopes[last + 1] <= slopes[last]:
        last += 1
    return ends[first], ends[last + 1]


def whole_tables(seed: int, tactics: int, *, flat: bool = False) -> list[Wire]:
    """Tables that grow steeper and flatter as they like; or flat first and steep after."""
    random = np.random.default_rng(seed)
    lines = []
    for number in range(tactics):
        inputs = np.cumsum(random.integers(4, 30, 2 if flat else 4)).tolist()
        rises = [int(random.integers(0, 3)), 90] if flat else random.integers(0, 40, 4).tolist()
        points = [[0, 0], *([x, int(y)] for x, y in zip(inputs, np.cumsum(rises), strict=True))]
        lines.append({"name": f"t{number}", "stage": "upstream", "response": {"family": "tabulated", "points": points}})
    return lines


def best_by_unit(tactics: list[Wire], most: int) -> np.ndarray:
    """The most that whole spends bring, by what they add up to: up to `most`, shape (most + 1,)."""
    units, best = np.arange(most + 1), np.zeros(most + 1)
    for tactic in tactics:
        xs, ys = np.array(tactic["response"]["points"], dtype=float).T
        own = np.interp(units, xs, ys)
        best = np.array([max(best[total - spent] + own[spent] for spent in range(total + 1)) for total in units])
    return best
