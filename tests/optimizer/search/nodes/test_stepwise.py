"""Change limits too many for other methods: what is told is what these tell of as many as they can hold."""

import pytest

from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.nodes.stepwise import stepwise
from tests.optimizer.search.newton.test_steps import steady
from tests.optimizer.toys import modelled

GAP = 1e-6


def _settled(monkeypatch, scenario):
    """What is told where no other method can hold the rows, and the plan of one that can."""
    model, deadline = modelled(scenario), Deadline.after(60.0, lambda: 0.0)
    usual = Relaxation(model, Incumbent(model), deadline, GAP)
    usual.open()
    for module in ("relaxation", "stepwise"):
        monkeypatch.setattr(f"optimizer.search.nodes.{module}.can_follow", lambda _: False)
    own = Relaxation(model, Incumbent(model), deadline, GAP)
    return stepwise(own, GAP, deadline), own, usual


@pytest.mark.parametrize("seed", [1, 2])
def test_the_plan_and_its_proof_are_those_of_other_methods(monkeypatch, seed):
    visit, own, usual = _settled(monkeypatch, steady(4, 8, seed))
    assert visit.ending == "cut off"
    assert usual.incumbent.cost * (1 + GAP) <= visit.bound <= usual.incumbent.cost + 1e-9
    assert own.incumbent.cost == pytest.approx(usual.incumbent.cost, rel=GAP)


def test_curves_that_are_not_concave_are_left_to_others(monkeypatch):
    scenario = steady()
    curve = {"family": "hill", "ceiling": 1e5, "half_saturation": 3e4, "shape": 3.0}
    bent = [scenario["tactics"][0] | {"response": curve}, *scenario["tactics"][1:]]
    assert _settled(monkeypatch, scenario | {"tactics": bent})[0] is None


def test_what_other_methods_hold_is_left_to_them():
    model, deadline = modelled(steady()), Deadline.after(60.0, lambda: 0.0)
    assert stepwise(Relaxation(model, Incumbent(model), deadline, GAP), GAP, deadline) is None
