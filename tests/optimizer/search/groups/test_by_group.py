"""A bound by group holds for every plan, whatever the prices; it is better than that of envelopes."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from optimizer.search.bounds.bound import dual_bound
from optimizer.search.deadline import Deadline
from optimizer.search.groups.by_group import ByGroup
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.newton.spends import Spends
from optimizer.search.newton.walks import followed
from optimizer.search.region.hull import Hull, Region, Truth
from optimizer.search.region.place import Aim, Place
from optimizer.search.search import search
from tests.effort import examples, seeds
from tests.optimizer.search.newton.mixes import whole
from tests.optimizer.toys import modelled
from tests.oracles import instances


def ranged(seed):
    """Limits on what regions spend in place of shares: they do not depend on what is spent in all."""
    document = instances.regional(4, 6, seed, s_share=1.0)
    half = 0.5 * document["budget"]["at_most"]
    document["rules"] = [
        {"rule": "spend_range", "name": rule["name"], "scope": rule["scope"]}
        | {side: round(half * rule[side], 2) for side in ("at_least", "at_most")}
        for rule in document["rules"]
    ]
    return document


def unspent(document):
    """More money than is spent where each unit must return one and a half."""
    objective = {"maximize": "revenue", "target_marginal_roi": 1.5}
    return document | {"objective": objective, "budget": {"at_most": 4.0 * document["budget"]["at_most"]}}


CASES = {
    "shares of regions and lines": lambda seed: instances.regional(4, 6, seed, s_share=1.0),
    "some curves concave": lambda seed: instances.regional(5, 6, seed, s_share=0.7),
    "ranges of regions and lines": ranged,
    "money that is not worth spending": lambda seed: unspent(instances.regional(4, 6, seed, s_share=1.0)),
}


def place_of(model, target, region=None, seconds=5.0):
    """A place at the optimum of a region's relaxation, and the duals there; a look at the clock takes a second."""
    hull, root, box = whole(model)
    region = region or root
    hull = Hull(model, region)
    point, duals = followed(Spends(model), model, hull, region, box, 1e-8)
    deadline = Deadline(clock=itertools.count().__next__, start=0.0, seconds=seconds)
    return Place(model, hull, region, box, point, deadline, Aim(lambda: target, lambda *_: None, 1e-3)), duals


def plans(model, count):
    """The best plans near random sides of the cells, by cost, with their inputs [money]."""
    rng, cells = np.random.default_rng(0), model.cells
    _, root, box = whole(model)
    bend = np.clip(cells.curves.turns()[0], root.low, root.high)
    for _ in range(count):
        up = rng.random(len(bend)) < 0.6
        sides = Region(low=np.where(up, bend, root.low), high=np.where(up, root.high, bend))
        values = Incumbent(model)
        if values.offer(followed(Spends(model), model, Truth(model), sides, box, 1e-9)[0]):
            yield values.cost, values.columns[cells.inputs] * model.scale[cells.inputs]


def found(model, gap=1e-3):
    """What a search finds within a gap."""
    return search(model, gap, Deadline(clock=lambda: 0.0, start=0.0, seconds=1.0), lambda *_: None)


def bounded(model, prices, place, allowed=1e-3):
    """The bound by group, when plans that are found do not move the target."""
    aim = replace(place.aim, allowed=allowed)
    return ByGroup.of(Spends(model), fewest=0).visit(replace(place, aim=aim), prices).bound


@pytest.mark.parametrize("seed", seeds(1, 3))
@pytest.mark.parametrize("case", CASES)
def test_no_plan_costs_less_whatever_the_prices(case, seed):
    """At the relaxation's duals and at others, on the whole and on a part: no plan that is there costs less."""
    model = modelled(CASES[case](seed))
    best = found(model)
    known = [(best.cost, best.columns[model.cells.inputs] * model.scale[model.cells.inputs]), *plans(model, 6)]
    rng = np.random.default_rng(seed)
    _, root, _ = whole(model)
    middle = known[-1][1]
    up = rng.random(len(middle)) < 0.1
    part = replace(root, low=np.where(up, middle, root.low))
    close, far = best.cost + 1e-3, 0.9 * best.cost
    for region, target in ((root, close), (part, far), (root, far), (part, close))[: examples(5)]:
        inside = [cost for cost, at in known if (at >= region.low - 1e-6).all()]
        assert inside
        _, duals = place_of(model, target, region)
        for prices in (duals, duals * rng.uniform(0.8, 1.2, len(duals)), duals * 0.0):
            bound = bounded(model, prices, place_of(model, target, region)[0])
            assert bound <= target
            assert bound <= min(inside) + 1e-12


def test_it_reaches_what_is_aimed_at():
    """Where many cells stand between off and on at the same duals, most of the gap is gone."""
    model = modelled(instances.regional(6, 10, 3, s_share=1.0))
    cost = found(model, 3e-4).cost
    place, duals = place_of(model, cost, seconds=30.0)
    flat = dual_bound(model, duals, place.hull, place.region, place.box, place.near)
    assert bounded(model, duals, place, 1e-4) >= flat + 0.5 * (cost - flat)


def test_plans_are_sought_near_whole_cells():
    """Within regions where no cell is between off and on; one of them is as good as any that is known."""
    model = modelled(instances.regional(6, 12, 0, s_share=1.0))
    cost = found(model, 1e-4).cost
    values = Incumbent(model)

    def seek(region, columns, duals):
        assert np.isfinite(duals).all()
        values.offer(followed(Spends(model), model, Truth(model), region, place.box, 1e-9, columns)[0])

    place, duals = place_of(model, 0.98 * cost)
    aim = Aim(lambda: min(values.cost, 0.98 * cost), seek, 1e-3)
    ByGroup.of(Spends(model), fewest=0).visit(replace(place, aim=aim), duals)
    assert values.cost <= cost + 1e-2 * abs(cost)


def test_shares_are_of_what_plans_below_the_target_spend():
    """A target that half of the budget may reach leaves the limits of shares wide, and the bound below it."""
    model = modelled(instances.regional(4, 6, 0, s_share=1.0))
    cost = found(model).cost
    near, far = (
        bounded(model, duals, place) for place, duals in (place_of(model, target) for target in (cost, 0.5 * cost))
    )
    assert far <= near <= cost


def test_no_time_is_no_bound():
    """Once time is up nothing is proved."""
    model = modelled(instances.regional(4, 6, 0, s_share=1.0))
    place, duals = place_of(model, -1.0, seconds=0.0)
    assert bounded(model, duals, place) == -np.inf


@pytest.mark.parametrize(
    "document",
    [
        instances.one_period(20, 0, s_share=1.0),
        instances.with_shares(instances.one_period(20, 0, s_share=1.0)),
        instances.weekly(3, 0, weeks=4, s_share=1.0),
        instances.regional(4, 6, 0),
    ],
    ids=["one budget", "few groups", "adstock", "concave"],
)
def test_it_is_not_for_every_model(document):
    """Few rows are branched on as quickly; adstock has a bound of its own; concave curves need none."""
    assert ByGroup.of(Spends(modelled(document)), fewest=0) is None


def test_it_is_for_many_cells():
    """A small one is branched on in less time."""
    small, large = (Spends(modelled(instances.regional(tactics, 12, 0, s_share=1.0))) for tactics in (3, 9))
    assert ByGroup.of(small) is None
    assert ByGroup.of(large) is not None
