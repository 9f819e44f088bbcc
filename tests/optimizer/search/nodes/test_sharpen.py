"""Plans of searches by regions stand at the limits that hold them, to the cent."""

from copy import deepcopy

import pytest

from tests.effort import seeds
from tests.oracles import instances
from tests.oracles.solve import solve

STEP = 20.0


@pytest.mark.parametrize(
    ("tactics", "share", "seed", "name", "side"),
    seeds(
        [(20, 1.0, 2, "tactic 0007", "at_least"), (8, 0.7, 1, "tactic 0003", "at_most")],
        [(60, 0.7, 1, "tactic 0012", "at_most")],
    ),
)
def test_a_limit_that_holds_a_plan_has_its_price(tactics, share, seed, name, side):
    """Walks stop a cent or two short of it: against plans with the limit elsewhere."""
    document = instances.with_shares(instances.one_period(tactics, seed, s_share=share, limits="robyn"))
    place = [own["name"] for own in document["tactics"]].index(name)
    limit = document["tactics"][place]["spend"][side]

    def planned(to):
        own = deepcopy(document) | {"solve": {"gap": 1e-9, "time_limit": 10}}
        own["tactics"][place]["spend"][side] = to
        return solve(own)["value"]

    plan = solve(document)
    told = {(row["name"], row["side"]): row["price"] for row in plan["rules"]}
    slope = (planned(limit + STEP) - planned(limit - STEP)) / (2.0 * STEP)
    assert plan["allocations"][place]["spend"] == limit
    assert told[f"spend limit of {name}", side] == pytest.approx(slope, rel=0.1)
