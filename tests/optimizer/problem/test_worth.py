"""What units of spend and outcome add, and for how long, by hand."""

import numpy as np
import pytest

from optimizer.curves import Geometric, Weights
from optimizer.problem.tactic import CarryOver
from optimizer.problem.worth import LONGEST_TAIL, tail_length, worth_of_outcome
from tests.optimizer.toys import ROOT, domain, line, scenario, tactic, wire


@pytest.mark.parametrize(
    ("adstock", "counts", "tail"),
    [
        (Geometric(retention=0.5), False, 0),
        (Geometric(retention=0.5), True, 40),  # 0.5^40 < 1e-12
        (Geometric(retention=0.0), True, 0),
        (Geometric(retention=0.999), True, LONGEST_TAIL),
        (Geometric(retention=0.5, length=4), True, 3),
        (Weights(weights=(1.0, 1.0)), True, 1),
    ],
)
def test_the_tail_ends_where_nothing_is_left(adstock, counts, tail):
    """A trillionth of a spend is nothing; a window ends by itself."""
    one = tactic(carry_over=CarryOver(adstock=adstock))
    assert tail_length(scenario(one, count_carry_out=counts), one) == tail


def test_outcome_is_worth_what_the_objective_says():
    """Its own rate; its revenue where spend is minimised; 1 each where nothing is worth anything."""
    tactics = [line("a", ROOT, revenue_per_outcome=3.0, margin=0.5), line("b", ROOT, revenue_per_outcome=0.0)]
    worths = [
        worth_of_outcome(domain(wire(tactics, budget={"at_most": 10}, objective=aim, goals=goals)))
        for aim, goals in (({"maximize": "profit"}, []), ({"maximize": "outcome"}, []))
    ]
    assert [worth.tolist() for worth in worths] == [[1.5, 0.0], [1.0, 1.0]]
    nothing = wire([line("a", ROOT, revenue_per_outcome=0.0)], budget={"at_most": 10})
    assert np.array_equal(worth_of_outcome(domain(nothing)), [1.0])
