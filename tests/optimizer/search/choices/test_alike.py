"""Of cells that differ in nothing but worth only those choices count in which the worthiest are on."""

import itertools

import numpy as np
import pytest

from optimizer.curves import CurveStack, Hill, Log, ResponseCurve
from optimizer.optimize import optimize
from optimizer.search.choices.cells import Cells
from tests.effort import examples, seeds
from tests.optimizer.toys import domain, line, wire
from tests.oracles import grid_dp, separable

HILL = ResponseCurve(members=(Hill(ceiling=100.0, half_saturation=40.0, shape=2.0),))
OTHER = ResponseCurve(members=(Hill(ceiling=100.0, half_saturation=40.0, shape=2.5),))
CONCAVE = ResponseCurve(members=(Log(coefficient=40.0, scale=30.0),))


def cells_of(curves, worth, **changes):
    """Cells that differ in curves, worth, and what is said."""
    stack, count = CurveStack.of(curves), len(curves)
    given = {"cost": np.zeros(count), "take": np.ones(count), "low": np.zeros(count), "high": np.full(count, 90.0)}
    given |= {"least": np.zeros(count)} | changes
    bend = np.clip(stack.turns()[0], given["low"], given["high"])
    return Cells(curves=stack, worth=np.array(worth), bend=bend, rest=0.0, **given)


def test_what_is_on_comes_first_by_worth():
    """Three of one curve among others: of all states those stay that are in order, with all that follows."""
    cells = cells_of([OTHER, HILL, CONCAVE, HILL, HILL], [1.0, 2.0, 1.0, 3.0, 2.0])
    chosen = np.array([[4, 0, 3, 1]])
    states = np.array(list(itertools.product([-1.0, 0.0, 1.0], repeat=4)))[None]
    followed, orderly = cells.alike.followed(chosen, states)
    for given, told, there in zip(states[0], followed[0], orderly[0], strict=True):
        last, own, first, second = given  # of the three: 3 is worth most, then 1, then 4
        ways = [way for way in itertools.product([-1.0, 1.0], repeat=3) if way[0] >= way[1] >= way[2]]
        ways = [way for way in ways if all(s in (0.0, w) for s, w in zip((first, second, last), way, strict=True))]
        assert there == bool(ways)
        if ways:
            same = [sides[0] if len(set(sides)) == 1 else 0.0 for sides in zip(*ways, strict=True)]
            assert told.tolist() == [same[2], own, same[0], same[1]]


MORE = [{"cost": [0, 0.1]}, {"take": [1, 1.1]}, {"low": [0, 1]}, {"high": [90, 91]}]


@pytest.mark.parametrize("change", MORE, ids=lambda own: next(iter(own)))
def test_cells_that_differ_in_more_are_not_alike(change):
    """Then nothing follows of one for the other."""
    same = cells_of([HILL, HILL], [1.0, 2.0])
    other = cells_of([HILL, HILL], [1.0, 2.0], **{name: np.array(own, dtype=float) for name, own in change.items()})
    chosen, states = np.array([[0, 1]]), np.array([[[1.0, 0.0]]])
    assert same.alike.followed(chosen, states)[0].tolist() == [[[1.0, 1.0]]]
    assert other.alike.followed(chosen, states)[0].tolist() == states.tolist()
    assert other.alike.none


def test_one_of_each_kind_is_first():
    """The worthiest of those that are off may be between."""
    cells = cells_of([HILL, OTHER, HILL, OTHER], [1.0, 1.0, 2.0, 1.0])
    assert cells.alike.first(np.array([0, 1, 3])).tolist() == [0, 1]
    assert cells.alike.first(np.array([0, 1, 2, 3])).tolist() == [1, 2]


@pytest.mark.parametrize("seed", seeds(2, examples(16)))
def test_plans_of_many_alike_are_as_good_as_any(seed):
    """Against dynamic programming on a grid: its plan is no better, and its bound no lower than ours."""
    rng = np.random.default_rng([seed, 11])
    kinds = int(rng.integers(1, 4))
    curves = [
        {
            "family": "hill",
            "ceiling": float(rng.uniform(50, 150)),
            "half_saturation": float(rng.uniform(20, 60)),
            "shape": float(rng.uniform(1.3, 4.0)),
        }
        for _ in range(kinds)
    ]
    worths = [1.0] if seed % 2 else rng.uniform(0.7, 1.3, 5).round(2).tolist()
    tactics = [
        line(f"t{n:02}", curves[int(rng.integers(kinds))], revenue_per_outcome=float(rng.choice(worths)))
        for n in range(int(rng.integers(6, 40)))
    ]
    budget = float(rng.uniform(0.1, 0.8)) * 60.0 * len(tactics)
    document = wire(tactics, budget={"at_most": round(budget, 2)}, solve={"gap": 1e-6, "time_limit": 30})
    plan = optimize(domain(document))
    attained, proved, _ = grid_dp.bracket(separable.of(document), 1500)
    assert plan.status == "optimal"
    assert attained * (1.0 - 2e-6) <= plan.value <= proved
    assert plan.bound >= attained


@pytest.mark.parametrize("weeks", [12, 52])
def test_a_year_of_one_tactic_is_planned_as_as_many_tactics(weeks):
    """Weeks without adstock, with a season: tactics of one curve, each worth its week's share."""
    season = [round(1.0 + 0.3 * float(np.sin(0.12 * week)), 6) for week in range(weeks)]
    curve = {"family": "hill", "ceiling": 1e4, "half_saturation": 500, "shape": 2}
    names = [f"{week:02}" for week in range(weeks)]
    budget = {"at_most": 170.0 * weeks}
    year = wire([line("a", curve, seasonality=season)], periods=names, budget=budget, solve={"time_limit": 30})
    tactics = [line(name, curve, revenue_per_outcome=own) for name, own in zip(names, season, strict=True)]
    one, many = (optimize(domain(own)) for own in (year, wire(tactics, budget=budget, solve={"time_limit": 30})))
    assert (one.status, many.status) == ("optimal", "optimal")
    assert one.value == pytest.approx(many.value, rel=2e-6)
    best = max(_even(count, season, budget["at_most"]) for count in range(1, weeks + 1))
    assert one.value >= best * (1.0 - 1e-6)


def _even(count, season, budget):
    """What the best weeks bring when they share the budget evenly: a plan, not the best."""
    spend = budget / count
    return sum(sorted(season)[-count:]) * 1e4 * spend**2 / (500.0**2 + spend**2)
