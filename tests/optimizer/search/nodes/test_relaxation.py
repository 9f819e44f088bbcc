"""One node: what a visit says of its region is true."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.nodes.integer import IntegerRelaxation
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.region.hull import Truth
from optimizer.search.search import search
from tests.optimizer.search.toys import TOYS, toy
from tests.optimizer.toys import HILL, ROOT, modelled, wire
from tests.oracles import instances


def never():
    return Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)


def relaxed(model, gap=1e-6, deadline=None):
    kind = IntegerRelaxation if len(model.integer) else Relaxation
    return kind(model, Incumbent(model), deadline or never(), gap)


@pytest.mark.parametrize("name", TOYS)
@settings(max_examples=4, deadline=None, derandomize=True)
@given(st.data())
def test_a_visits_bound_holds_for_every_plan_in_its_region(name, data):
    """The root, then parts of parts: infeasible means that the grid has none there, too."""
    known = toy(name)
    relaxation = relaxed(known.model)
    region = relaxation.root
    for _ in range(3):
        visit = relaxation.refine(region, -np.inf)
        assert visit.bound <= known.best(region) + 1e-9
        if visit.ending == "infeasible":
            assert known.best(region) == np.inf
        cell = data.draw(st.integers(0, len(region.low) - 1))
        at = region.low[cell] + data.draw(st.floats(0.2, 0.8)) * (region.high[cell] - region.low[cell])
        region = region.halves(cell, at)[data.draw(st.integers(0, 1))]


@pytest.mark.parametrize("name", ["concave", "adstock that counts later"])
def test_concave_models_are_settled_at_the_root(name):
    """No branching: the first visit closes the gap."""
    relaxation = relaxed(toy(name).model)
    visit = relaxation.refine(relaxation.root, -np.inf)
    assert relaxation.incumbent.cost - visit.bound <= 1e-6 * abs(relaxation.incumbent.cost)


def test_what_was_known_is_never_forgotten():
    """A visit inherits its parent's bound: it does not fall behind it."""
    known = toy("s-shaped")
    relaxation = relaxed(known.model)
    first = relaxation.refine(relaxation.root, -np.inf)
    assert relaxation.refine(relaxation.root, first.bound).bound >= first.bound


@pytest.mark.parametrize("solves", range(6))
def test_out_of_time_a_visit_says_only_what_it_knows(solves):
    """Stopped after so many looks at the clock: a limit, and a bound no better than inherited or proved."""
    known, ticks = toy("outcome within"), itertools.count()
    relaxation = relaxed(known.model, 1e-9, Deadline(clock=lambda: float(next(ticks)), start=0.0, seconds=solves))
    visit = relaxation.refine(relaxation.root, -np.inf)
    assert visit.bound <= known.best() + 1e-9
    if solves == 0:
        assert (visit.ending, visit.bound, visit.columns) == ("limit", -np.inf, None)


@pytest.mark.parametrize("looks", range(1, 12))
def test_time_that_ends_in_a_visit_leaves_its_bound_and_builds_no_program(looks):
    """What Newton's methods know by then is kept; a program would be written for nothing."""
    model, ticks = modelled(instances.regional(6, 8, 0, s_share=1.0)), itertools.count()
    relaxation = relaxed(model, 1e-9, Deadline(clock=lambda: float(next(ticks)), start=0.0, seconds=looks))
    region = relaxation.root
    while (visit := relaxation.refine(region, -np.inf)).ending != "limit":
        assert -np.inf < visit.bound <= relaxation.incumbent.cost < np.inf
        region = region.halves(len(region.split), 0.5 * float(region.high[len(region.split)]))[0]
    assert "program" not in vars(relaxation)


def test_a_limit_that_cancels_what_outcome_earns_hides_no_plan():
    """Revenue at most 200, of which the relaxation is indifferent how: points off the curves are no proof of none.

    Any distance from the curve is branched on where none costs anything; before, this ended as a conflict.
    """
    rules = [{"rule": "metric_range", "name": "r", "metric": "outcome", "at_most": 200}]
    model = modelled(wire({"a": HILL, "b": ROOT}, budget={"exactly": 100}, rules=rules))
    found = search(model, 1e-6, never(), lambda *_: None)
    assert found.columns is not None
    assert -found.cost * model.worth == pytest.approx(200.0, rel=1e-6)


def test_a_goal_missed_by_little_is_mended():
    """The least spend for a goal through a curve ends on the goal, within the incumbent's tolerance."""
    known = toy("least spend for a goal")
    relaxation = relaxed(known.model)
    relaxation.refine(relaxation.root, -np.inf)
    incumbent = relaxation.incumbent
    assert incumbent.columns is not None
    assert incumbent.broken(incumbent.columns).max() <= 1e-8
    assert incumbent.cost <= known.best() * (1 + 1e-3)


@pytest.mark.parametrize("name", TOYS)
def test_newton_settles_no_more_than_it_proves(name):
    """Where Newton's method closes the search from the seed, no plan on the grid costs less than its bound."""
    known = toy(name)
    relaxation = relaxed(known.model)
    visit = relaxation.open()
    if visit is not None:
        assert visit.bound <= known.best() + 1e-9
        assert visit.bound >= relaxation.cutoff


def test_newton_opens_concave_mixes():
    """The whole is settled, and no program built."""
    relaxation = relaxed(modelled(wire({"a": ROOT, "b": ROOT | {"coefficient": 20}}, budget={"at_most": 500})))
    assert relaxation.open() is not None
    assert relaxation.rounds == 0
    assert "program" not in vars(relaxation)


@pytest.mark.parametrize(("tactics", "regions", "seed"), [(8, 12, 1), (8, 12, 2), (8, 12, 3), (20, 50, 8)])
def test_newton_opens_shares_at_prices_of_all_rows(tactics, regions, seed, monkeypatch):
    """Tactics in regions are settled without the interior-point method; in the largest a curve does not bend at 0."""
    monkeypatch.setattr("optimizer.search.nodes.relaxation.followed", None)
    relaxation = relaxed(modelled(instances.regional(tactics, regions, seed)))
    visit = relaxation.open()
    assert visit.bound >= relaxation.cutoff
    assert relaxation.incumbent.cost - visit.bound <= 1e-9 * abs(visit.bound)


def test_plans_are_looked_for_at_the_first_regions_and_at_times_later(monkeypatch):
    """At the first, the second, the fourth and at every eighth of the regions that stay open."""
    relaxation, looked = relaxed(modelled(instances.regional(3, 4, 0, s_share=1.0))), []
    walked = relaxation._walked

    def noted(hull, region, near):
        if isinstance(hull, Truth):
            looked.append(relaxation._looks)
        return walked(hull, region, near)

    monkeypatch.setattr(relaxation, "_walked", noted)
    for _ in range(17):
        relaxation._followed(relaxation.hull, relaxation.root)
    assert looked == [1, 2, 4, 8, 16]
