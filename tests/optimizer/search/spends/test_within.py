"""How far spends are followed."""

import itertools

import numpy as np
import pytest

from optimizer.optimize import optimize
from optimizer.problem.canonical import canonical_order
from optimizer.search.deadline import Deadline
from optimizer.search.search import NOISE
from optimizer.search.spends.within import search_within
from tests.effort import examples, seeds
from tests.optimizer.search.ranges.test_ranges import stopped_after
from tests.optimizer.toys import HILL, ROOT, domain, line, wire
from tests.oracles import instances


def found_within(document):
    """What is found, with time that stands still."""
    never = Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)
    return search_within(canonical_order(domain(document)), never, lambda *_: None)


def value(found):
    sign = -1.0 if found.model.scenario.objective.maximizes else 1.0
    return sign * found.cost * found.model.worth


PROFIT, LEAST = {"objective": {"maximize": "profit"}}, {"objective": {"minimize": "spend"}}


def goal(amount):
    return {"goals": [{"name": "g", "metric": "revenue", "at_least": amount, "required": True}]}


OPEN = {
    "profit": wire({"a": HILL, "b": ROOT}, **PROFIT),
    "a charge": wire({"a": HILL, "b": ROOT}, objective={"maximize": "revenue", "target_marginal_roi": 0.4}),
    "profit that must lose money": wire({"a": ROOT}, **PROFIT, **goal(500)),
    "least spend": wire({"a": HILL, "b": ROOT}, **LEAST, **goal(300)),
    "least spend far away": wire({"a": ROOT}, **LEAST, **goal(1e5)),
}


@pytest.mark.parametrize("name", OPEN)
def test_an_open_scenario_is_the_same_with_a_limit_that_does_not_matter(name):
    """Ten times what the plan spends, as a spend limit: the same value; so nothing was cut off."""
    open_found = found_within(OPEN[name])
    spent = float((open_found.columns * open_found.model.scale)[open_found.model.spend].sum())
    tactics = [tactic | {"spend": {"at_most": 10 * spent}} for tactic in OPEN[name]["tactics"]]
    closed = found_within(OPEN[name] | {"tactics": tactics})
    assert value(open_found) == pytest.approx(value(closed), rel=2e-6)
    assert open_found.cost - open_found.bound <= 1.1e-6 * abs(open_found.cost)


@pytest.mark.parametrize(
    "document",
    [
        wire({"a": HILL}, **LEAST, **goal(500)),
        wire({"a": HILL}, **PROFIT, **goal(500)),
        wire([line("a", HILL, spend={"at_most": 9})], **LEAST, **goal(300)),
    ],
)
def test_what_cannot_be_is_proved_empty_at_any_width(document):
    """A goal above the ceiling of the curve, open or not."""
    assert found_within(document).proved_empty


def test_a_limit_far_above_what_a_goal_needs_does_not_blur_it():
    """A spend limit of a trillion and a goal that 900 reach: the answer is to the cent."""
    tactics = [line("a", ROOT, spend={"at_most": 1e12})]
    found = found_within(wire(tactics, **LEAST, **goal(300)))
    assert value(found) == pytest.approx(900.0, rel=1e-6)
    assert np.isfinite(found.bound)


def test_time_that_is_up_proves_no_conflict():
    """A second passes with each look at the clock: what was looked at within a ceiling says nothing beyond it."""
    curves = {
        "a": {"family": "power", "coefficient": 693879.846854775, "exponent": 0.01},
        "b": {"family": "power", "coefficient": 566.7436760941166, "exponent": 1.5},
    }
    efficient = {"rule": "efficiency", "name": "r", "metric": "profit", "at_least": 28233.372264818387}
    goals = [{"name": "g", "metric": "outcome", "at_least": 1113086.3557663343, "required": True}]
    document = wire(curves, objective={"minimize": "spend"}, rules=[efficient], goals=goals)
    endings = set()
    for seconds in (10, 20, 40, 80, 160, 320)[: examples(10)]:
        scenario = canonical_order(domain(document | {"solve": {"time_limit": seconds}}))
        ticks = itertools.count()
        found = search_within(
            scenario, Deadline.after(seconds, lambda ticks=ticks: float(next(ticks))), lambda *_: None
        )
        endings.add("conflict" if found.proved_empty else "plan" if found.columns is not None else "none")
    assert endings <= {"none", "plan"}
    assert "plan" in endings


def test_a_point_that_only_tolerances_let_pass_is_no_plan(monkeypatch):
    """Profit of 100 on lines that bring 98 at the most: where time ends the first looks, the last one goes far."""
    monkeypatch.setattr("optimizer.search.spends.within.QUICK", 0.0)
    lines = [
        line("a", {"family": "linear", "slope": 0.98}),
        line("b", {"family": "linear", "slope": 2}, spend={"at_most": 98}),
    ]
    asked = wire(lines, **LEAST, goals=[{"name": "g", "metric": "profit", "at_least": 100, "required": True}])
    assert found_within(asked).proved_empty


@pytest.mark.parametrize("far", seeds([1e6, 1e15], [1e9, 1e12]))
@pytest.mark.parametrize("aim", ["revenue", "profit"])
def test_limits_far_above_what_spends_can_be_hide_no_contradiction(aim, far):
    """At most 0.5 and 0.499 of all is not all of it: tolerances, which are shares of the limits, let it pass."""
    lines = [
        line("a", {"family": "linear", "slope": 2}, spend={"at_most": far}),
        line("b", HILL, spend={"at_most": far}),
    ]
    rules = [
        {"rule": "spend_range", "name": "r", "scope": {"tactics": ["a"]}, "at_least": 100},
        {"rule": "share_range", "name": "s", "scope": {"tactics": ["a"]}, "at_most": 0.5},
        {"rule": "share_range", "name": "t", "scope": {"tactics": ["b"]}, "at_most": 0.499},
    ]
    assert found_within(wire(lines, objective={"maximize": aim}, rules=rules)).proved_empty


def test_what_pays_without_end_but_cannot_be_is_proved_empty():
    """100 on a line that brings 2 for 1, where 3 for 1 are asked for: no plan, whatever profit might be."""
    asked = {"rule": "efficiency", "name": "r", "at_least": 3}
    floor = {"rule": "spend_range", "name": "s", "at_least": 100}
    assert found_within(wire({"a": {"family": "linear", "slope": 2}}, **PROFIT, rules=[asked, floor])).proved_empty


def test_what_limits_an_outcome_limits_the_spend():
    """Profit on lines of slope 2 and 1.5 whose outcome may be 900: 450 on the better one."""
    lines = {"a": {"family": "linear", "slope": 2}, "b": {"family": "linear", "slope": 1.5}}
    cap = {"rule": "metric_range", "name": "r", "metric": "outcome", "at_most": 900}
    assert value(found_within(wire(lines, **PROFIT, rules=[cap]))) == pytest.approx(450.0)


def test_limits_far_above_the_best_spends_change_no_profit():
    """236 have to be spent, on a table or on a line that loses money: spends of up to a trillion are as of 400."""
    table = {"family": "tabulated", "points": [[0, 0], [40, 103], [57, 136]]}
    floor = {"rule": "spend_range", "name": "r", "at_least": 236}

    def best(far: float) -> float:
        lines = [
            line("a", table, spend={"at_most": far}),
            line("b", {"family": "linear", "slope": 0.2}, spend={"at_most": far}),
        ]
        return value(found_within(wire(lines, **PROFIT, periods=["1", "2"], rules=[floor])))

    assert best(1e12) == pytest.approx(best(400), rel=1e-6)


def many_shapes():
    """One share, one required goal, and curves of six families: a whole search begins again from quick plans."""
    up, down = {"stage": "upstream"}, {"stage": "downstream"}
    logistic, hill = {"family": "s_logistic"}, {"family": "hill"}
    knee = [[0, 0], [415.78, 4787.19], [578.31, 6232.96], [746.3, 7172.83]]
    steps = [[137.89, 462.65], [139.96, 2944.98], [151.8, 4802.66], [529.92, 6272.7], [613.84, 10258.09]]
    adbudg = {"family": "adbudg", "floor": 59.58, "ceiling": 595.78, "half_effect": 5624186.966, "shape": 2.75}
    tactics = [
        line(
            "t0",
            logistic | {"ceiling": 844.61, "steepness": 0.057931, "midpoint": 226.25},
            revenue_per_outcome=1.16,
            **up,
        ),
        line("t1", {"family": "tabulated", "points": knee}, revenue_per_outcome=2.86, **down),
        line(
            "t2", hill | {"ceiling": 4485.25, "half_saturation": 537.37, "shape": 2.25}, revenue_per_outcome=2.0, **up
        ),
        line(
            "t3",
            {"family": "tabulated", "points": [*steps, [702.19, 13607.16]]},
            revenue_per_outcome=2.25,
            **down,
        ),
        line(
            "t4",
            logistic | {"ceiling": 2698.38, "steepness": 0.018535, "midpoint": 464.59},
            revenue_per_outcome=0.55,
            **up,
        ),
        line("t5", adbudg, revenue_per_outcome=3.95, **up),
        line(
            "t6",
            hill | {"ceiling": 5470.27, "half_saturation": 115.09, "shape": 4.33},
            revenue_per_outcome=1.04,
            **down,
        ),
        line(
            "t7",
            hill | {"ceiling": 2524.04, "half_saturation": 225.73, "shape": 3.68},
            revenue_per_outcome=3.18,
            **down,
        ),
        line(
            "t8",
            {"family": "michaelis_menten", "ceiling": 1527.71, "half_saturation": 232.0},
            revenue_per_outcome=2.75,
            **down,
        ),
    ]
    goals = [{"name": "g", "metric": "revenue", "at_least": 25000, "required": True, "scope": down}]
    rules = [{"rule": "share_range", "name": "s", "scope": down, "at_most": 0.14}]
    return wire(tactics, goals=goals, rules=rules, **LEAST)


@pytest.mark.usefixtures("unranged")
@pytest.mark.parametrize("looks", seeds((3, 10, 600), range(20, 700, 12)))
def test_whenever_time_is_up_the_least_spend_has_the_best_quick_plan_and_a_bound(looks):
    """Even where the last search had found a dearer one, and proved nothing yet; it says that time was up."""
    plan = stopped_after(many_shapes(), looks)
    if plan.status == "no_plan":
        assert (looks, plan.termination.reason) == (3, "time_limit")
        return
    assert 4100.0 < plan.bound <= plan.value <= 6400.0
    assert plan.status == "optimal" or plan.termination.reason == "time_limit"
    assert looks < 600 or plan.value == pytest.approx(4487.58, abs=0.01)


def test_half_of_the_time_is_kept_for_what_is_lost_far_out():
    """Demand ends c, not its curve: what is found up to millions of millions is lost in tolerances, and time is up."""
    feeds = {"demand_per_outcome": 1, "feeds": "north"}
    table = {"family": "tabulated", "points": [[0, 0], [20.81, 62.0138], [73.27, 85.0962]]}
    terms = [{"scope": {}, "coefficient": 1}, {"scope": {"tactics": ["c"], "periods": ["1"]}, "coefficient": -1.2}]
    document = wire(
        [
            line("a", {"family": "linear", "slope": 0.78}, **feeds),
            line("b", table, **feeds),
            line("c", {"family": "linear", "slope": 2.61}, demand_per_outcome=0.5, draws_from="north")
            | {"stage": "downstream"},
        ],
        objective={"maximize": "revenue", "target_marginal_roi": 1.67},
        periods=["1", "2"],
        rules=[{"rule": "linear", "name": "r", "terms": terms, "at_most": 22.64}],
        events=[{"name": "e", "scope": {"tactics": ["c"]}, "lift": 1.4}],
        demand_pools=[
            {
                "name": "north",
                "initial": 0,
                "organic": {"cycle": [21.04], "growth": 0.2},
                "retention": 1,
                "end_value": 0.21,
            }
        ],
    )
    ticks = itertools.count()
    scenario, soon = canonical_order(domain(document)), Deadline.after(300, lambda: float(next(ticks)))
    found = search_within(scenario, soon, lambda *_: None)
    assert found.stopped
    assert found.columns is not None
    assert found.lost <= NOISE


def test_nothing_is_spent_where_only_that_keeps_a_return_and_a_curve_starts_high():
    """Of a spend of 0 no less is looked for within intervals in which a curve is only the rounding of doubles."""
    high = {"family": "logistic", "ceiling": 1000, "rate": 8e-5, "input_offset": 2000}
    rules = [
        {"rule": "efficiency", "name": "return", "at_least": 1},
        {"rule": "active_count", "name": "one", "at_most": 1},
    ]
    found = found_within(wire({"a": high}, **LEAST, rules=rules))
    assert found.columns is not None
    assert value(found) == found.bound == 0.0


@pytest.mark.parametrize("seed", seeds([4], [11]))
def test_a_gap_that_whole_cents_open_again_was_closed_further(seed):
    """Asked for a gap between what the search would stop at and what rounding makes of that."""
    document = instances.regional(4, 5, seed, s_share=1.0)
    rough = optimize(domain(document | {"solve": {"gap": 1e-3, "time_limit": 20}}))
    assert rough.certificate is not None
    assert rough.gap is not None
    before = rough.gap - rough.certificate.rounding_cost / rough.certificate.value
    asked = 0.5 * (before + rough.gap)
    plan = optimize(domain(document | {"solve": {"gap": asked, "time_limit": 20}}))
    assert plan.gap is not None
    assert before < asked < rough.gap
    assert plan.gap <= asked


@pytest.mark.parametrize("charge", [1e-4, 0.1])
def test_tables_much_smaller_than_a_ceiling_are_not_lost_below_it(charge):
    """Each unit brings a million and next to no charge: all of each table pays. What is proved is true. (law P1)"""
    tables = {
        "a": [[0, 0], [3, 1.8e6]],
        "b": [[0, 0], [2, 2.4e6], [3, 3.5e6], [5, 6e6], [6, 6.5e6], [8, 7.6e6], [9, 10e6], [11, 10e6]],
        "c": [[0, 0], [1, 2.4e6], [2, 2.9e6], [5, 5.3e6], [7, 5.3e6], [8, 6.5e6], [11, 10e6]],
    }
    curves = {name: {"family": "tabulated", "points": points} for name, points in tables.items()}
    tactics = [line("a", curves["a"]), line("b", curves["b"], spend={"at_least": 3}), line("c", curves["c"])]
    found = found_within(wire(tactics, objective={"maximize": "outcome", "target_marginal_roi": charge}))
    assert value(found) == pytest.approx(21.8e6 - 23 * charge, rel=1e-8)
    assert found.bound <= found.cost <= found.bound + 1e-6 * abs(found.cost)
