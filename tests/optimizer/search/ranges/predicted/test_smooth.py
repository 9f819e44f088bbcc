"""Ranges where prices are slopes less a charge: against plans made at both ends."""

import copy
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.search.deadline import Deadline
from optimizer.search.ranges.followed.walk import Walk
from optimizer.search.ranges.predicted.smooth import Smooth
from optimizer.search.ranges.predicted.stationary import Stationary
from optimizer.search.search import search
from tests.effort import examples, seeds
from tests.optimizer.search.ranges.columns import unknown
from tests.optimizer.toys import DOUBLE_ROOT, ROOT, line, modelled, wire
from tests.oracles import instances
from tests.oracles.instances import CONCAVE
from tests.oracles.solve import solve

HOLDS = 0.0101  # relative: 1 %, and the noise of two plans
INSIDE, BEYOND = 0.999, 1.2  # of the way to an end: at a kink the price is another one
SURELY = 0.008  # relative: what a price has changed by beyond its end, less what methods may leave of the way
HOLDING = ("price_holds_from", "price_holds_to")
FOLLOWED = 1e-5  # relative: to what conditions that are followed tell a price; the path of a budget tells it to 1e-9
WIDTHS = 0.1  # of a range, by which two methods may differ in an end
WAYS = ("profit", "target", "spend", "share")


def price(document, limit):
    """The price of a limit, and from where to where it holds."""
    plan = solve(document)
    if plan["status"] == "conflict":
        return np.inf, None, None, plan["warnings"]
    own = next(each for each in plan["rules"] + plan["goals"] if each["name"] == limit)
    return own["price"], own["price_holds_from"], own["price_holds_to"], plan["warnings"]


def check(document, holder, limit):
    """Both ends of the range of a limit: the price is the same to 1 % just before, and another one well beyond."""
    (_, key), place = holder, document
    for step in holder[0]:
        place = place[step]
    at, (own, least, most, warnings) = place[key], price(document, limit)
    assert not any("worked out" in warning for warning in warnings)
    for end in (least, most):
        if not own or end is None:
            continue
        for way in (INSIDE, BEYOND):
            place[key] = at + way * (end - at)
            if place[key] > 0.0:
                change = abs(price(document, limit)[0] / own - 1.0)
                assert change <= HOLDS if way < 1.0 else change >= SURELY, (limit, own, end, way, change)
        place[key] = at


def charged(rng, way):
    """One to four concave tactics, with a budget spent whatever it brings, or a goal reached with the least spend."""
    curves = [
        CONCAVE[rng.choice(sorted(CONCAVE))](rng, rng.uniform(1, 100), rng.uniform(20, 400))
        for _ in range(rng.integers(1, 5))
    ]
    tactics = [line(f"t{number}", curve) for number, curve in enumerate(curves)]
    budget = float(rng.uniform(20, 400))
    more = {"digits": 9, "solve": {"gap": 1e-9, "time_limit": 10}}
    if way == "spend":
        reached = solve(wire(copy.deepcopy(tactics), budget={"at_most": budget}, **more))["totals"]["outcome"]
        goal = {"name": "g", "metric": "outcome", "at_least": 0.98 * reached, "required": True}
        return wire(tactics, objective={"minimize": "spend"}, goals=[goal], **more), ((("goals", 0), "at_least"), "g")
    objective = {"maximize": "profit"}
    if way != "profit":
        objective = {"maximize": "outcome", "target_marginal_roi": float(10 ** rng.uniform(-2, 1.5))}
    document = wire(tactics, objective=objective, budget={"exactly": budget}, **more)
    if way != "share" or len(tactics) == 1:
        return document, ((("budget",), "exactly"), "budget")
    rule = {"rule": "share_range", "name": "s", "scope": {"tactics": ["t0"]}, "at_least": float(rng.uniform(0.3, 0.9))}
    return document | {"rules": [rule]}, ((("rules", 0), "at_least"), "s")


@settings(max_examples=examples(24), deadline=None)
@given(seed=st.integers(0, 2**32 - 1), way=st.sampled_from(WAYS))
def test_a_price_less_a_charge_holds_to_its_ends(seed, way):
    """A budget that must be spent, a goal, a share; prices from far above the slopes to far below. (law S4)"""
    document, limit = charged(np.random.default_rng(seed), way)
    check(document, *limit)


SATURATED = {"family": "michaelis_menten", "ceiling": 1134, "half_saturation": 0.1}


@pytest.mark.parametrize(
    ("objective", "least", "most"),
    [({"maximize": "outcome", "target_marginal_roi": 17.65}, 23.536, None), ({"maximize": "profit"}, 55.647, 81.513)],
)
def test_a_range_ends_where_the_curve_says(objective, least, most):
    """By hand: slope = 113.4 / (0.1 + x)², and the price is the slope less the charge; 1 % of it ends at these."""
    document = wire({"a": SATURATED}, objective=objective, budget={"exactly": 65}, digits=9)
    _, start, end, _ = price(document, "budget")
    assert start == pytest.approx(least, rel=2e-2)
    assert end == (None if most is None else pytest.approx(most, rel=2e-2))


def ends(document):
    """By limit its price, and from where to where it holds."""
    plan = solve(document)
    told = {own["name"]: own for own in plan["rules"] if own["price"]} | {"budget": plan["budget"]}
    return {name: tuple(own[key] for key in ("price", *HOLDING)) for name, own in told.items()}


@pytest.mark.parametrize("seed", seeds(range(1, 3), range(1, 5)))
def test_bent_curves_are_predicted_on_the_side_where_the_plan_stands(seed, monkeypatch):
    """The same prices, and nearly the same ends, as following the conditions tells. (law S4)"""
    document = instances.one_period(12, seed, s_share=1.0, limits="robyn")
    predicted, asked = ends(document), []
    monkeypatch.setattr(Smooth, "holds", lambda _, *told: asked.append(told) or unknown(_, *told))
    followed = ends(document)
    assert asked
    assert predicted.keys() == followed.keys()
    for name, (own, least, most) in predicted.items():
        other, low, high = followed[name]
        assert own == pytest.approx(other, rel=FOLLOWED)
        for end, known in ((least, low), (most, high)):
            assert (end is None) == (known is None)
            assert end is None or abs(end - known) <= WIDTHS * ((high or 2.0 * known) - (low or 0.0))


def test_of_a_floor_that_holds_one_period_another_that_is_free_makes_no_price():
    """What that one gained where it was predicted was taken for a part of the price, which had changed by 1.5 %."""
    bent = {"family": "hill", "ceiling": 133.0731, "half_saturation": 61.1763, "shape": 3.4389}
    full = {"family": "log", "coefficient": 400.0, "scale": 8.0}
    held = line("held", bent, spend={"at_least": 8.79, "at_most": 66.38})
    document = wire(
        [line("full", full, spend={"at_most": 53.76}), held], budget={"at_most": 172.9}, periods=["p0", "p1"]
    )
    plan = solve(document)
    floor = next(own for own in plan["rules"] if own["name"] == "spend limit of held")
    assert floor["side"] == "at_least"
    for end in (floor["price_holds_from"], floor["price_holds_to"]):
        held["spend"]["at_least"] = floor["price_holds_from"] if end is None else end
        moved = next(own for own in solve(document)["rules"] if own["name"] == "spend limit of held")
        assert moved["price"] == pytest.approx(floor["price"], rel=HOLDS)


def test_most_limits_beside_bent_curves_need_no_following(monkeypatch):
    """Nothing is followed step by step where all cells stand on one side of their bends."""

    def never(*_):
        raise AssertionError("followed")

    monkeypatch.setattr(Walk, "around", never)
    predicted = ends(instances.one_period(12, 2, s_share=1.0, limits="wide"))
    assert all(least < most for _, least, most in predicted.values())


def test_a_price_that_stays_is_looked_at_without_a_warning():
    """Two equal curves share what is between them: the budget's price may stay as it is over a whole look."""
    log = {"family": "log", "coefficient": 5, "scale": 10}
    tactics = [line("a", log, spend={"at_most": 50}), line("b", log, spend={"at_most": 100})]
    tactics.append(line("shut", log, spend={"at_most": 0}))
    with np.errstate(all="raise"):
        assert solve(wire(tactics, budget={"at_most": 100}))["budget"]["price"] == pytest.approx(5 / 60)


def test_what_is_steep_only_next_to_nothing_is_none_to_the_conditions():
    """A hill of shape 0.99 that is not worth a cent: the conditions hold, and ranges are those without it."""
    faint = {"family": "hill", "ceiling": 1, "half_saturation": 1000, "shape": 0.99}
    share = {"rule": "share_range", "name": "share", "scope": {"tactics": ["a"]}, "at_least": 0.3}
    tactics = {"a": ROOT, "b": DOUBLE_ROOT}
    document = wire(tactics | {"c": faint}, budget={"at_most": 100}, rules=[share])
    found = search(modelled(document), 1e-6, Deadline.after(60.0, time.monotonic), lambda *_: None)
    assert Stationary.of(found) is not None
    for limit in ("budget", "share"):
        known = price(document | {"tactics": document["tactics"][:2]}, limit)
        assert price(document, limit) == tuple(pytest.approx(own, rel=1e-4) for own in known)


@pytest.mark.parametrize("carries", [{}, {"adstock": {"family": "geometric", "retention": 0.5}}])
def test_of_two_rules_that_say_the_same_neither_is_worth_loosening(carries):
    """No spend answers a row that gives way alone beside its double: the worth of both is of neither. (law S3)"""
    rules = [{"rule": "spend_range", "name": name, "at_most": 500} for name in ("one", "other")]
    tactics = [line("a", ROOT, **carries), line("b", DOUBLE_ROOT)]
    document = wire(tactics, periods=["1", "2"], budget={"at_most": 900}, rules=rules, digits=6)
    assert [price(document, rule["name"])[0] for rule in rules] == [0.0, 0.0]


def test_budgets_of_periods_that_sum_to_the_budget_are_worth_what_they_move():
    """More for period 1 is less for period 2: √500/2 · (1/√400 − 1/√600), and nothing of that below 400. (law S3)"""
    parts = {"1": {"at_most": 400}, "2": {"at_most": 600}}
    document = wire(
        {"a": ROOT, "b": DOUBLE_ROOT}, periods=["1", "2"], budget={"at_most": 1000, "by_period": parts}, digits=6
    )
    own, least, most, _ = price(document, "budget of 1")
    assert own == pytest.approx(500**0.5 / 2 * (400**-0.5 - 600**-0.5), rel=1e-4)
    assert least == 400
    assert 400 < most < 402
    assert price(document, "budget of 2")[0] == price(document, "budget")[0] == 0.0


def log(coefficient, scale, *season):
    """A tactic's response and seasonality."""
    curve = {"family": "log", "coefficient": coefficient, "scale": scale}
    return {"response": curve} | ({"seasonality": list(season)} if season else {})


STEADY = {"rule": "change_limit", "name": "steady"}
STEPS = {
    "share": (STEADY | {"scope": {"tactics": ["a"]}, "share": 0.32}, [log(100, 50, 1.13, 1.11, 0.37), log(2426, 5000)]),
    "amount": (
        STEADY | {"scope": {"tactics": ["a", "c"]}, "amount": 33},
        [
            log(100, 50, 1.01, 0.95, 0.53),
            log(4160, 5000),
            {"response": {"family": "power", "coefficient": 23, "exponent": 0.6}, "seasonality": [1.12, 0.84, 0.56]},
        ],
    ),
}


@pytest.mark.parametrize("way", STEPS)
def test_a_step_that_comes_to_bind_as_its_limit_moves_ends_the_range(way):
    """Rows that do not bind move with their limit, too: a price was told to hold where it was a third more."""
    rule, tactics = STEPS[way]
    document = wire(
        [line(name, **own) for name, own in zip("abc", tactics, strict=False)],
        periods=["1", "2", "3"],
        budget={"at_most": 1000},
        rules=[dict(rule)],
        solve={"gap": 1e-9},
    )
    check(document, (("rules", 0), way), "steady")
