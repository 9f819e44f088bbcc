"""Reconciliations: what is proposed, what is missing, and the least change, on cases that can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from optimizer.answers.proposal import Line
from optimizer.errors import LimitError, ScenarioError
from optimizer.optimize import SizeLimits
from optimizer.questions.reconciliation import reconcile
from tests.optimizer.toys import ROOT, Wire, domain, line, wire

GOALS = [
    {"name": "FY", "metric": "revenue", "at_least": 260},
    {"name": "brand", "metric": "revenue", "at_least": 60, "scope": {"tactics": ["b"]}, "required": True},
]
PAIR = [
    line("a", {"family": "linear", "slope": 3}, spend={"at_most": 60}),
    line("b", {"family": "linear", "slope": 2}),
    line("c", {"family": "linear", "slope": 1}, stage="downstream"),
]


def stated(**change: object) -> Wire:
    """Three linear tactics with slopes 3, 2 and 1, a budget of 100, a soft and a required goal."""
    return wire(PAIR, budget={"at_most": 100}, goals=GOALS) | change


def by(owner: str, tactic: str, spend: float, expected: float | None = None) -> Line:
    """A line in the only period."""
    return Line(owner=owner, tactic=tactic, period="all", spend=spend, expected_outcome=expected)


SHORT: Sequence[Line] = (
    by("north", "a", 30.0, 120.0),
    by("south", "a", 10.0),
    by("south", "b", 40.0),
    by("east", "c", 20.0),
)


def test_the_gap_is_closed_by_moving_as_little_as_can_be() -> None:
    """3·40 + 2·40 + 20 = 220 of 260 within a budget that is spent: 20 from c to a bring 40 at 40 moved, the least."""
    found = reconcile(domain(stated()), SHORT)
    assert (found.status, found.fits) == ("optimal", False)
    assert [(goal.name, goal.achieved, goal.shortfall) for goal in found.proposed.goals] == [
        ("FY", 220, 40),
        ("brand", 80, 0),
    ]
    assert [(each.tactic, each.spend_from, each.spend_to) for each in found.changes] == [("a", 40, 60), ("c", 20, 0)]
    assert found.certificate is not None
    assert (found.certificate.moved, found.certificate.lines, found.certificate.largest_violation) == (40.0, 2, 0.0)
    assert found.certificate.bound == pytest.approx(40.0, rel=1e-5)
    assert found.planned is not None
    assert all(goal.met for goal in found.planned.goals)
    assert found.planned.violations == ()


def test_each_change_tells_its_owners_what_it_brings_and_what_it_is_needed_for() -> None:
    """60 on a are 45 and 15; leaving a at 40 would lose 60 and miss FY, leaving c at 20 would pass the budget."""
    found = reconcile(domain(stated()), SHORT)
    raised, cut = found.changes
    assert [(part.owner, part.spend_from, part.spend_to) for part in raised.owners] == [
        ("north", 30, 45),
        ("south", 10, 15),
    ]
    assert (raised.revenue, raised.breaks) == (pytest.approx(60.0), ("FY",))
    assert (cut.revenue, cut.breaks) == (pytest.approx(-20.0), ("budget",))


def test_fewest_lines_comes_before_the_money() -> None:
    """Within 120 of budget one line is enough: b up by 20, or a by 13.34; the latter moves less."""
    found = reconcile(domain(stated(budget={"at_most": 120})), SHORT, "fewest_lines")
    assert found.certificate is not None
    assert (found.certificate.lines, found.certificate.lines_bound) == (1, 1)
    (only,) = found.changes
    assert (only.tactic, only.change) == ("a", pytest.approx(40 / 3, abs=0.011))
    assert found.summary[-1].startswith("Changing 1 line by 13.3")


def test_a_proposal_that_fits_is_left_alone() -> None:
    """No change, nothing to prove, and nothing solved."""
    found = reconcile(domain(stated()), [by("north", "a", 60.0), by("south", "b", 40.0)])
    assert (found.status, found.fits, found.changes) == ("optimal", True, ())
    assert found.certificate is not None
    assert (found.certificate.moved, found.certificate.gap) == (0.0, 0.0)
    assert found.summary[-1] == "It meets every goal, rule and limit as it is."


def test_the_objective_of_the_scenario_plays_no_part() -> None:
    """The same change whether it maximises revenue or profit, or minimises spend."""
    scenario = domain(stated())
    answers = [
        reconcile(replace(scenario, objective=domain(stated(objective=objective)).objective), SHORT).changes
        for objective in ({"maximize": "revenue"}, {"maximize": "profit"}, {"minimize": "spend"})
    ]
    assert answers[0] == answers[1] == answers[2]


def test_the_order_of_tactics_changes_nothing() -> None:
    """The change is that of the names, whatever the order they are written in (law D2)."""
    turned = reconcile(domain(stated(tactics=PAIR[::-1])), SHORT)
    assert {(each.tactic, each.spend_to) for each in turned.changes} == {("a", 60.0), ("c", 0.0)}


def test_what_cannot_be_met_is_told_as_plans_tell_it() -> None:
    """No money for 400 of revenue: the conflict, no plan, and the proposal's own figures all the same."""
    goals = [GOALS[0] | {"at_least": 400}]
    found = reconcile(domain(stated(goals=goals)), SHORT)
    assert (found.status, found.planned, found.certificate, found.changes) == ("conflict", None, None, ())
    assert found.conflict is not None
    assert "FY" in found.conflict.conflicting
    assert found.proposed.totals.revenue == 220.0
    assert found.summary[-1] == "No plan can meet them all: FY and budget cannot both hold."


def test_rules_and_limits_that_a_proposal_breaks_are_named_and_mended() -> None:
    """20 too much on a, and 30 over the budget."""
    found = reconcile(domain(stated(goals=[])), [by("north", "a", 80.0), by("south", "b", 50.0)])
    assert {each.name: each.amount for each in found.proposed.violations} == {"spend limit of a": 20.0, "budget": 30.0}
    assert found.certificate is not None
    assert found.certificate.moved == 30.0
    assert found.summary[1] == "It breaks budget and spend limit of a."


def test_expectations_are_held_against_the_curves() -> None:
    """120 expected of 30 on a that bring 90."""
    (expectation,) = reconcile(domain(stated()), SHORT).expectations
    assert (expectation.owner, expectation.outcome, expectation.difference, expectation.flagged) == (
        "north",
        90.0,
        30.0,
        True,
    )


def test_curves_are_followed_to_the_cent() -> None:
    """10·√x ≥ 100 takes x = 100, from 64: 36 moved, no more than a cent too much."""
    goals = [{"name": "FY", "metric": "revenue", "at_least": 100}]
    scenario = domain(wire({"tv": ROOT}, budget={"at_most": 200}, goals=goals))
    found = reconcile(scenario, [by("north", "tv", 64.0)])
    assert found.certificate is not None
    assert found.certificate.moved == pytest.approx(36.0, abs=0.0101)
    assert found.certificate.bound <= 36.0 + 1e-6
    assert found.certificate.largest_violation == 0.0


def test_several_periods_and_nothing_proposed() -> None:
    """Whatever the goals need has to come from somewhere: an empty proposal moves all of the plan."""
    scenario = domain(stated(periods=["1", "2"], budget={"at_most": 200}))
    found = reconcile(scenario, [])
    assert found.certificate is not None
    assert found.planned is not None
    assert found.certificate.moved == pytest.approx(found.planned.totals.spend)
    assert found.owners == ()


def test_what_is_too_large_or_unknown_is_refused() -> None:
    """By the library's own limits, and by name."""
    with pytest.raises(LimitError):
        reconcile(domain(stated()), SHORT, limits=SizeLimits(cells=2))
    with pytest.raises(ScenarioError, match=r"proposal\[0\].tactic"):
        reconcile(domain(stated()), [by("north", "radio", 1.0)])


def test_no_time_is_told_as_such() -> None:
    """A clock that jumps beyond the limit: no plan, or one whose nearness is not proved."""
    ticks = iter(range(0, 10_000_000, 100))
    found = reconcile(domain(stated()), SHORT, clock=lambda: float(next(ticks)))
    assert found.status in ("no_plan", "feasible")
    assert found.detail
