"""S-shaped mixes by seed in which disjoint groups have limits of their own, as `grouped` reads them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tests.oracles import instances
from tests.oracles.families import Wire

FEWEST, MORE = 100, 40  # tactics
OBJECTIVES: tuple[Wire, ...] = (
    {"maximize": "revenue"},
    {"maximize": "revenue"},
    {"maximize": "revenue", "target_marginal_roi": 0.8},
)


def grouped_mix(seed: int) -> Wire:
    """Groups of 2 to 4, 9 or 20 tactics; floors, caps or both; a budget up to which or exactly which is spent."""
    rng = np.random.default_rng([seed, 76])
    sizes = list(_sizes(rng))
    shapes: Wire = {"s_share": float(rng.choice([0.4, 0.7, 1.0])), "budget": float(rng.choice([0.6, 1.0, 1.3]))}
    scenario = instances.one_period(sum(sizes), seed, limits=rng.choice(["wide", "mixed", "robyn"]), **shapes)
    budget, lines = scenario["budget"]["at_most"], scenario["tactics"]
    tables = 0.05 if seed % 4 == 0 else 0.0
    for line in lines:
        line["response"] = _response(rng, line["response"], line["current_spend"], tables)
    whole = sum(line["current_spend"] for line in lines)
    shares, exactly = bool(rng.random() < 0.2), bool(rng.random() < 0.2)
    rules = []
    for number, part in enumerate(np.split(np.array(lines), np.cumsum(sizes)[:-1])):
        for line in part:
            line["tags"] = {"group": f"g{number}"}
        low, high = _range(rng, list(part), budget / whole)
        unit = ("share_range", budget, 5) if shares else ("spend_range", 1.0, 2)
        if rng.random() < 0.9:
            rules.append(_rule(rng, f"g{number}", (low, high), unit))
    kind = "exactly" if shares or exactly else "at_most"
    objective = OBJECTIVES[int(rng.integers(3))]
    return scenario | {"budget": {kind: budget}, "rules": rules, "objective": objective}


def _sizes(rng: np.random.Generator) -> Iterator[int]:
    left, most = FEWEST + int(rng.integers(MORE)), int(rng.choice([4, 9, 20]))
    while left > 0:
        size = int(rng.integers(2, most + 1))
        left -= size
        yield size


def _response(rng: np.random.Generator, response: Wire, current: float, tables: float) -> Wire:
    """One in four is another: an S with a straight foot, a table, a few draws, or one that has begun already."""
    money, chance = float(current), rng.random()
    if chance < 0.08:
        steepness, middle = rng.uniform(2.0, 8.0) / money, round(money * rng.uniform(0.4, 1.2), 2)
        return {"family": "s_logistic", "ceiling": round(4.5 * money, 2), "steepness": steepness, "midpoint": middle}
    if chance < 0.08 + tables:
        steps = np.cumsum(rng.uniform(0.05, 1.0, (5, 2)), axis=0) * (money, 1.5 * money)
        return {"family": "tabulated", "points": [[0.0, 0.0], *np.round(steps, 2).tolist()]}
    if chance < 0.2 and response["family"] == "hill":
        kinds = rng.lognormal(0.0, 0.3, (4, 2)).tolist()
        draws = [
            {"ceiling": response["ceiling"] * a, "half_saturation": response["half_saturation"] * b} for a, b in kinds
        ]
        return {"family": "hill", "draws": [draw | {"shape": response["shape"]} for draw in draws]}
    return response | {"input_offset": round(0.2 * money, 2)} if chance < 0.25 else response


def _range(rng: np.random.Generator, part: list[Wire], growth: float) -> tuple[float, float]:
    """Around what the group spends now, within what its limits admit."""
    least, most = (sum(line["spend"][side] for line in part) for side in ("at_least", "at_most"))
    middle = sum(line["current_spend"] for line in part) * growth * rng.uniform(0.6, 1.3)
    middle, width = float(np.clip(middle, 1.1 * least, 0.9 * most)), float(rng.choice([0.1, 0.2, 0.4]))
    return middle * (1.0 - width), middle * (1.0 + width)


def _rule(rng: np.random.Generator, name: str, ends: tuple[float, float], unit: tuple[str, float, int]) -> Wire:
    """A floor, a cap, or mostly both."""
    kind, size, digits = unit
    rule: Wire = {"rule": kind, "name": name, "scope": {"tags": {"group": name}}}
    least, most = (round(end / size, digits) for end in ends)
    sides = ({"at_least": least}, {"at_most": most}, {"at_least": least, "at_most": most})
    return rule | sides[int(rng.choice(3, p=[0.25, 0.25, 0.5]))]
