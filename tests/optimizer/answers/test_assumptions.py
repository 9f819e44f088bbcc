"""What of a plan rests on assumptions."""

from __future__ import annotations

import pytest

from optimizer.answers.assumptions import assumptions_of
from optimizer.curves import Linear
from optimizer.problem.pattern import Pattern
from optimizer.problem.pool import DemandPool
from tests.optimizer.toys import scenario, tactic, valued

FITTED = tactic("tv", Linear(slope=2.0))
GUESSED = tactic("fairs", Linear(slope=3.0), assumptions=("slope of last year",))


def test_a_plan_without_assumptions_says_nothing() -> None:
    """None, not an empty list."""
    assert assumptions_of(valued(scenario(FITTED), 10.0)) is None


def test_the_share_is_that_of_the_revenue() -> None:
    """10 at slope 2 are 20, 20 at slope 3 are 60: three quarters are assumed."""
    found = assumptions_of(valued(scenario(FITTED, GUESSED), 10.0, 20.0))
    assert found is not None
    assert (found.metric, found.amount, found.share, found.spend) == ("revenue", 60.0, 0.75, 20.0)
    assert found.sentence == "75 % of the revenue rests on assumed curves: fairs."
    (row,) = found.tactics
    assert (row.tactic, row.assumptions, row.amount) == ("fairs", ("slope of last year",), 60.0)


def test_the_outcome_counts_where_it_is_the_aim() -> None:
    """A tactic whose outcome earns nothing has its part of the outcome all the same."""
    free = tactic("fairs", Linear(slope=3.0), assumptions=("a guess",), revenue_per_outcome=0.0)
    found = assumptions_of(valued(scenario(FITTED, free, aim="outcome"), 10.0, 20.0))
    assert found is not None
    assert (found.metric, found.share) == ("outcome", pytest.approx(0.75))


def test_nothing_earned_has_no_share() -> None:
    """Absent is None, never 0 (law A1)."""
    found = assumptions_of(valued(scenario(GUESSED), 0.0))
    assert found is not None
    assert found.share is None
    assert found.sentence == "The plan brings no revenue; these curves are assumed: fairs."


def test_a_long_list_is_cut_in_the_sentence_only() -> None:
    """Five names and how many more; every tactic has its row."""
    many = [tactic(f"t{position}", assumptions=("a guess",)) for position in range(7)]
    found = assumptions_of(valued(scenario(*many), *[1.0] * 7))
    assert found is not None
    assert found.sentence.endswith("t0, t1, t2, t3, t4 and 2 more.")
    assert len(found.tactics) == 7


def test_what_converts_assumed_demand_rests_on_the_assumption() -> None:
    """Fairs earn nothing themselves; all that search converts comes through the pool that they feed."""
    fairs = tactic("fairs", assumptions=("a guess",), feeds="north", revenue_per_outcome=0.0)
    search = tactic("search", Linear(slope=3.0), stage="downstream", draws_from="north")
    found = assumptions_of(
        valued(scenario(fairs, search, FITTED, demand_pools=(DemandPool(name="north"),)), 30, 20, 20)
    )
    assert found is not None
    assert (found.through_pools, found.amount, found.share) == (("search",), 60.0, 0.6)
    assert found.sentence == (
        "60 % of the revenue rests on assumed curves: fairs, and search, which converts demand from there."
    )


def test_what_would_be_converted_anyway_rests_on_nothing() -> None:
    """Search converts 60; without fairs 40 or 60 would come by themselves: 20 rest on fairs, or nothing."""
    fairs = tactic("fairs", assumptions=("a guess",), feeds="north", revenue_per_outcome=0.0)
    search = tactic("search", Linear(slope=3.0), stage="downstream", draws_from="north")
    told = []
    for organic in (40.0, 60.0):
        pool = DemandPool(name="north", organic=Pattern(cycle=(organic,)))
        found = assumptions_of(valued(scenario(fairs, search, FITTED, demand_pools=(pool,)), 30, 20, 20))
        assert found is not None
        told.append((found.through_pools, found.amount, found.share))
    assert told == [(("search",), 20.0, 0.2), ((), 0.0, 0.0)]
