"""Scenarios with a conflict planted among innocent limits, and what is known of it without solving anything."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.optimizer.toys import line, wire
from tests.oracles.families import Wire

PERIODS = ["1", "2"]
NAMES = ["a", "b", "c", "d"]
LARGEST = 1e15  # [money] that a limit may state


@dataclass(frozen=True)
class Planted:
    """`sets`: the minimal conflicts; `stands`: where a limit alone has to stand, for those that run through curves."""

    scenario: Wire
    sets: tuple[frozenset[str], ...]
    stands: dict[str, float] = field(default_factory=dict)
    straight: bool = True


def scope(*tactics: str, periods: list[str] | None = None) -> Wire:
    """The scope of some tactics."""
    return {"tactics": list(tactics)} | ({"periods": periods} if periods else {})


def _base(rng: random.Random) -> Wire:
    """Four straight tactics over two periods, with nothing that limits but generous spend limits on some."""
    tactics = [
        line(name, {"family": "linear", "slope": rng.randint(1, 5)}, **({"spend": {"at_most": 900}} if n % 2 else {}))
        for n, name in enumerate(NAMES)
    ]
    return wire(tactics, periods=PERIODS, budget={"at_most": 2000}, rules=[], goals=[])


def _innocents(rng: random.Random) -> list[Wire]:
    """Limits that no plan here comes near."""
    kinds = [
        lambda n: {"rule": "spend_range", "name": f"innocent {n}", "at_most": 5000 + n,
                   "scope": scope(rng.choice(NAMES))},
        lambda n: {"rule": "share_range", "name": f"innocent {n}", "scope": scope(rng.choice(NAMES)), "at_least": 0.0},
        lambda n: {"rule": "linear", "name": f"innocent {n}", "at_most": 90000 + n,
                   "terms": [{"scope": scope(name), "coefficient": rng.randint(-2, 3)} for name in NAMES[:2]]},
        lambda n: {"rule": "spend_range", "name": f"innocent {n}", "scope": scope(*NAMES), "at_most": 9000 + n},
        lambda n: {"rule": "metric_range", "name": f"innocent {n}", "metric": "outcome", "at_most": 10.0**6 + n,
                   "scope": scope("d")},
    ]  # fmt: skip
    return [rng.choice(kinds)(n) for n in range(rng.randint(3, 8))]


def _floor(name: str, tactic: str, amount: float, **more: Any) -> Wire:
    return {"rule": "spend_range", "name": name, "scope": scope(tactic), "at_least": amount} | more


def budget_below_floors(rng: random.Random) -> Planted:
    """Each of two or three floors is larger than what is missing."""
    made, count = _base(rng), rng.randint(2, 3)
    floors = [rng.randint(200, 400) for _ in range(count)]
    made["rules"] += [_floor(f"floor {n}", NAMES[n], amount) for n, amount in enumerate(floors)]
    made["budget"]["at_most"] = sum(floors) - rng.randint(1, 150)
    return Planted(made, (frozenset({"budget", *(f"floor {n}" for n in range(count))}),))


def share_below_floor(rng: random.Random) -> Planted:
    """A floor above the largest share of the whole budget."""
    made, share = _base(rng), rng.choice([0.1, 0.25, 0.3])
    made["budget"]["at_most"] = 1000
    made["rules"] += [
        {"rule": "share_range", "name": "cap", "scope": scope("a"), "at_most": share},
        _floor("floor", "a", 1000 * share + rng.randint(5, 80)),
    ]
    return Planted(made, (frozenset({"budget", "cap", "floor"}),))


def two_shares(rng: random.Random) -> Planted:
    """Two shares above one whole, where something has to be spent."""
    made, first = _base(rng), rng.choice([0.45, 0.6, 0.7])
    made["rules"] += [
        {"rule": "share_range", "name": "most of a", "scope": scope("a"), "at_least": first},
        {
            "rule": "share_range",
            "name": "most of c",
            "scope": scope("c"),
            "at_least": 1.05 - first + rng.random() * 0.1,
        },
        _floor("something", "d", rng.randint(1, 20)),
    ]
    return Planted(made, (frozenset({"most of a", "most of c", "something"}),), straight=True)


def period_below_promise(rng: random.Random) -> Planted:
    """A commitment above the budget of its period."""
    made, amount = _base(rng), rng.randint(100, 300)
    made["budget"]["by_period"] = {"1": {"at_most": amount - rng.randint(1, 90)}, "2": {"at_most": 1500}}
    promise = {"rule": "commitment", "name": "promise", "scope": scope("a", "c", periods=["1"]), "amount": amount}
    made["rules"].append(promise)
    return Planted(made, (frozenset({"budget of 1", "promise"}),))


def pieces_and_promise(rng: random.Random) -> Planted:
    """A commitment that no whole number of packages makes."""
    made, price = _base(rng), rng.randint(40, 70)
    made["rules"] += [
        {"rule": "packages", "name": "pieces", "scope": scope("b", periods=["2"]), "price": price},
        {"rule": "commitment", "name": "promise", "scope": scope("b", periods=["2"]),
         "amount": 2 * price + rng.randint(5, price - 5)},
    ]  # fmt: skip
    return Planted(made, (frozenset({"pieces", "promise"}),))


def burst_above_cap(rng: random.Random) -> Planted:
    """On at all only above what it may be, and on it has to be."""
    made, cap = _base(rng), rng.randint(30, 90)
    one = scope("c", periods=["1"])
    made["rules"] += [
        {"rule": "minimum_if_active", "name": "burst", "scope": one, "at_least": cap + rng.randint(5, 40)},
        {"rule": "spend_range", "name": "some", "scope": one, "at_least": 10, "at_most": cap},
    ]
    return Planted(made, (frozenset({"burst", "some"}),))


def ratio_and_floor(rng: random.Random) -> Planted:
    """As much on one tactic as twice on another, whose floor is too high for the cap of the first."""
    made, floor = _base(rng), rng.randint(100, 200)
    made["rules"] += [
        {"rule": "linear", "name": "double", "at_least": 0,
         "terms": [{"scope": scope("a"), "coefficient": 1}, {"scope": scope("c"), "coefficient": -2}]},
        _floor("floor", "c", floor),
        {"rule": "spend_range", "name": "cap", "scope": scope("a"), "at_most": 2 * floor - rng.randint(1, 90)},
    ]  # fmt: skip
    return Planted(made, (frozenset({"double", "floor", "cap"}),))


def carried_goal(rng: random.Random) -> Planted:
    """More outcome than full spend brings, carry-over counted."""
    made, kept = _base(rng), rng.choice([0.3, 0.5])
    slope, most = made["tactics"][0]["response"]["slope"], rng.randint(50, 100)
    made["tactics"][0] |= {"spend": {"at_most": most}, "adstock": {"family": "geometric", "retention": kept}}
    reached = slope * most * (2.0 + kept)
    made["goals"].append(
        {"name": "goal", "metric": "outcome", "scope": scope("a"), "required": True,
         "at_least": round(reached * (1.0 + 0.3 * rng.random()) + 1.0, 2)}
    )  # fmt: skip
    return Planted(made, (frozenset({"goal", "spend limit of a"}),))


def _hill(spend: float, ceiling: float, half: float, shape: float) -> float:
    return ceiling * spend**shape / (half**shape + spend**shape)


def bent_goal(rng: random.Random) -> Planted:
    """An S-shaped tactic under its spend limit in one period brings less than is asked of it."""
    made, half, shape, most = _base(rng), rng.randint(50, 120), rng.choice([1.0, 1.7, 2.5]), rng.randint(40, 200)
    made["tactics"][0] |= {
        "response": {"family": "hill", "ceiling": 1000, "half_saturation": half, "shape": shape},
        "spend": {"at_most": most},
    }
    reached = _hill(most, 1000, half, shape)
    asked = round(reached + (1000 - reached) * rng.uniform(0.05, 0.8), 2)
    made["goals"].append(
        {"name": "goal", "metric": "revenue", "scope": scope("a", periods=["1"]), "required": True, "at_least": asked}
    )
    needed = half * (asked / (1000 - asked)) ** (1 / shape)
    stands = {"goal": reached, "spend limit of a": needed}
    return Planted(made, (frozenset({"goal", "spend limit of a"}),), stands, straight=False)


def beyond_saturation(rng: random.Random) -> Planted:
    """More than a tactic can ever bring: a table's last point."""
    made, top = _base(rng), rng.randint(100, 400)
    made["tactics"][0]["response"] = {"family": "tabulated", "points": [[0, 0], [50, top / 4], [90, top]]}
    made["goals"].append(
        {"name": "moon", "metric": "revenue", "scope": scope("a"), "required": True,
         "at_least": 2 * top + rng.randint(1, 300)}
    )  # fmt: skip
    return Planted(made, (frozenset({"moon"}),), {"moon": 2.0 * top}, straight=False)


def outcome_capped(rng: random.Random) -> Planted:
    """An upper limit on what a floor brings at the least, on a root."""
    made, floor = _base(rng), rng.randint(100, 300)
    made["tactics"][0]["response"] = {"family": "power", "coefficient": 10, "exponent": 0.5}
    one = scope("a", periods=["1"])
    brought = 10 * floor**0.5
    cap = round(brought * rng.uniform(0.6, 0.95), 2)
    made["rules"] += [
        {"rule": "metric_range", "name": "not much", "metric": "outcome", "scope": one, "at_most": cap},
        {"rule": "spend_range", "name": "but some", "scope": one, "at_least": floor},
    ]
    stands = {"not much": brought, "but some": (cap / 10) ** 2}
    return Planted(made, (frozenset({"not much", "but some"}),), stands, straight=False)


def two_at_once(rng: random.Random) -> Planted:
    """Two conflicts that share nothing."""
    first, second = period_below_promise(rng), pieces_and_promise(rng)
    made = copy.deepcopy(first.scenario)
    for rule in copy.deepcopy(second.scenario["rules"]):
        made["rules"].append(rule | {"name": f"second {rule['name']}"})
    return Planted(made, (*first.sets, frozenset({"second pieces", "second promise"})))


KINDS: tuple[Callable[[random.Random], Planted], ...] = (
    budget_below_floors, share_below_floor, two_shares, period_below_promise, pieces_and_promise, burst_above_cap,
    ratio_and_floor, carried_goal, bent_goal, beyond_saturation, outcome_capped, two_at_once,
)  # fmt: skip


def planted(seed: int) -> Planted:
    """The kinds in turn, innocent limits beside."""
    rng = random.Random(seed)
    made = KINDS[seed % len(KINDS)](rng)
    made.scenario["rules"] += _innocents(rng)
    rng.shuffle(made.scenario["rules"])
    return made


def scaled(scenario: Wire, factor: float) -> Wire:
    """The same scenario in a unit of money so many times smaller: curves read a spend as they read it before."""
    made = copy.deepcopy(scenario)
    by_period = made["budget"].get("by_period", {})
    stated = [own for own in made["rules"] if own["rule"] not in ("share_range", "metric_range")]
    stated += [made["budget"], *by_period.values(), *(own["spend"] for own in made["tactics"] if "spend" in own)]
    for limit in stated:
        for side in ("at_most", "at_least", "amount", "price"):
            if side in limit:
                limit[side] = float(f"{min(limit[side] * factor, LARGEST):.12g}")
    for tactic in made["tactics"]:
        tactic["response"]["input_scale"] = factor
    return made


def limited_to(scenario: Wire, names: frozenset[str]) -> Wire:
    """The wire scenario with only the named limits."""
    made = copy.deepcopy(scenario)
    budget = made["budget"] if "budget" in names else {}
    by_period = made["budget"].get("by_period", {})
    made["budget"] = {key: value for key, value in budget.items() if key != "by_period"} | {
        "by_period": {period: limit for period, limit in by_period.items() if f"budget of {period}" in names}
    }
    for tactic in made["tactics"]:
        if f"spend limit of {tactic['name']}" not in names:
            tactic.pop("spend", None)
    for group in ("rules", "goals"):
        made[group] = [item for item in made[group] if item["name"] in names]
    return made


def names_of(scenario: Wire) -> frozenset[str]:
    """The names of all limits."""
    names = {item["name"] for group in ("rules", "goals") for item in scenario[group]} | {"budget"}
    names |= {f"budget of {period}" for period in scenario["budget"].get("by_period", {})}
    return frozenset(
        names | {f"spend limit of {tactic['name']}" for tactic in scenario["tactics"] if "spend" in tactic}
    )


def changed(scenario: Wire, changes: list[Wire], less: bool = False) -> Wire:
    """The wire scenario with changes made, each less by a thousandth and a cent where `less`."""
    made = copy.deepcopy(scenario)
    for change in changes:
        item = change["item"]
        if change["side"] is None:
            made = limited_to(made, names_of(made) - {item})
            continue
        if item == "budget":
            owner = made["budget"]
        elif item.startswith("budget of "):
            owner = made["budget"]["by_period"][item.removeprefix("budget of ")]
        elif item.startswith("spend limit of "):
            [owner] = [own["spend"] for own in made["tactics"] if own["name"] == item.removeprefix("spend limit of ")]
        else:
            [owner] = [own for group in ("rules", "goals") for own in made[group] if own["name"] == item]
        assert owner[change["side"]] == change["from"]
        back = (
            min(1e-3 * change["change"] + (0.011 if change["unit"] == "EUR" else 0.0), change["change"])
            if less
            else 0.0
        )
        owner[change["side"]] = change["to"] - back * (1.0 if change["to"] > change["from"] else -1.0)
    return made
