"""Rich mixtures whose curves have draws: some of them planned by their worst draws."""

from __future__ import annotations

import random

from tests.oracles.families import Wire
from tests.oracles.rich_mixtures import rich_mixture

APART = 20_000  # seeds of the rich mixtures that these are made of: others than those that are tested as they are
OUTER = ("input_scale", "input_offset", "output_scale")
SIZES = ("ceiling", "coefficient", "slope")  # of the parameters, that say how much a curve yields


def risky_mixture(seed: int) -> Wire:
    """A rich mixture of which most curves have two to six draws; a confidence in three of four that maximise."""
    scenario, dice = rich_mixture(APART + seed), random.Random(f"{seed} risky")
    count = dice.choice([2, 3, 6])
    for tactic in scenario["tactics"]:
        if dice.random() < 0.8 or tactic is scenario["tactics"][0]:
            tactic["response"] = _drawn(dice, tactic["response"], count)
    if "maximize" in scenario["objective"] and dice.random() < 0.75:
        scenario["objective"] = scenario["objective"] | {"confidence": dice.choice([0.3, 0.5, 0.8])}
    return scenario | {"name": f"risky mixture {seed}"}


def _drawn(dice: random.Random, response: Wire, count: int) -> Wire:
    """The same curve in several sizes."""
    common = {key: own for key, own in response.items() if key in ("family", *OUTER)}
    own = {key: each for key, each in response.items() if key not in common}
    return common | {"draws": [_sized(own, round(dice.uniform(0.4, 1.8), 3)) for _ in range(count)]}


def _sized(own: Wire, size: float) -> Wire:
    if "points" in own:
        return {"points": [[spend, size * height] for spend, height in own["points"]]}
    return {key: size * each if key in SIZES or key == "floor" else each for key, each in own.items()}
