"""What rules and goals may speak of, as sums of columns."""

import numpy as np
import pytest

from optimizer.formulation.draft import Draft
from optimizer.formulation.response import add_responses
from optimizer.formulation.spend import add_reads, add_spend, reach
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuer
from tests.optimizer.toys import HILL, ROOT, domain, line, wire

SCOPES = [Scope(), Scope(tactics=("b",)), Scope(periods=("2",)), Scope(stage="downstream", periods=("1",))]
METRICS = ["spend", "outcome", "revenue", "profit", "reach"]


def words_of(problem):
    """A vocabulary over a fresh draft."""
    draft = Draft()
    spend = add_spend(draft, problem, reach(problem, np.inf))
    reads = add_reads(draft, problem, spend)
    cells = add_responses(draft, problem, reads)
    return Vocabulary(draft=draft, scenario=problem, spend=spend, reads=reads, cells=cells)


PROBLEM = domain(
    wire(
        [
            line("a", ROOT, metrics={"reach": {"per_spend": 3, "per_outcome": 0.5}}, revenue_per_outcome=4, margin=0.3),
            line("b", HILL, stage="downstream", adstock={"family": "weights", "weights": [1, 0.5]}, seasonality=[1, 2]),
        ],
        periods=["1", "2"],
        budget={"at_most": 100},
        count_carry_out=True,
    )
)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_as_columns_is_the_metric_as_valued(metric, scope):
    """Formulation and valuation are two witnesses of one metric, carry-out included."""
    words, spend = words_of(PROBLEM), np.array([[10.0, 20.0], [30.0, 40.0]])
    cells, point = words.cells, np.zeros(len(words.draft.names))
    point[words.spend] = spend
    inputs = np.concatenate([spend[0], [30.0, 55.0, 20.0]])
    point[cells.responses] = cells.curves.value(inputs) - cells.zero
    told = words.metric(metric, scope)
    known = Valuer(PROBLEM).value(spend).total(metric, scope)
    assert told.values @ point[told.columns] == pytest.approx(known, rel=1e-12)


@pytest.mark.parametrize("scope", SCOPES)
def test_spent_is_the_spend_of_the_scope(scope):
    """Each of its columns once."""
    words = words_of(PROBLEM)
    assert words.spent(scope).columns.tolist() == words.spend[words.mask(scope) > 0].tolist()
    assert set(words.spent(scope).values.tolist()) == {1.0}
