"""Spend sold by the piece, from a few pieces to a thousand million, against the pieces that are worth most."""

import math
import random
from fractions import Fraction

import pytest

from optimizer.questions.frontier import FrontierQuestion, Spread, frontier
from tests.effort import seeds
from tests.optimizer.toys import domain, line, wire
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve
from tests.oracles.whole_pieces import best_pieces, worth_of

A = {"tactics": ["a"]}
SATURATED = [
    {"family": "exponential", "ceiling": 30000, "scale": 20000},
    {"family": "exponential", "ceiling": 20000, "scale": 100000},
]
HILLS = [
    {"family": "hill", "ceiling": 3e6, "half_saturation": 4e5, "shape": 2},
    {"family": "hill", "ceiling": 2e6, "half_saturation": 3e5, "shape": 1},
]
ORDERS = [1, 7, 30, 200, 900, 1100, 10**4, 10**5, 10**6, 10**7, 10**8, 10**9]


def sold(curves, price, budget, *rules, **more):
    """Tactics that are sold by the piece, within a budget."""
    tactics = [line(name, curve) for name, curve in zip("abc", curves, strict=False)]
    pieces = {"rule": "packages", "name": "pieces", "price": price}
    return wire(tactics, budget=budget, rules=[pieces, *rules], solve={"gap": 1e-6, "time_limit": 20}, **more)


def yields(curve):
    """What a concave response brings, in numbers of its own."""
    size = curve["scale"]
    if curve["family"] == "log":
        return lambda spend: curve["coefficient"] * math.log1p(spend / size)
    return lambda spend: -curve["ceiling"] * math.expm1(-spend / size)


def check_whole(plan, price, at_most):
    """Every spend is a whole number of pieces, and all of them are within the budget, in fractions."""
    spends = [Fraction(repr(cell["spend"])) for cell in plan["allocations"]]
    assert all((spend / Fraction(repr(price))).denominator == 1 for spend in spends)
    assert sum(spends) <= Fraction(repr(at_most))


def check(document, plan, price, best):
    """A plan of whole pieces whose bound passes the best there is, and which is worth it but for the gap."""
    check_whole(plan, price, document["budget"]["at_most"])
    assert recheck(document, plan) == []
    assert plan["bound"] >= best * (1 - 1e-11)
    assert plan["value"] >= best * (1 - 1e-6)
    assert (plan["status"], plan["certificate"]["largest_violation"]) == ("optimal", 0.0)


def mixed(seed, pieces):
    """One to three concave curves over one to three periods, and what a piece costs."""
    rng = random.Random(f"{seed} {pieces}")
    price = rng.choice([0.01, 0.05, 0.7, 1.0, 7.0, 250.0])
    periods = rng.choice([1, 1, 2, 3])
    curves = []
    for _ in range(rng.choice([1, 2, 3])):
        scale, size = pieces * price * 10 ** rng.uniform(-1.0, 0.5), 10 ** rng.uniform(2, 6)
        kinds = ({"family": "exponential", "ceiling": size}, {"family": "log", "coefficient": size})
        curves.append(rng.choice(kinds) | {"scale": scale})
    return curves, price, periods, round((pieces + rng.choice([0.0, 0.4])) * price, 2)


@pytest.mark.parametrize("pieces", ORDERS)
@pytest.mark.parametrize("seed", seeds(1, 4))
def test_the_best_pieces_are_found_whatever_their_number(seed, pieces):
    """Nine orders of magnitude of budget by price, some with a part of a piece left over."""
    curves, price, periods, budget = mixed(seed, pieces)
    more = {"periods": [str(period) for period in range(periods)]} if periods > 1 else {}
    document = sold(curves, price, {"at_most": budget}, **more)
    cells = [yields(curve) for curve in curves for _ in range(periods)]
    number = int(Fraction(repr(budget)) / Fraction(repr(price)))
    check(document, solve(document), price, worth_of(cells, price, best_pieces(cells, price, number)))


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(
    ("budget", "price"), [(1e7, 0.01), (1e7, 0.1), (1e8, 1.0), (1e6, 1.0), (1e6, 0.05), (1e6, 0.2)]
)
def test_no_bound_is_below_a_plan_where_a_piece_is_worth_next_to_nothing(budget, price, count):
    """A solver's tolerances took such pieces for worthless: 0 was told as the most that could be reached, of 30,000."""
    document = sold(SATURATED[:count], price, {"at_most": budget})
    cells = [yields(curve) for curve in SATURATED[:count]]
    best = best_pieces(cells, price, int(Fraction(repr(budget)) / Fraction(repr(price))))
    check(document, solve(document), price, worth_of(cells, price, best))


@pytest.mark.parametrize("pieces", [40, 900, 10**4, 10**6, 10**8])
@pytest.mark.parametrize("share", [0.15, 0.3])
def test_a_share_beside_pieces_is_kept_in_whole_pieces(share, pieces):
    """More pieces are never worse: all are bought, no more than the share of them of the first."""
    price = 7.0
    curves = [
        {"family": "exponential", "ceiling": 900, "scale": pieces * price / 3},
        SATURATED[1] | {"scale": pieces * price},
    ]
    rule = {"rule": "share_range", "name": "share", "scope": A, "at_most": share}
    document = sold(curves, price, {"at_most": pieces * price}, rule)
    cells, caps = [yields(curve) for curve in curves], [int(Fraction(repr(share)) * pieces), pieces]
    plan = solve(document)
    check_whole(plan, price, pieces * price)
    best = worth_of(cells, price, best_pieces(cells, price, pieces, caps))
    assert plan["bound"] >= best * (1 - 1e-11)
    assert plan["value"] >= best * (1 - 1.0 / pieces)
    assert plan["certificate"]["largest_violation"] == 0.0


@pytest.mark.parametrize(("budget", "price"), [(1e6, 0.5), (1e7, 5.0), (1e8, 10.0), (1e6, 7.0)])
def test_s_shaped_curves_by_the_piece_keep_their_bound(budget, price):
    """Every split into a thousand parts of the pieces is a plan."""
    document = sold(HILLS, price, {"at_most": budget})
    plan = solve(document)
    number = int(budget / price)
    splits = [number * part // 1000 for part in range(1001)]
    hill = [
        lambda spend, own=own: (
            own["ceiling"] * spend ** own["shape"] / (own["half_saturation"] ** own["shape"] + spend ** own["shape"])
        )
        for own in HILLS
    ]
    best = max(hill[0](split * price) + hill[1]((number - split) * price) for split in splits)
    check_whole(plan, price, budget)
    assert plan["status"] == "optimal"
    assert plan["bound"] >= best * (1 - 1e-11)
    assert plan["value"] >= best * (1 - 1e-6)


@pytest.mark.parametrize(("budget", "price"), [(100003, 7.0), (1000003, 0.07), (1e6, 0.3)])
@pytest.mark.parametrize("curves", [SATURATED, HILLS], ids=["concave", "s-shaped"])
def test_an_amount_that_is_no_whole_number_of_pieces_cannot_be_spent(curves, budget, price):
    """The budget and the rule conflict; neither does alone."""
    plan = solve(sold(curves, price, {"exactly": budget}))
    assert plan["status"] == "conflict"
    assert sorted(plan["conflict"]["conflicting"]) == ["budget", "pieces"]


def test_the_least_spend_is_proved_to_the_piece():
    """What has to be spent without pieces, rounded up to whole ones, is a bound: here it is reached."""
    goal = {"name": "g", "metric": "revenue", "at_least": 1e6, "required": True}
    plan = solve(sold(HILLS, 7.0, {"at_most": 1e6}, objective={"minimize": "spend"}, goals=[goal]))
    assert plan["status"] == "optimal"
    assert plan["value"] == plan["bound"]
    assert (Fraction(repr(plan["value"])) / 7).denominator == 1


def test_points_of_a_frontier_are_whole_pieces_too():
    """At budgets of whole pieces and between them."""
    cells = [yields(curve) for curve in SATURATED]
    question = FrontierQuestion(
        scenario=domain(sold(SATURATED, 7.0, {"at_most": 1e6})), spread=Spread(start=350000.0, stop=1e6, points=4)
    )
    for point in frontier(question).points:
        best = best_pieces(cells, 7.0, int(point.amount // 7))
        assert all((Fraction(repr(own.spend)) / 7).denominator == 1 for own in point.tactics)
        assert point.spend <= point.amount
        assert point.bound >= worth_of(cells, 7.0, best) * (1 - 1e-11)
        assert point.value >= worth_of(cells, 7.0, best) * (1 - 1e-6)
