"""What binds at a plan is found out where duals do not say it: by what the plan costs a little beside it."""

import itertools

import pytest

from optimizer.optimize import optimize
from tests.optimizer.toys import domain, line, wire


def hills(sizes):
    return [
        line(f"t{number}", {"family": "hill", "ceiling": ceiling, "half_saturation": half, "shape": shape})
        for number, (ceiling, half, shape) in enumerate(sizes)
    ]


def worst(size, **more):
    """A curve and how much it yields in each of ten draws."""
    name = "coefficient" if more["family"] == "power" else "ceiling"
    own = {key: each for key, each in more.items() if key != "family"}
    shares = [1.0, 1.5, 1.3, 1.2, 1.1, 1.7, 1.7, 1.9, 1.8, 0.97]
    shares = shares[int(size) % 10 :] + shares[: int(size) % 10]
    return {"family": more["family"], "draws": [own | {name: size * share} for share in shares]}


FLOOR = [{"rule": "efficiency", "name": "r", "scope": {"tactics": ["t4"]}, "at_least": 4.409}]
BENT = [
    (5899.37, 2581.33, 2.5), (16048.16, 3875.74, 2.48), (5856.88, 2907.57, 1.97), (14686.42, 2346.07, 2.54),
    (12936.45, 2496.08, 2.36),
]  # fmt: skip
SHAPES = {
    "t0": worst(445, family="hill", half_saturation=103.88, shape=1.89),
    "t1": worst(593, family="hill", half_saturation=254.81, shape=1.9),
    "t2": worst(31, family="power", exponent=0.67),
}
PLANS = {
    "nothing is spent where a return is asked for": wire(hills(BENT), budget={"at_most": 8188.72}, rules=FLOOR),
    "next to nothing is left on a curve that is convex first": wire(
        SHAPES, budget={"exactly": 543.74}, objective={"maximize": "revenue", "confidence": 0.8}
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_what_binds_is_found_wherever_the_search_was_stopped(name, monkeypatch):
    """The same plan has the same ranges, whatever duals the search had; for ranges there is time."""
    monkeypatch.setattr("optimizer.optimize.RANGE_SECONDS", 1e9)
    document = PLANS[name] | {"digits": 6, "solve": {"gap": 1e-9, "time_limit": 20}}
    whole, alike = optimize(domain(document)), 0
    for looks in range(2, 30, 3):
        counted = itertools.count()
        plan = optimize(
            domain(document), clock=lambda counted=counted, looks=looks: 0.0 if next(counted) < looks else 1e6
        )
        if plan.value is None or plan.value != pytest.approx(whole.value, rel=1e-6):
            continue
        assert plan.budget.price_holds_from == pytest.approx(whole.budget.price_holds_from, rel=1e-4)
        assert plan.budget.price_holds_to == pytest.approx(whole.budget.price_holds_to, rel=1e-4)
        alike += 1
    assert alike
