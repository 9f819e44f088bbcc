"""Small seeded scenarios that mix everything the contract has, for answers to be contradicted by search at random."""

from __future__ import annotations

import random

from tests.oracles.families import Wire

CURVES = (
    "hill",
    "adbudg",
    "exponential",
    "logistic",
    "tanh",
    "michaelis_menten",
    "power",
    "log",
    "linear",
    "s_logistic",
)
KINDS = (
    "spend_range",
    "share_range",
    "metric_range",
    "linear",
    "commitment",
    "minimum_if_active",
    "packages",
    "efficiency",
    "change_limit",
    "turnover_limit",
)

SWITCHING = ("active_count", "active_periods", "requires", "exclusive")


def mixture(seed: int) -> Wire:
    """One to four tactics in one to three periods, money of about 30 to a million, up to two rules and a goal."""
    dice = random.Random(seed)
    periods, money = dice.choice([1, 1, 2, 3]), 10 ** dice.uniform(1.5, 6)
    aims: list[Wire] = [{"maximize": aim} for aim in ("revenue", "revenue", "profit", "outcome")]
    scenario: Wire = {
        "name": f"mixture {seed}",
        "currency": "EUR",
        "objective": dice.choice([*aims, {"minimize": "spend"}]),
        "solve": {"gap": 1e-6, "time_limit": 5},
    }
    if periods > 1:
        scenario["periods"] = [f"p{period}" for period in range(periods)]
    open_ended = scenario["objective"] in ({"maximize": "profit"}, {"minimize": "spend"})
    if not open_ended or dice.random() < 0.5:
        scenario["budget"] = {dice.choice(["at_most", "at_most", "exactly"]): round(money, 2)}
    scenario["tactics"] = [
        _tactic(dice, n, periods, money, "budget" not in scenario) for n in range(dice.randint(1, 4))
    ]
    rules = [_rule(dice, number, scenario, periods, money) for number in range(dice.choice([0, 0, 1, 1, 2]))]
    scenario["rules"] = rules + _switching(random.Random(f"{seed} on/off"), scenario, periods, money)
    if scenario["objective"] == {"minimize": "spend"} or dice.random() < 0.25:
        least = round(money * dice.uniform(0.05, 0.5), 3)
        scenario["goals"] = [{"name": "goal", "metric": "outcome", "at_least": least, "required": True}]
    return scenario


def _tactic(dice: random.Random, number: int, periods: int, money: float, limited: bool) -> Wire:
    tactic: Wire = {
        "name": f"t{number}",
        "stage": dice.choice(["upstream", "downstream"]),
        "response": _response(dice, money / periods),
    }
    if dice.random() < 0.5 or limited:
        tactic["spend"] = {"at_most": round(money / periods * dice.uniform(0.3, 1.5), 2)}
    if dice.random() < 0.4 and periods > 1:
        tactic["adstock"] = dice.choice(
            [
                {"family": "geometric", "retention": 0.5, "carry_in": [round(money * 0.1, 2)]},
                {"family": "geometric", "retention": 0.6, "length": 3, "after_saturation": dice.random() < 0.5},
                {"family": "weights", "weights": [0.5, 0.3, 0.2], "count_carry_out": True},
            ]
        )
    if dice.random() < 0.3:
        tactic["seasonality"] = [round(dice.uniform(0.5, 1.5), 2) for _ in range(periods)]
    return tactic


def _response(dice: random.Random, money: float) -> Wire:
    ceiling, scale = money * dice.uniform(0.2, 3.0), money * dice.uniform(0.05, 1.5)
    if dice.random() < 0.15:
        return _table(dice, money)
    family = dice.choice(CURVES)
    match family:
        case "hill":
            own: Wire = {"ceiling": ceiling, "half_saturation": scale, "shape": dice.choice([0.7, 1, 2, 3])}
        case "adbudg":
            own = {"floor": ceiling * 0.1, "ceiling": ceiling, "half_effect": scale**1.5, "shape": 1.5}
        case "exponential" | "tanh":
            own = {"ceiling": ceiling, "scale": scale}
        case "logistic":
            own = {"ceiling": ceiling, "rate": 2 / scale}
        case "michaelis_menten":
            own = {"ceiling": ceiling, "half_saturation": scale}
        case "power":
            own = {"coefficient": ceiling / scale**0.5, "exponent": dice.choice([0.5, 0.8])}
        case "log":
            own = {"coefficient": ceiling / 3, "scale": scale}
        case "linear":
            own = {"slope": dice.uniform(0.1, 3.0)}
        case _:
            own = {"ceiling": ceiling, "steepness": 5 / scale, "midpoint": scale}
    return {"family": family} | own


def _table(dice: random.Random, money: float) -> Wire:
    steps = sorted({round(money * 1.5 * dice.random(), 3) for _ in range(dice.randint(2, 6))} - {0.0})
    points, height = [[0.0, 0.0]], 0.0
    for step in steps:
        height += 0.0 if dice.random() < 0.3 else money * dice.random()
        points.append([step, height])
    return {"family": "tabulated", "points": points}


def _switching(dice: random.Random, scenario: Wire, periods: int, money: float) -> list[Wire]:
    """In one scenario of three, one on/off rule; its dice are its own, so that all else stays as it was."""
    if dice.random() > 1 / 3:
        return []
    rule: Wire = {"rule": dice.choice(SWITCHING), "name": "on/off"}
    names, count = [tactic["name"] for tactic in scenario["tactics"]], len(scenario["tactics"])
    if dice.random() < 0.5:
        rule["scope"] = {"tactics": dice.sample(names, dice.randint(1, count))}
    minimum = {"minimum": round(money * dice.uniform(0.02, 0.2) / periods, 2)} if dice.random() < 0.5 else {}
    over_all = {"over_all": dice.random() < 0.5}
    match rule["rule"]:
        case "active_count":
            return [rule | {dice.choice(["at_least", "at_most"]): dice.randint(0, count)} | minimum | over_all]
        case "active_periods":
            limit: Wire = {dice.choice(["at_least", "at_most"]): dice.randint(0, periods)}
            limit |= {"min_run": dice.randint(1, 3)} if dice.random() < 0.5 else {}
            silent: Wire = {"blackout": [scenario.get("periods", ["all"])[0]]}
            return [rule | dice.choice([limit, limit, limit | silent, silent]) | minimum]
        case "requires":
            return [rule | {"needs": {"tactics": [dice.choice(names)]}} | minimum | over_all]
        case _:
            return [rule | {"at_most": dice.randint(0, count)} | over_all]


def _rule(dice: random.Random, number: int, scenario: Wire, periods: int, money: float) -> Wire:
    kind, side = dice.choice(KINDS), dice.choice(["at_least", "at_most"])
    scope: Wire = {"tactics": [dice.choice(scenario["tactics"])["name"]]}
    rule: Wire = {"rule": kind, "name": f"rule {number}"}
    match kind:
        case "spend_range":
            return rule | {"scope": scope, "at_most": round(money * dice.uniform(0.2, 0.8), 2)}
        case "share_range":
            return rule | {"scope": scope, side: round(dice.uniform(0.1, 0.7), 2)}
        case "metric_range":
            return rule | {"scope": scope, "metric": "outcome", side: round(money * dice.uniform(0.1, 0.6), 2)}
        case "efficiency":
            metric: Wire = dice.choice([{}, {"metric": "profit"}, {"metric": "outcome"}])
            return rule | metric | {"scope": dice.choice([{}, scope]), "at_least": round(dice.uniform(0.1, 2.0), 2)}
        case "change_limit":
            for tactic in scenario["tactics"]:
                tactic["current_spend"] = round(money / periods * dice.uniform(0.05, 0.5), 2)
            limits = {"amount": round(money / periods * dice.uniform(0.05, 0.3), 2), "share": round(dice.random(), 2)}
            kept = dice.choice([["amount"], ["share"], ["amount", "share"]])
            held = {"from_current": periods == 1 or dice.random() < 0.5, "together": dice.random() < 0.3}
            return rule | held | {"scope": dice.choice([{}, scope])} | {name: limits[name] for name in kept}
        case "turnover_limit":
            for tactic in scenario["tactics"]:
                tactic["current_spend"] = round(money / periods * dice.uniform(0.0, 0.4), 2)
            limits = {
                "amount": round(money * dice.uniform(0.1, 0.6), 2),
                "share": round(dice.uniform(0.1, 0.9), 2),
                "lines": dice.randint(0, 3),
            }
            kept = dice.choice([["amount"], ["share"], ["lines"], ["amount", "lines"], ["amount", "share"]])
            return rule | {"scope": dice.choice([{}, scope])} | {name: limits[name] for name in kept}
        case "linear":
            terms = [{"scope": scope, "coefficient": 1.0}, {"scope": {}, "coefficient": -0.4}]
            return rule | {"terms": terms, side: 0}
        case "commitment":
            return rule | {"scope": scope, "amount": round(money * dice.uniform(0.05, 0.5), 2)}
        case "minimum_if_active":
            return rule | {"scope": scope, "at_least": round(money * dice.uniform(0.1, 0.4) / periods, 2)}
        case _:
            return rule | {"scope": scope, "price": round(money * dice.uniform(0.05, 0.3) / periods, 2)}
