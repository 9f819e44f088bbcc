"""Dated events and seasons."""

import numpy as np
import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.event import Event
from optimizer.problem.pattern import Pattern
from optimizer.problem.scope import Scope
from tests.optimizer.toys import DOUBLE_ROOT, ROOT, line, scenario, tactic, valued, wire
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve

LAUNCH = Event(name="launch", scope=Scope(tactics=("tv",), periods=("b", "c")), lift=1.5)
FAIR = Event(name="fair", scope=Scope(periods=("c",)), lift=2.0)


def test_an_event_multiplies_the_season_of_its_cells_and_several_multiply():
    """tv: 1, 2, 3 becomes 1, 2·1.5, 3·1.5·2; search is only at the fair."""
    tv = tactic("tv", seasonality=Pattern(numbers=(1.0, 2.0, 3.0)))
    toy = scenario(tv, tactic("search"), periods=("a", "b", "c"), events=(LAUNCH, FAIR))
    assert toy.seasons.tolist() == [[1.0, 3.0, 9.0], [1.0, 1.0, 2.0]]
    # two of outcome per unit of money, 10 spent in each period
    assert valued(toy, [10] * 3, [10] * 3).outcome.tolist() == [[20.0, 60.0, 180.0], [20.0, 20.0, 40.0]]


def test_an_event_moves_money_to_its_period():
    """10√x and 2·10√x share 100: four times as much where the event is, 20 and 80."""
    event = {"name": "launch", "scope": {"periods": ["2"]}, "lift": 2}
    document = wire([line("a", ROOT)], periods=["1", "2"], budget={"at_most": 100}, events=[event])
    plan = solve(document)
    assert [cell["spend"] for cell in plan["allocations"]] == [20.0, 80.0]
    assert recheck(document, plan) == []


def test_a_cycle_says_what_its_list_says():
    """The same plan, and clean under the independent re-check."""
    carry = {"family": "geometric", "retention": 0.5}
    budget = {"at_most": 90}
    both = [
        wire(
            [line("a", ROOT, seasonality=season, adstock=carry), line("b", DOUBLE_ROOT)],
            periods=["1", "2", "3"],
            budget=budget,
        )
        for season in ({"cycle": [1, 2], "growth": 0.5}, [1, 3, 2.25])
    ]
    plans = [solve(document) for document in both]
    assert recheck(both[0], plans[0]) == []
    assert np.isclose(plans[0]["value"], plans[1]["value"], rtol=1e-9)


@pytest.mark.parametrize(("name", "lift", "code"), [("", 1.0, "empty_name"), ("x", -0.5, "out_of_range")])
def test_an_event_needs_a_name_and_a_lift(name, lift, code):
    """Refused at the field."""
    with pytest.raises(ScenarioError) as refused:
        Event(name=name, lift=lift)
    assert refused.value.code == code
