"""Ranges of tables within one budget: held against filling the pieces of tables again, and against the other ways."""

import copy
import itertools

import numpy as np
import pytest

from optimizer.optimize import optimize
from optimizer.search.ranges.followed.walk import Walk
from optimizer.search.ranges.predicted.stairs import Stairs
from optimizer.search.ranges.ranges import WITHIN
from tests.effort import seeds
from tests.optimizer.toys import domain, line, wire
from tests.oracles import instances
from tests.oracles.solve import solve
from tests.oracles.tables import on_its_pieces

STEP = 1e-3  # money, by which a limit is moved to see its price
SOON = {"solve": {"gap": 1e-9, "time_limit": 20}, "digits": 6}


def drawn(seed, *, bent=False):
    """Two to seven tables, that bend down or as they like, some with limits of their own, within a budget."""
    random = np.random.default_rng(seed)
    tactics = []
    for number in range(int(random.integers(2, 8))):
        count = int(random.integers(1, 6))
        inputs, slopes = np.cumsum(random.integers(5, 100, count)), random.uniform(0.0, 3.0, count)
        rises = (slopes if bent else np.sort(slopes)[::-1]) * np.diff(inputs, prepend=0)
        points = [[0.0, 0.0], *map(list, zip(inputs.tolist(), np.cumsum(rises).round(6).tolist(), strict=True))]
        tactic = {"name": f"t{number}", "stage": "upstream", "response": {"family": "tabulated", "points": points}}
        own = {"at_least": random.uniform(0.0, 0.5), "at_most": random.uniform(0.5, 1.2)}
        tactic["spend"] = {
            side: round(share * points[-1][0], 2) for side, share in own.items() if random.random() < 0.4
        }
        tactics.append(tactic | {"margin": round(float(random.uniform(0.4, 1.0)), 2)})
    least = sum(tactic["spend"].get("at_least", 0.0) for tactic in tactics)
    most = sum(tactic["spend"].get("at_most", tactic["response"]["points"][-1][0]) for tactic in tactics)
    budget = round(least + random.uniform(0.05, 0.95) * (most - least), 2)
    aim = {"maximize": str(random.choice(["profit", "revenue"]))}
    return wire(tactics, budget={str(random.choice(["at_most", "exactly"])): budget}, objective=aim, **SOON)


def value(scenario):
    """The most that concave tables bring: their pieces, the steepest first; nothing where no plan keeps the limits."""
    profit, [(how, left)] = scenario["objective"]["maximize"] == "profit", scenario["budget"].items()
    total, pieces = 0.0, []
    for tactic in scenario["tactics"]:
        points = [*map(tuple, tactic["response"]["points"]), (1e6, tactic["response"]["points"][-1][1])]
        low, high = tactic["spend"].get("at_least", 0.0), tactic["spend"].get("at_most", 1e6)
        if low > high:
            return None
        margin = tactic["margin"] if profit else 1.0
        for (x, y), (u, v) in itertools.pairwise(points):
            slope = margin * (v - y) / (u - x) - profit
            before, inside = (max(min(u, end) - x, 0.0) for end in (low, high))
            total, left = total + slope * before, left - before
            pieces.append((slope, inside - before))
    if left < -1e-9:
        return None
    for slope, length in sorted(pieces, reverse=True):
        taken = min(length, left) if how == "exactly" or slope > 0.0 else 0.0
        total, left = total + slope * taken, left - taken
    return None if how == "exactly" and left > 1e-9 else total


def moved(scenario, row, by):
    """The scenario with the limit of a row moved."""
    other = copy.deepcopy(scenario)
    if row["name"] == "budget":
        [side] = other["budget"]
        other["budget"][side] += by
        return other
    [tactic] = [own for own in other["tactics"] if row["name"].endswith(own["name"])]
    tactic["spend"][row["side"]] = max(0.0, tactic["spend"][row["side"]] + by)
    return other


def price(scenario, row, by):
    """What the limit is worth around where it has moved to."""
    ends = [value(moved(scenario, row, by + step)) for step in (-STEP, STEP)]
    return None if None in ends else (ends[1] - ends[0]) / (2.0 * STEP)


def stated(scenario, row):
    """Where a limit stands."""
    if row["name"] == "budget":
        return next(iter(scenario["budget"].values()))
    return next(own["spend"][row["side"]] for own in scenario["tactics"] if row["name"].endswith(own["name"]))


@pytest.mark.parametrize("seed", seeds(6, 60))
def test_prices_hold_as_far_as_they_are_told_to_and_no_further(seed):
    """Of concave tables: near the limit, near both ends, and beyond them, where there is a plan."""
    scenario = drawn(seed)
    plan = solve(scenario)
    assert plan["value"] == pytest.approx(value(scenario), rel=1e-8)
    assert all(row["price_note"] is None for row in plan["rules"])
    holds(scenario, plan)


def holds(scenario, plan):
    """Whether every price is what it is told to be, as far as that is known and no further."""
    for row in plan["rules"]:
        if not row["price"] or row["price_note"]:
            continue
        limit = stated(scenario, row)
        for end, sign in ((row["price_holds_from"], -1.0), (row["price_holds_to"], 1.0)):
            way = 50.0 if end is None else end - limit
            if abs(way) > 10.0 * STEP:
                shifts = [sign * 2.0 * STEP, 0.5 * way, way - sign * 2.0 * STEP]
                told = [price(scenario, row, shift) for shift in shifts]
                assert told == [pytest.approx(row["price"], rel=WITHIN + 1e-5)] * 3
            if end is not None and end > 10.0 * STEP:
                beyond = price(scenario, row, way + sign * 2.0 * STEP)
                assert beyond is None or abs(beyond - row["price"]) > 0.999 * WITHIN * abs(row["price"])


@pytest.mark.parametrize("seed", seeds(6, 60))
def test_bent_tables_are_followed_as_far_as_they_bend_down(seed):
    """Of plans whose prices are told so: what holds, holds where each table is kept to what bends down around it."""
    scenario = drawn(seed, bent=True)
    plan = solve(scenario)
    near = on_its_pieces(scenario, plan)
    if near is not None:
        holds(near[0], plan)


@pytest.mark.parametrize("seed", seeds(3, 20))
def test_bent_tables_are_told_as_by_the_other_ways(monkeypatch, seed):
    """Prices are the same, and ranges hold at least as far: the others end them where a table bends at all."""
    problem = domain(drawn(seed, bent=True))
    own = optimize(problem)
    monkeypatch.setattr(Stairs, "of", lambda _: None)
    other = optimize(problem)
    if [cell.spend for cell in own.allocations] != [cell.spend for cell in other.allocations]:
        return
    for mine, theirs in zip(own.rules, other.rules, strict=True):
        assert mine.price == pytest.approx(theirs.price, rel=1e-9)
        if mine.price and mine.price_note is None:
            least, most = (-np.inf if end is None else end for end in (mine.price_holds_from, theirs.price_holds_from))
            assert least <= most + 1e-4
            least, most = (np.inf if end is None else end for end in (theirs.price_holds_to, mine.price_holds_to))
            assert least <= most + 1e-4


@pytest.mark.parametrize(("tactics", "bent"), seeds([(1000, False), (1000, True)], [(5000, False)]))
def test_nothing_is_followed_or_solved_again(monkeypatch, tactics, bent):
    """Of a thousand and more the price of the budget has a range, and nothing is walked along."""
    monkeypatch.setattr(Walk, "around", None)
    plan = optimize(domain(instances.tables(tactics, 2, bent=bent)))
    budget = plan.budget
    assert budget is not None
    assert budget.price_note is None
    assert budget.price_holds_from < sum(cell.spend for cell in plan.allocations) < budget.price_holds_to


def test_a_range_ends_where_a_table_turns_upward():
    """Of 5 that must be spent in a table that brings 1 and from 10 on 3: beyond 10 no plan is near, though another
    table brings all but as much."""
    points = {"a": [[0, 0], [10, 10], [20, 40]], "b": [[0, 0], [100, 99.5]]}
    tactics = [line(name, {"family": "tabulated", "points": own}) for name, own in points.items()]
    plan = solve(wire(tactics, budget={"exactly": 5}, **SOON))
    assert [cell["spend"] for cell in plan["allocations"]] == [5.0, 0.0]
    assert plan["budget"] == {"price": 1.0, "price_holds_from": 0.0, "price_holds_to": 10.0, "price_note": None}
