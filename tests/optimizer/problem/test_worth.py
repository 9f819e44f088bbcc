"""What a unit of outcome is worth, by hand."""

import numpy as np

from optimizer.problem.worth import worth_of_outcome
from tests.optimizer.toys import ROOT, domain, line, wire


def test_outcome_is_worth_what_the_objective_says():
    """Its own rate, 0 included; where spend is minimised its revenue, and 1 each where nothing earns any."""
    tactics = [line("a", ROOT, revenue_per_outcome=3.0, margin=0.5), line("b", ROOT, revenue_per_outcome=0.0)]
    worths = [
        worth_of_outcome(domain(wire(tactics, budget={"at_most": 10}, objective=aim, goals=goals)))
        for aim, goals in (({"maximize": "profit"}, []), ({"maximize": "outcome"}, []))
    ]
    assert [worth.tolist() for worth in worths] == [[1.5, 0.0], [1.0, 1.0]]
    nothing = wire([line("a", ROOT, revenue_per_outcome=0.0)], budget={"at_most": 10})
    assert np.array_equal(worth_of_outcome(domain(nothing)), [0.0])
    assert np.array_equal(worth_of_outcome(domain(nothing | {"objective": {"minimize": "spend"}})), [1.0])
