"""Scenarios by seed with draws, demand pools, a confidence and one kind of on/off rule, as `tail_program` can write."""

from __future__ import annotations

import random

from tests.oracles.families import Wire

KINDS = (
    "none",
    "minimum_if_active",
    "active_count",
    "active_periods",
    "requires",
    "exclusive",
    "rate_card",
    "several",
)
LINKS = ("feeds", "draws_from", "lead", "demand_per_outcome")
ROLES = ("feeds", "draws", "alone")
SHAPES = ("linear", "tabulated", "exponential", "michaelis_menten", "power")


def switched_river(seed: int) -> Wire:
    """Three to six tactics over three to eight periods, one or two pools, 10 to 40 draws; the kind of rule by turns.

    Every second eight seeds have small dimensions, so that the oracle's program ends soon.
    """
    dice, small = random.Random(f"{seed} switched river"), seed // len(KINDS) % 2 == 0
    count = dice.randint(3, 4) if small else dice.randint(4, 6)
    periods = [f"p{k + 1}" for k in range(dice.randint(3, 4) if small else dice.randint(5, 8))]
    draws = dice.randint(10, 16) if small else dice.randint(20, 40)
    pools = ["north", "south"][: dice.randint(1, 2) if count > 3 else 1]
    tactics = [_tactic(dice, number, pools, draws, len(periods)) for number in range(count)]
    scenario = {
        "name": f"switched river {seed}",
        "currency": "EUR",
        "objective": {"maximize": dice.choice(["revenue", "revenue", "profit"]), "confidence": _level(dice)},
        "periods": periods,
        "budget": {"at_most": float(round(25 * count * len(periods) * dice.uniform(0.4, 1.0)))},
        "tactics": tactics,
        "demand_pools": [_pool(dice, name) for name in pools],
        "rules": [_rule(dice, kind, tactics, periods) for kind in _kinds(dice, KINDS[seed % len(KINDS)])],
        "solve": {"gap": 1e-4, "time_limit": 10},
    }
    if dice.random() < 0.3:
        scenario["rules"].append(_outcome_limit(dice, tactics))
    if dice.random() < 0.3:
        target = float(round(dice.uniform(2, 12) * count * len(periods)))
        scenario["goals"] = [{"name": "goal", "metric": "revenue", "at_least": target, "required": True}]
    return scenario


def dry(scenario: Wire) -> Wire:
    """The same without pools, where all tactics earn, and without limits and goals on outcome."""
    tactics = [{key: own for key, own in tactic.items() if key not in LINKS} for tactic in scenario["tactics"]]
    for tactic in tactics:
        tactic["revenue_per_outcome"] = max(tactic["revenue_per_outcome"], 0.5)
    rules = [rule for rule in scenario["rules"] if rule["rule"] != "metric_range"]
    return scenario | {"tactics": tactics, "demand_pools": [], "goals": [], "rules": rules}


def plain(scenario: Wire) -> Wire:
    """The same without a confidence, of the first draw of each curve."""
    tactics = [dict(tactic) for tactic in scenario["tactics"]]
    for tactic in tactics:
        (first, *_), family = tactic["response"]["draws"], tactic["response"]["family"]
        tactic["response"] = {"family": family} | first
    return scenario | {"tactics": tactics, "objective": {"maximize": scenario["objective"]["maximize"]}}


def _level(dice: random.Random) -> float:
    return dice.choice([0.5, 0.7, 0.8, 0.9])


def _kinds(dice: random.Random, kind: str) -> list[str]:
    return [] if kind == "none" else dice.sample(KINDS[1:-1], 2) if kind == "several" else [kind]


def _tactic(dice: random.Random, number: int, pools: list[str], draws: int, periods: int) -> Wire:
    """Two feed and two draw, one of each pool; others as it falls."""
    tactic: Wire = {
        "name": f"t{number}",
        "response": _curve(dice, draws),
        "spend": {"at_most": float(dice.randint(30, 80))},
        "margin": dice.choice([1.0, 1.0, 0.8]),
    }
    pool = [pools[-1], pools[0], pools[-1], pools[0], *dice.choices(pools, k=2)][number]
    role = ["feeds", "draws", "draws" if len(pools) > 1 else dice.choice(ROLES), *dice.choices(ROLES, k=3)][number]
    role = "feeds" if number == 3 and len(pools) > 1 else role
    if role == "feeds":
        tactic |= {"stage": "upstream", "feeds": pool, "lead": dice.choice([0, 0, 1, 2])}
        tactic |= {"demand_per_outcome": round(dice.uniform(0.5, 2.0), 2), "revenue_per_outcome": 0.2}
    elif role == "draws":
        tactic |= {"stage": "downstream", "draws_from": pool}
        tactic |= {"demand_per_outcome": round(dice.uniform(0.5, 1.5), 2)}
        tactic |= {"revenue_per_outcome": round(dice.uniform(1.0, 3.0), 2)}
    else:
        tactic |= {"stage": "upstream", "revenue_per_outcome": round(dice.uniform(0.5, 1.2), 2)}
    if dice.random() < 0.25:
        tactic["adstock"] = {"family": "geometric", "retention": dice.choice([0.3, 0.6]), "count_carry_out": False}
    if dice.random() < 0.3:
        tactic["seasonality"] = [round(dice.uniform(0.6, 1.5), 2) for _ in range(periods)]
    return tactic


def _curve(dice: random.Random, draws: int) -> Wire:
    family = dice.choice(SHAPES)
    spread = dice.choice([0.2, 0.5, 0.8])
    sizes = [round(dice.lognormvariate(0.0, spread), 3) for _ in range(draws)]
    scale, exponent = dice.randint(10, 50), dice.choice([0.5, 0.7])
    slopes = sorted((dice.uniform(0.2, 3.0) for _ in range(3)), reverse=True)
    table = [[0.0, 0.0], [15.0, 15.0 * slopes[0]]]
    table.append([35.0, table[-1][1] + 20.0 * slopes[1]])
    table.append([80.0, table[-1][1] + 45.0 * slopes[2]])
    own = {
        "linear": lambda size: {"slope": size},
        "tabulated": lambda size: {"points": [[x, round(size * y, 3)] for x, y in table]},
        "exponential": lambda size: {"ceiling": round(70 * size, 2), "scale": scale},
        "michaelis_menten": lambda size: {"ceiling": round(90 * size, 2), "half_saturation": scale},
        "power": lambda size: {"coefficient": round(5 * size, 3), "exponent": exponent},
    }[family]
    return {"family": family, "draws": [own(size) for size in sizes]}


def _pool(dice: random.Random, name: str) -> Wire:
    return {
        "name": name,
        "initial": float(dice.randint(0, 60)),
        "organic": float(dice.randint(0, 30)),
        "retention": dice.choice([0.0, 0.5, 0.8]),
        "end_value": dice.choice([0.0, 0.2, 0.5]),
    }


def _rule(dice: random.Random, kind: str, tactics: list[Wire], periods: list[str]) -> Wire:
    names, least = [tactic["name"] for tactic in tactics], float(dice.randint(10, 25))
    some = {"tactics": sorted(dice.sample(names, dice.randint(2, 3)))}
    first, second = ({"tactics": [name]} for name in dice.sample(names, 2))
    kinds: dict[str, Wire] = {
        "minimum_if_active": {"scope": dice.choice([{}, some]), "at_least": least},
        "active_count": {"scope": dice.choice([{}, some]), "at_most": dice.choice([1, 2]), "minimum": least}
        | dice.choice([{}, {"over_all": True}, {"at_least": 1}]),
        "active_periods": {"scope": some, "minimum": least, "at_most": dice.randint(2, len(periods) - 1)}
        | dice.choice([{}, {"min_run": 2}, {"at_least": 1}, {"blackout": [periods[1]]}]),
        "requires": {"scope": first, "needs": second, "minimum": least} | dice.choice([{}, {"over_all": True}]),
        "exclusive": {"scope": some} | dice.choice([{}, {"over_all": True}, {"at_most": 2}]),
        "rate_card": {"scope": some}
        | dice.choice(
            [
                {"tiers": [{"at_least": 0, "price": 1}, {"at_least": least, "price": 0.6}]},
                {"tiers": [{"at_least": 0, "price": 1}, {"at_least": least, "price": 0.8}], "all_units": True},
            ]
        ),
    }
    return {"rule": kind, "name": kind} | kinds[kind]


def _outcome_limit(dice: random.Random, tactics: list[Wire]) -> Wire:
    """An upper limit on what one that draws converts, as the mean of the draws has it."""
    drawer = dice.choice([tactic["name"] for tactic in tactics if "draws_from" in tactic])
    limit = float(dice.randint(20, 150))
    scope = {"tactics": [drawer]}
    return {"rule": "metric_range", "name": "cap", "metric": "outcome", "scope": scope, "at_most": limit}
