"""A plan with its decisions as they are: the model without them says what limits do beside them."""

import numpy as np
import pytest

from optimizer.optimize import optimize
from optimizer.search.deadline import Deadline
from optimizer.search.ranges.solved.as_decided import as_decided
from optimizer.search.search import search
from tests.effort import seeds
from tests.optimizer.toys import HILL, ROOT, domain, modelled, wire
from tests.oracles import instances

NEVER = Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)
MINIMUM = {"rule": "minimum_if_active", "name": "least", "at_least": 30}
COUNT = {"rule": "active_count", "name": "n", "at_most": 1}
WITHIN, NEARLY = 0.0101, 0.008  # of a price, that it may change by at an end; and that it has changed by there


def found_of(document):
    """What a search finds."""
    return search(modelled(document), 1e-6, NEVER, lambda *_: None)


def test_what_is_on_has_a_floor_and_what_is_off_no_room():
    """And the plan is the same point, at the same cost, with the same price of the budget."""
    found = found_of(wire({"a": HILL, "b": ROOT, "c": HILL}, budget={"at_most": 70}, rules=[MINIMUM]))
    decided = as_decided(found)
    model, spend = decided.model, found.model.spend[:, 0]
    on = found.columns[spend] > 0.0
    assert on.any()
    assert not on.all()
    assert not len(model.integer)
    np.testing.assert_allclose((model.low * model.scale)[spend], np.where(on, 30.0, 0.0))
    assert (model.high[spend][~on] == 0.0).all()
    assert model.off.tolist() == spend[~on].tolist()
    assert [row.owner for row in model.drafts] == ["budget"]
    assert float(model.cost @ decided.columns) == pytest.approx(found.cost)
    budget = [number for number, row in enumerate(found.model.drafts) if row.owner == "budget"]
    assert decided.duals.tolist() == found.duals[budget].tolist()


@pytest.mark.parametrize("rules", [[], [MINIMUM, COUNT]])
def test_other_plans_stay_as_they_are(rules):
    """Without decisions, and with such as the program makes."""
    found = found_of(wire({"a": HILL, "b": ROOT}, budget={"at_most": 100}, rules=rules))
    assert as_decided(found) is found


@pytest.mark.parametrize("seed", seeds(range(1, 2), range(1, 4)))
@pytest.mark.parametrize("bent", [0.0, 0.5, 1.0])
def test_the_price_of_the_budget_holds_as_far_as_is_told(seed, bent):
    """Where it ends the price has changed by about a hundredth, with floors and ceilings in place of the decisions."""
    own = instances.with_minimums(instances.one_period(8, seed, limits="wide", s_share=bent, budget=0.5))
    document = own | {"solve": {"gap": 1e-9}}
    plan = optimize(domain(document))

    def price(budget):
        ends = [
            {"at_least": rule["at_least"], "at_most": line["spend"]["at_most"]} if cell.spend > 0.0 else {"at_most": 0}
            for line, cell, rule in zip(own["tactics"], plan.allocations, own["rules"], strict=True)
        ]
        tactics = [line | {"spend": limits} for line, limits in zip(own["tactics"], ends, strict=True)]
        fixed = document | {"tactics": tactics, "rules": [], "budget": {"at_most": budget}, "digits": 6}
        return optimize(domain(fixed)).budget.price

    ends = plan.budget.price_holds_from, plan.budget.price_holds_to
    assert plan.budget.price_note == "with the chosen on/off decisions fixed"
    changed = [abs(price(end) / plan.budget.price - 1.0) for end in ends]
    assert max(changed) <= WITHIN
    assert min(changed) >= NEARLY
