"""What is settled."""

import numpy as np
import pytest

from optimizer.problem.past import Past
from optimizer.problem.scope import Scope
from tests.optimizer.toys import scenario

PAST = Past(
    scenario=scenario(periods=("1", "2", "3")),
    now=2,
    spend=np.array([[1.0, 2.0], [3.0, 4.0]]),
    outcome=np.array([[10.0, 20.0], [30.0, 40.0]]),
    carried=np.array([[5.0], [6.0]]),
    carried_out=np.array([0.5, 0.25]),
)


def test_a_scope_keeps_the_periods_that_are_open() -> None:
    """One that names none speaks of all that are left; one that is over is none."""
    assert PAST.after(Scope()) == Scope()
    assert PAST.after(Scope(tactics=("tv",), periods=("2", "3"))) == Scope(tactics=("tv",), periods=("3",))
    assert PAST.after(Scope(periods=("1",))) is None


@pytest.mark.parametrize(
    ("scope", "spent", "outcome"),
    [
        (Scope(), 10.0, 100 + 11 + 0.75),
        (Scope(tactics=("tv",)), 3.0, 30 + 5 + 0.5),
        (Scope(periods=("2", "3")), 6.0, 60 + 11),
        (Scope(periods=("3",)), 0.0, 11.0),
    ],
)
def test_the_past_counts_what_happened_and_what_it_still_brings(scope: Scope, spent: float, outcome: float) -> None:
    """Carry-out belongs to scopes that name no periods."""
    assert (PAST.spent(scope), PAST.total("outcome", scope)) == (spent, outcome)
    assert PAST.total("profit", scope) == outcome - spent


def test_profit_may_fall_and_outcome_may_not() -> None:
    """What a plan adds to a metric."""
    assert (PAST.never_negative("outcome"), PAST.never_negative("profit")) == (True, False)
