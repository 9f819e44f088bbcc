"""One point of a frontier."""

from __future__ import annotations

from tests.optimizer.questions.test_sweep import traced
from tests.optimizer.toys import wire


def test_more_that_may_be_spent_does_no_harm_where_something_has_to_be() -> None:
    """A unit that has to be spent loses a half; one that may be spent is left. (law F1)"""
    lossy = {"family": "linear", "slope": 0.5}
    document = wire({"a": lossy}, objective={"maximize": "profit"}, budget={"at_least": 50, "at_most": 90})
    marginals = [point.marginal for point in traced(document, amounts=(60.0, 70.0)).points]
    assert marginals == [0.0, 0.0]
