"""The points of a frontier, and one of them."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.problem.valuation import Valuer
from optimizer.search.plan import settle
from optimizer.search.plan.outcome import whole_spend
from optimizer.search.plan.settle import whole_spends
from tests.optimizer.questions.test_sweep import traced
from tests.optimizer.search.many.test_chosen import chosen, deadline, points
from tests.optimizer.toys import wire


def test_more_that_may_be_spent_does_no_harm_where_something_has_to_be() -> None:
    """A unit that has to be spent loses a half; one that may be spent is left. (law F1)"""
    lossy = {"family": "linear", "slope": 0.5}
    document = wire({"a": lossy}, objective={"maximize": "profit"}, budget={"at_least": 50, "at_most": 90})
    marginals = [point.marginal for point in traced(document, amounts=(60.0, 70.0)).points]
    assert marginals == [0.0, 0.0]


def test_points_with_minimums_are_rounded_together_as_each_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Off is nothing, on is the minimum at the least, and the same cents; what breaks a limit is rounded by itself."""
    models, until, asked = points(), deadline(), []
    founds, valuer = chosen(models, until).run(lambda _: None), Valuer(models[0].scenario)
    alone = [whole_spend(found, valuer.under(found.model.scenario), until)[0] for found in founds]
    monkeypatch.setattr(settle, "whole_spend", lambda *own: asked.append(own[0]) or whole_spend(*own))
    together = [whole.valuation for whole in whole_spends(founds, valuer, until)]
    assert not asked
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_array_equal(one.spend, other.spend)
        assert one.value == other.value
    monkeypatch.setattr(settle, "largest_violation", lambda own: float(own is not together[0]))
    assert [own.valuation.value for own in whole_spends(founds, valuer, until)] == [own.value for own in alone]
    assert len(asked) == len(founds)
