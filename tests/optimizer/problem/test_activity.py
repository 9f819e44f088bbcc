"""Which cells are active, and how many."""

import numpy as np
import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.activity import Activity, check_counts, room
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuer
from tests.optimizer.toys import LINE, domain, scenario, valued, wire

TWO = scenario(periods=("a", "b"))


def activity(*spend, scope=None, minimum=None, problem=TWO):
    return Activity.of(valued(problem, *spend), scope or Scope(), minimum)


@pytest.mark.parametrize(
    ("digits", "on", "faint"), [(2, [[True, False], [True, True]], 0), (0, [[True, False], [True, False]], 1)]
)
def test_the_least_is_one_minor_unit(digits, on, faint):
    """A cent where money has cents, a whole unit where it has none."""
    own = activity([1.0, 0.0], [5.0, 0.01], problem=scenario(periods=("a", "b"), digits=digits))
    assert own.on.tolist() == on
    assert own.faint == faint


@pytest.mark.parametrize(
    ("more", "least"),
    [
        ({"budget": {"at_most": 1.5}}, 1e-8),
        ({"budget": {"exactly": 40.0}}, 1e-7),
        ({"budget": {"at_most": 100.0}}, 0.01),
        ({"budget": {"at_most": 1.5}, "digits": 3}, 0.001),
        ({"budget": {"at_most": 1.5}, "currency": "JPY"}, 1e-8),
        ({"objective": {"minimize": "spend"}, "budget": None}, 0.01),
    ],
)
def test_money_that_is_rounded_finer_is_active_from_there(more, least):
    """One unit of the plan's own money is what spends at all; `digits` says which that is."""
    problem = domain(wire({"a": LINE}, **more))
    own = Activity.of(Valuer(problem).value(np.array([[least]])), Scope())
    assert own.least == pytest.approx(least, rel=1e-12)
    assert (own.counts(False).tolist(), own.faint) == ([1], 0)


def test_a_minimum_takes_its_place():
    """30 is enough, 29.99 is neither on nor off."""
    own = activity([30.0, 29.99], [0.0, 0.0], minimum=30.0)
    assert own.on.tolist() == [[True, False], [False, False]]
    assert own.faint == 1


def test_only_the_scope_counts():
    """Neither other tactics nor other periods."""
    own = activity([1.0, 1.0], [1.0, 0.01], scope=Scope(tactics=("tv",), periods=("b",)))
    assert own.counts(False).tolist() == [1]
    assert own.faint == 0


def test_tactics_are_counted_in_each_period_or_once_over_all():
    """tv in the first, both in the second: two over all."""
    own = activity([1.0, 2.0], [0.0, 3.0])
    assert own.counts(False).tolist() == [1, 2]
    assert own.counts(True).tolist() == [2]


def test_decisions_stay_as_they_are():
    """From half of the minimum up a cell is taken to be on; outside the scope all is open."""
    low, high = activity([16.0, 14.0], [0.0, 50.0], scope=Scope(tactics=("tv",)), minimum=30.0).decided()
    assert low.tolist() == [[30.0, 0.0], [0.0, 0.0]]
    assert high.tolist() == [[np.inf, 0.0], [np.inf, np.inf]]


@pytest.mark.parametrize(
    ("at_least", "at_most", "left"), [(2, None, -1.0), (None, 3, 0.0), (1, 5, 0.0), (0, 2, -1.0), (0, 9, 1.0)]
)
def test_the_room_is_that_of_the_nearest_limit(at_least, at_most, left):
    """Of counts from 1 to 3."""
    assert room(np.array([1, 3, 2]), at_least, at_most) == left


REFUSED = [
    ((2.0, None), "not_a_count", "at_least"),
    ((None, True), "not_a_count", "at_most"),
    ((None, "2"), "not_a_count", "at_most"),
    ((-1, None), "not_a_count", "at_least"),
    ((3, 2), "minimum_above_maximum", "at_least"),
]


@pytest.mark.parametrize(("limits", "code", "path"), REFUSED)
def test_what_is_no_count_is_refused(limits, code, path):
    """Whole numbers from 0 up, the right way round."""
    with pytest.raises(ScenarioError) as refused:
        check_counts(*limits)
    assert (refused.value.code, refused.value.path) == (code, path)
