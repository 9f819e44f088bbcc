"""What stops a cell, what keeps it up and what its next unit brings, by cases that can be worked out by hand."""

import pytest

from tests.optimizer.toys import line, wire
from tests.oracles.solve import solve

A, B = {"tactics": ["a"]}, {"tactics": ["b"]}
BENT = {"family": "tabulated", "points": [[0, 0], [20, 60], [100, 140]]}  # 3 a unit up to 20, then 1
FLAT = {"family": "tabulated", "points": [[0, 0], [60, 160]]}
THIRD = {"family": "tabulated", "points": [[0, 0], [33.3333, 100], [100, 110]]}


def straight(name, slope, **more):
    return line(name, {"family": "linear", "slope": slope}, **more)


def pool(*tactics, **more):
    """tv makes two units of demand for a unit of money, search converts one; 10 are there."""
    tv = straight("tv", 2, feeds="p", revenue_per_outcome=0)
    search = straight("search", 1, stage="downstream", draws_from="p")
    return wire([tv, search, *tactics], demand_pools=[{"name": "p", "initial": 10}], **more)


def ruled(tactics, *rules, **more):
    return wire(tactics, budget={"at_most": 100}, rules=[{"name": "r"} | rule for rule in rules], **more)


def goal(least):
    return [{"name": "FY", "metric": "revenue", "at_least": least, "required": True}]


CASES = {
    "a floor that is met pays nothing for more": (
        ruled([line("a", BENT), straight("b", 2)], {"rule": "spend_range", "scope": A, "at_least": 20}),
        {"a": ((), ("r",), 1), "b": (("budget",), (), 2)},
    ),
    "a minimum that is met pays nothing for more": (
        ruled([line("a", FLAT), straight("b", 2.5)], {"rule": "minimum_if_active", "scope": A, "at_least": 60}),
        {"a": ((), ("r",), 0), "b": (("budget",), (), 2.5)},
    ),
    "more of one lets the other go": (
        ruled(
            [straight("a", 2, spend={"at_least": 5}), straight("b", 2), straight("c", 3)],
            {"rule": "spend_range", "scope": {"tactics": ["a", "b"]}, "at_least": 60},
        ),
        {"a": (("budget",), ("r",), 3), "b": (("budget",), ("r",), 3), "c": (("budget",), (), 3)},
    ),
    "both sides of a share grow together": (
        ruled([straight("a", 1), straight("b", 2)], {"rule": "share_range", "scope": A, "at_least": 0.4}),
        {"a": (("budget",), ("r",), 1.6), "b": (("budget", "r"), (), 1.6)},
    ),
    "a decision has no price to be paid": (
        ruled([straight("a", 5, spend={"at_most": 40}), straight("b", 3)], {"rule": "exclusive", "scope": {}}),
        {"a": (("budget", "r"), (), 5), "b": (("budget",), (), 3)},
    ),
    "whole packages": (
        ruled([straight("a", 5), straight("b", 3)], {"rule": "packages", "scope": A, "price": 30}),
        {"a": (("budget", "r"), (), 5), "b": (("budget",), (), 3)},
    ),
    "lines that may differ": (
        ruled(
            [straight("a", 3, current_spend=50), straight("b", 2, current_spend=40), straight("c", 1, current_spend=0)],
            {"rule": "turnover_limit", "lines": 0},
        ),
        {"a": (("r",), (), 3), "b": (("r",), (), 2), "c": (("r",), (), 1)},
    ),
    "a point of a table that cents miss": (
        ruled([line("a", THIRD), straight("b", 2)]),
        {"a": ((), (), pytest.approx(10 / 66.6667)), "b": (("budget",), (), 2)},
    ),
    "a limit on what is converted": (
        pool(
            budget={"at_most": 100},
            rules=[{"rule": "metric_range", "name": "r", "metric": "revenue", "at_most": 30}],
        ),
        {"search": (("r",), (), 0)},
    ),
    "a goal for what is converted": (
        pool(budget={"at_most": 100}, objective={"maximize": "outcome"}, goals=goal(60)),
        {"tv": (("budget",), (), 2), "search": ((), ("FY",), 1)},
    ),
    "a goal at the least spend": (
        pool(objective={"minimize": "spend"}, goals=goal(50)),
        {"tv": ((), ("FY",), 0), "search": ((), ("FY",), -1.5)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_stops_a_cell_and_what_keeps_it_up(name):
    """limited_by, held_by and next_unit of each tactic."""
    document, told = CASES[name]
    plan = solve(document)
    cells = {cell["tactic"]: cell for cell in plan["allocations"]}
    for tactic, (limits, holds, gain) in told.items():
        cell = cells[tactic]
        assert (tuple(cell["limited_by"]), tuple(cell["held_by"])) == (limits, holds), tactic
        assert cell["next_unit"] == pytest.approx(gain, abs=1e-9), tactic


def test_the_next_best_use_is_worth_the_budgets_price():
    """What a floor keeps up is no use for more budget."""
    plan = solve(CASES["a floor that is met pays nothing for more"][0])
    [first, *_] = plan["next_best"]
    assert (first["tactic"], first["limited_by"]) == ("b", ["budget"])
    assert first["gain"] == pytest.approx(plan["budget"]["price"], rel=1e-12)


def test_a_decision_that_keeps_budget_from_being_spent_is_named():
    """b is worth the more, up to its limit; a may not be on beside it."""
    rules = {"rule": "exclusive", "scope": {}}
    plan = solve(ruled([straight("a", 5, spend={"at_most": 20}), straight("b", 3, spend={"at_most": 60})], rules))
    assert (plan["totals"]["unspent"], plan["unspent_because"]) == (40, ["r", "spend limit of b"])


def test_a_tactic_that_may_spend_nothing_is_stopped_by_its_limit_alone():
    """Raising the limit forces nobody to spend: the price is what more could gain, here nothing, there 2."""
    for slope, price in ((1, 0.0), (5, 2.0)):
        plan = solve(ruled([straight("a", 3), straight("b", slope, spend={"at_most": 0})]))
        own = [rule for rule in plan["rules"] if rule["name"] == "spend limit of b"]
        assert [rule["side"] for rule in own] == (["at_most"] if price else [])
        assert sum(rule["price"] for rule in own) == pytest.approx(price)


def test_one_more_unit_of_demand_saves_spend():
    """50 of revenue cost 50 and half of the 40 that are missing; one unit of demand more saves 0.5. (law S1)"""
    plan = solve(CASES["a goal at the least spend"][0])
    [row], [tv, _] = plan["demand"], plan["tactics"]
    assert (plan["value"], row["price"]) == (70, pytest.approx(-0.5))
    assert row["price_holds_to"] == pytest.approx(50)
    assert tv["earned_through_pool"] == pytest.approx(-20)


LOG, ROOT = {"family": "log", "coefficient": 150, "scale": 40}, {"family": "power", "coefficient": 40, "exponent": 0.5}
IN_1 = {"periods": ["1"], "tactics": ["a", "b"]}
TOGETHER = {"rule": "commitment", "name": "r", "scope": IN_1, "amount": 90}
SHARE = {"rule": "share_range", "name": "s", "scope": {"tactics": ["b"]}, "of": {"tactics": ["d"]}, "at_most": 0.3}
GIVES_WAY = {
    "a spend at its limit": ([straight("b", 5, spend={"at_most": 30})], [TOGETHER]),
    "a share that another period may use": (
        [line("b", LOG, seasonality=[1.5, 0.7]), straight("d", 3, spend={"at_most": 30})],
        [TOGETHER, SHARE],
    ),
}


@pytest.mark.parametrize("name", GIVES_WAY)
def test_what_must_make_way_for_the_next_unit_is_paid_for(name):
    """An amount that is committed in all: more of a is less of what b would rather have, against plans made so."""
    others, rules = GIVES_WAY[name]
    tactics, step = [line("a", LOG), *others, line("c", ROOT)], 1e-3
    document = wire(tactics, periods=["1", "2"], budget={"at_most": 300}, rules=rules, digits=6, solve={"gap": 1e-9})
    plan = solve(document)
    cell = next(each for each in plan["allocations"] if (each["tactic"], each["period"]) == ("a", "1"))
    scope = {"tactics": ["a"], "periods": ["1"]}
    more = {"rule": "spend_range", "name": "more", "scope": scope, "at_least": cell["spend"] + step}
    forced = solve(document | {"budget": {"at_most": 300 + step}, "rules": [*rules, more]})
    assert cell["next_unit"] == pytest.approx((forced["value"] - plan["value"]) / step, rel=1e-3)
    assert (cell["limited_by"], cell["held_by"]) == ([], ["r"])
    assert cell["next_unit"] < 0.95 * plan["budget"]["price"]
