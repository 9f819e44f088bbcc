"""Several limits of many bent cells give less together than any one alone."""

import time
from dataclasses import replace

from optimizer.problem.canonical import canonical_order
from optimizer.search.conflicts import giving, pricing
from optimizer.search.conflicts.explain import explain
from optimizer.search.deadline import Deadline
from tests.optimizer.search.conflicts.planted import changed
from tests.optimizer.search.conflicts.test_mend import bent
from tests.optimizer.toys import domain
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve


def crowded(seed, goal):
    """Floors under each of 120 cells take nearly all of the budget: what they free pays tenfold."""
    document = bent(12, 10, seed, budget={"at_most": 9000})
    for tactic in document["tactics"]:
        tactic["spend"]["at_least"] = 65
    return document | {"goals": [{"name": "g", "metric": "revenue", "at_least": goal, "required": True}]}


def test_without_a_search_the_relaxations_point_leads_to_a_cheaper_change(monkeypatch):
    """It is enough, and far cheaper than the budget alone."""

    def alone(scenario, givings, *rest):
        """One limit's, as where time is up before it is proved to be the least."""
        if len({own.owner for own in givings}) > 1:
            return None
        return replace(giving.least_giving(scenario, givings, *rest), least=False)

    monkeypatch.setattr(pricing, "least_giving", alone)
    document = crowded(4, 55000)
    conflict = explain(canonical_order(domain(document)), Deadline.after(60.0, time.monotonic))
    assert conflict.cheapest is not None
    assert conflict.cheapest.money < 0.5 * min(own.change for own in conflict.relaxations if own.unit == "EUR")
    changes = [
        {"item": own.item, "side": own.side, "from": own.stated, "to": own.to} for own in conflict.cheapest.changes
    ]
    mended = changed(document, changes)
    assert recheck(mended, solve(mended)) == []
