"""A bound by tactic holds for every plan, whatever the prices; at good ones it is better than that of envelopes."""

import time

import numpy as np
import pytest

from optimizer.formulation.response import inputs_of
from optimizer.search.bounds.bound import dual_bound
from optimizer.search.bounds.by_tactic import ByTactic
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import KEPT, Incumbent
from optimizer.search.newton.spends import Spends
from optimizer.search.newton.walks import followed
from optimizer.search.region.hull import Hull, Region, Truth
from optimizer.search.region.place import Aim, Place
from optimizer.search.region.visit import NOTHING
from optimizer.search.search import search
from tests.effort import seeds
from tests.optimizer.search.newton.mixes import BENT_BESIDE, whole
from tests.optimizer.search.toys import TOYS, toy
from tests.optimizer.toys import modelled
from tests.oracles import instances


def s_shaped(seed, **adstock):
    """A few S-shaped tactics over weeks."""
    document = instances.weekly(3, seed, weeks=8, s_share=1.0)
    for number, tactic in enumerate(document["tactics"]):
        tactic["adstock"] |= {"carry_in": [tactic["current_spend"]] if number else []} | adstock
    return document


CASES = {
    "carried in": lambda seed: s_shaped(seed),
    "normalized, counted later": lambda seed: s_shaped(seed, normalized=True) | {"count_carry_out": True},
    "with shares": lambda seed: instances.with_shares(s_shaped(seed), brands=2),
    "one that does not carry over": lambda seed: beside(s_shaped(seed)),
} | BENT_BESIDE


def beside(document):
    """The first tactic without adstock."""
    document["tactics"][0].pop("adstock")
    return document


def bounded(model, prices=None, region=None, seconds=60.0, cost=None):
    """What is proved, and what envelopes prove with the duals of their own optimum."""
    hull, root, box = whole(model)
    region = region or root
    hull = Hull(model, region)
    spends = Spends(model)
    point, duals = followed(spends, model, hull, region, box, 1e-8)
    target = cost if cost is not None else 0.9 * dual_bound(model, duals, hull, region, box, point)
    place = Place(model, hull, region, box, point, Deadline(clock=lambda: 0.0, start=0.0, seconds=seconds), at(target))
    found = ByTactic.of(spends).visit(place, duals if prices is None else prices)
    return found, dual_bound(model, duals, hull, region, box, point)


def at(target, seek=lambda *_: None):
    """What is aimed at."""
    return Aim(lambda: target, seek, 1e-4 * abs(target))


def plans(model, count, seed=0, region=None):
    """Random plans that keep the rows, and one that is the best near it, by their cost; inputs [money] of each."""
    rng, values = np.random.default_rng(seed), Incumbent(model)
    _, root, box = whole(model)
    point, _ = followed(Spends(model), model, Truth(model), region or root, box, 1e-9)
    if values.offer(point):
        yield values.cost, values.columns[model.cells.inputs] * model.scale[model.cells.inputs]
    low, high = (limit[model.spend] for limit in (model.low, model.high))
    for _ in range(count):
        columns = model.low.copy()
        spend = low + rng.beta(0.4, 0.8, low.shape) * (high - low) * rng.choice([0.3, 1.0])
        columns[model.spend] = spend
        columns[model.cells.inputs] = (
            inputs_of(model.scenario, spend * model.scale[model.spend]) / model.scale[model.cells.inputs]
        )
        true = values.truth(columns, planned=False)
        if float(values.broken(true).max(initial=0.0)) <= KEPT:
            yield float(model.cost @ true), true[model.cells.inputs] * model.scale[model.cells.inputs]


@pytest.mark.parametrize("seed", seeds(1, 3))
@pytest.mark.parametrize("case", CASES)
def test_no_plan_costs_less(case, seed):
    """Neither at the prices of the relaxation, nor where random prices lead to."""
    model = modelled(CASES[case](seed))
    rng = np.random.default_rng(seed)
    found, _ = bounded(model)
    least = min((cost for cost, _ in plans(model, 300, seed)), default=np.inf)
    assert -np.inf < found.bound <= least
    assert bounded(model, prices=rng.normal(0.0, 1.0, len(model.drafts)))[0].bound <= least


@pytest.mark.parametrize("case", CASES)
def test_no_plan_of_a_region_costs_less_than_its_bound(case):
    """Half of the inputs of a cell: plans within it."""
    model = modelled(CASES[case](1))
    cell = int(np.argmax(model.cells.high - model.cells.low))
    _, root, _ = whole(model)
    for region in root.halves(cell, 0.5 * (root.low[cell] + root.high[cell])):
        found, _ = bounded(model, region=Region(low=region.low, high=region.high, split=region.split))
        inside = [
            cost
            for cost, inputs in plans(model, 200, region=region)
            if (inputs >= region.low - 1e-9).all() and (inputs <= region.high + 1e-9).all()
        ]
        assert found.bound <= min(inside, default=np.inf)


@pytest.mark.parametrize("seed", seeds([1, 3], [4]))
def test_envelopes_leave_ten_times_as_much(seed):
    """Between the best plan and the bound."""
    model = modelled(s_shaped(seed))
    best = search(model, 1e-5, Deadline.after(60.0, time.monotonic), lambda *_: None).cost
    found, by_envelopes = bounded(model, cost=best)
    assert found.bound <= best
    assert 10.0 * (best - found.bound) <= best - by_envelopes + 1e-4 * abs(best)


def test_prices_are_not_looked_for_where_envelopes_hide_no_adstock():
    """The only tactic that carries over is straight: what envelopes leave comes from the others."""
    document = s_shaped(1)
    for tactic in document["tactics"]:
        tactic.pop("adstock")
    document["tactics"][0] |= {"response": {"family": "linear", "slope": 0.01}}
    document["tactics"][0] |= {"adstock": {"family": "geometric", "retention": 0.5}}
    model = modelled(document)
    best = search(model, 1e-5, Deadline.after(60.0, time.monotonic), lambda *_: None).cost
    hull, root, box = whole(model)
    spends = Spends(model)
    point, duals = followed(spends, model, hull, root, box, 1e-8)
    bounds = ByTactic.of(spends)
    place = Place(model, hull, root, box, point, Deadline.after(60.0, time.monotonic), at(best))
    found = bounds.visit(place, duals)
    assert found.columns is None
    assert found.bound == pytest.approx(dual_bound(model, duals, hull, root, box, point), rel=1e-3)
    assert bounds.visit(place, duals) == NOTHING


@pytest.mark.parametrize("seed", seeds([4], [6, 7]))
def test_what_prices_cannot_tell_is_off_the_curves(seed):
    """The point keeps the budget, and lies off its curves by what is missing between its cost and that of a plan."""
    model = modelled(s_shaped(seed))
    best = search(model, 1e-4, Deadline.after(60.0, time.monotonic), lambda *_: None).cost
    found, _ = bounded(model, cost=0.999 * best)
    assert found.bound <= best
    over = (found.columns - Incumbent(model).truth(found.columns))[model.cells.responses]
    assert ((over > 1e-12) <= (found.bent > 0.0)).all()
    assert float(model.matrix.violation(found.columns).max()) <= 1e-6
    assert float(found.bent.sum()) >= best - float(model.cost @ found.columns)


@pytest.mark.parametrize("seed", seeds([4], [6]))
def test_few_regions_are_enough(seed):
    """Split where courses mix, at prices of their own: where envelopes say where to split, the second takes 789."""
    found = search(modelled(s_shaped(seed)), 1e-5, Deadline.after(60.0, time.monotonic), lambda *_: None)
    assert found.bound >= found.cost - 1e-5 * abs(found.cost)
    assert found.nodes <= 20


def test_where_several_rows_are_priced_the_first_prices_stay():
    """No point to branch on; a region is bounded at the prices of the whole, and by more than the whole."""
    model = modelled(instances.with_shares(s_shaped(7), brands=2))
    hull, root, box = whole(model)
    spends = Spends(model)
    point, duals = followed(spends, model, hull, root, box, 1e-8)
    best = search(model, 1e-4, Deadline.after(60.0, time.monotonic), lambda *_: None).cost
    bounds, deadline = ByTactic.of(spends), Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)
    found = bounds.visit(Place(model, hull, root, box, point, deadline, at(0.999 * best)), duals)
    assert (found.columns, bounds.leads) == (None, False)
    cell = int(np.argmax(model.cells.high - model.cells.low))
    for region in root.halves(cell, 0.5 * (root.low[cell] + root.high[cell])):
        place = Place(model, Hull(model, region, hull), region, box, point, deadline, at(0.999 * best))
        assert found.bound <= bounds.visit(place, 0.0 * duals).bound + 1e-5 * abs(best)


def test_plans_are_looked_for_near_both_sides():
    """Near columns that attain the bound at their own duals."""
    model, seen = modelled(s_shaped(1)), []
    hull, root, box = whole(model)
    spends = Spends(model)
    point, duals = followed(spends, model, hull, root, box, 1e-8)
    best = search(model, 1e-4, Deadline.after(60.0, time.monotonic), lambda *_: None).cost
    aim = at(0.99 * best, lambda *near: seen.append(near))
    found = ByTactic.of(spends).visit(
        Place(model, hull, root, box, point, Deadline.after(60.0, time.monotonic), aim), duals
    )
    assert 1 <= len(seen) <= 2
    low, high = (np.min([own for _, own, _ in seen], axis=0), np.max([own for _, own, _ in seen], axis=0))
    assert ((found.columns >= low - 1e-12) & (found.columns <= high + 1e-12)).all()


def test_when_time_is_up_nothing_is_proved():
    """No course is followed."""
    assert bounded(modelled(s_shaped(0)), seconds=0.0)[0].bound == -np.inf


@pytest.mark.parametrize("name", TOYS)
def test_it_is_there_where_adstock_is_a_recursion(name):
    """And says no more than every plan of a grid admits."""
    known = toy(name)
    there = ByTactic.of(Spends(known.model))
    assert (there is not None) == (name == "adstock")
    if there is not None:
        assert bounded(known.model)[0].bound <= known.best() + 1e-9
