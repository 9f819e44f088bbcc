"""Newton's method lands where SLSQP lands, and claims nothing by itself."""

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, minimize

from optimizer.search.bounds.bound import dual_bound
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.newton.polish import Polish
from optimizer.search.newton.spends import Spends
from optimizer.search.region.seed import Seed
from optimizer.search.search import search
from tests.effort import seeds
from tests.optimizer.search.newton.mixes import MIXES, whole
from tests.optimizer.search.toys import toy
from tests.optimizer.toys import DOUBLE_ROOT, ROOT, line, modelled, wire
from tests.oracles.curves import Witness
from tests.oracles.slsqp import limits


def never():
    return Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)


def _slsqp(document, start):
    """The same concave problem by scipy, as exactly as it can: the least cost [planner's units]."""
    witness, (low, high) = Witness(document), limits(document)
    cells, rows = len(low), [np.ones(len(low))]
    bounds = [(-np.inf, document["budget"]["at_most"])]
    names = np.repeat([t["name"] for t in document["tactics"]], witness.shape[1])
    for rule in document["rules"]:
        part = np.isin(names, rule["scope"]["tactics"]).astype(float)
        rows += [part - rule["at_least"], part - rule["at_most"]]
        bounds += [(0.0, np.inf), (-np.inf, 0.0)]
    size = document["budget"]["at_most"]
    worth = abs(witness.objective(start))
    found = minimize(
        lambda x: -witness.objective(x * size) / worth,
        start / size,
        jac=lambda x: -witness.gradient(x * size).ravel() * size / worth,
        method="SLSQP",
        bounds=list(zip(low / size, high / size, strict=True)),
        constraints=[LinearConstraint(np.array(rows), *(np.array(side) / size for side in zip(*bounds, strict=True)))],
        options={"ftol": 1e-15, "maxiter": 2000},
    ).x
    assert len(found) == cells
    return witness.objective(found * size)


@pytest.mark.parametrize("seed", seeds(1, 3))
@pytest.mark.parametrize("mix", MIXES)
def test_the_polished_cost_is_scipys(mix, seed):
    """Concave random mixes: within 1e-9 of SLSQP, and the bound holds what SLSQP found."""
    document = MIXES[mix](seed)
    model = modelled(document)
    found = search(model, 1e-9, never(), lambda *_: None)
    value, bound = -found.cost * model.worth, -found.bound * model.worth
    spend = (found.columns * model.scale)[model.spend].ravel()
    known = max(_slsqp(document, spend), _slsqp(document, spend * 0.98))
    assert value == pytest.approx(known, rel=1e-9)
    assert known <= bound * (1 + 1e-10)


@pytest.mark.parametrize("seed", seeds(1, 4))
@pytest.mark.parametrize("mix", MIXES)
def test_from_a_rough_point_the_step_is_better_and_proves_no_more_than_is_true(mix, seed):
    """Off by some per cent: the polished point costs no more, and its duals bound the optimum from below."""
    model = modelled(MIXES[mix](seed))
    found = search(model, 1e-9, never(), lambda *_: None)
    hull, region, box = whole(model)
    rng = np.random.default_rng(seed)
    rough = np.clip(found.columns * rng.uniform(0.97, 1.0, len(model.cost)), model.low, model.high)
    answer = Polish(Spends(model))(rough, found.duals * rng.uniform(0.97, 1.03, len(found.duals)), hull, region, box)
    assert answer is not None
    point, duals = answer
    bound = dual_bound(model, duals, hull, region, box, point)
    assert bound <= found.cost + 1e-12
    incumbent = Incumbent(model)
    assert incumbent.offer(point)
    assert incumbent.cost >= found.bound - 1e-9
    assert incumbent.cost == pytest.approx(found.cost, rel=1e-7)


@pytest.mark.parametrize("name", ["s-shaped", "tables and draws", "outcome within", "adstock"])
def test_where_newton_has_no_ground_nothing_untrue_is_said(name):
    """Bent curves and kinks: whatever comes back, its bound holds against every plan on the grid."""
    known = toy(name)
    model = known.model
    hull, region, box = whole(model)
    for seed in range(10):
        rng = np.random.default_rng(seed)
        start = model.low + rng.random(len(model.cost)) * (model.high - model.low)
        answer = Polish(Spends(model))(start, rng.normal(0.0, 1.0, len(model.drafts)), hull, region, box)
        if answer is not None and np.isfinite(answer[1]).all():
            assert dual_bound(model, answer[1], hull, region, box, answer[0]) <= known.best() + 1e-9


def test_a_curve_that_is_steep_only_next_to_nothing_stops_no_step():
    """A hill of shape 0.99 is given less than a double tells from none; the roots beside it share all, as 1 : 4."""
    faint = {"family": "hill", "ceiling": 1, "half_saturation": 1000, "shape": 0.99}
    model = modelled(wire({"a": ROOT, "b": faint, "c": DOUBLE_ROOT}, budget={"at_most": 500}))
    hull, region, box = whole(model)
    columns, duals = Seed.of(model, hull, region).start()
    point, _ = Polish(Spends(model))(columns, duals, hull, region, box)
    assert (point * model.scale)[model.spend].ravel() == pytest.approx([100.0, 0.0, 400.0], rel=1e-9, abs=1e-6)


def test_beside_a_curve_that_is_steep_next_to_nothing_sharp_steps_shrink_by_squares(monkeypatch):
    """A hill of shape 0.3 is given 10⁻⁸ of what others are, and bends 10¹⁰ times as much; all ends at the same plan."""
    faint = {"family": "hill", "ceiling": 1e-3, "half_saturation": 50.0, "shape": 0.3}
    others = [line(f"t{n}", faint | {"ceiling": 100 + 20 * n, "shape": 1.0}) for n in range(5)]
    share = {"rule": "share_range", "name": "share", "scope": {"tactics": ["t0"]}, "at_most": 0.1}
    model = modelled(wire([line("faint", faint), *others], budget={"at_most": 100}, rules=[share]))
    (hull, region, box), found = whole(model), search(model, 1e-9, never(), lambda *_: None)
    rough = np.clip(found.columns * np.random.default_rng(1).uniform(0.9, 1.0, len(model.cost)), model.low, model.high)
    moved, step = [], Polish._step

    def stepped(*own):
        moved.append(float(step(*own)[0]))
        return np.array(moved[-1:])

    monkeypatch.setattr(Polish, "_step", stepped)
    ends = []
    for sharp in (False, True):
        ends.append(Polish(Spends(model), sharp=sharp)(rough, found.duals, hull, region, box, 1e-12)[0])
        ends.append(len(moved))
    assert ends[2] == pytest.approx(ends[0], abs=1e-11)
    few = ends[3] - ends[1]
    assert few <= 5 < ends[1]
    assert moved[-1] < moved[-2] ** 1.5
