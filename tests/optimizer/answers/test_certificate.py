"""What a plan's figures prove by themselves."""

import pytest

from optimizer.answers import certificate
from optimizer.answers.certificate import certify, gap_between, largest_violation, violations
from optimizer.curves import Linear, ResponseCurve
from optimizer.errors import SolverFault
from optimizer.problem.budget import Budget, BudgetLimit
from optimizer.problem.goal import Goal
from optimizer.problem.objective import Objective
from optimizer.problem.pool import DemandPool
from optimizer.problem.rules import RULES
from optimizer.problem.tactic import SpendLimits
from tests.optimizer.problem.rules.samples import SAMPLES
from tests.optimizer.toys import scenario, tactic, valued

LIMITED = tactic("tv", spend=SpendLimits(at_least=5.0, at_most=20.0))
OTHER = tactic("search", Linear(slope=3.0))


def told(problem, *spend):
    return [
        (name, pytest.approx(amount), pytest.approx(share))
        for name, amount, share in violations(valued(problem, *spend))
    ]


BROKEN = {
    "over budget": (scenario(), (60.0, 60.0), ("budget", 20.0, 0.2)),
    "under an exact budget": (
        scenario(budget=Budget(total=BudgetLimit(exactly=100.0))),
        (40.0, 50.0),
        ("budget", 10.0, 0.1),
    ),
    "over a spend limit": (scenario(LIMITED, OTHER), (25.0, 1.0), ("spend limit of tv", 5.0, 0.25)),
    "under a spend limit": (scenario(LIMITED, OTHER), (1.0, 1.0), ("spend limit of tv", 4.0, 0.2)),
    "a required goal": (
        scenario(goals=(Goal(name="g", metric="revenue", at_least=100.0, required=True),)),
        (10.0, 20.0),
        ("g", 20.0, 0.2),
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_limit_is_named_with_its_amount_and_share(case):
    """In units of the limit, and relative to it."""
    problem, spend, expected = BROKEN[case]
    assert told(problem, *spend) == [expected]
    assert largest_violation(valued(problem, *spend)) == expected[2]


def test_violations_are_measured_once_for_each_valuation(monkeypatch):
    """Rounding, conflicts and the certificate ask for them; of another spend they are others."""
    asked, measured = [], certificate.violations
    monkeypatch.setattr(certificate, "violations", lambda own: asked.append(own) or measured(own))
    beyond, within = valued(scenario(), 60.0, 60.0), valued(scenario(), 50.0, 50.0)
    for _ in range(3):
        assert largest_violation(beyond) == pytest.approx(0.2)
        assert largest_violation(within) == 0.0
    assert [own is known for own, known in zip(asked, [beyond, within], strict=True)] == [True, True]


def test_the_budget_of_a_period_is_one_by_itself():
    """The total holds, the second period does not."""
    by_period = (("a", BudgetLimit(at_most=50.0)), ("b", BudgetLimit(at_most=40.0)))
    problem = scenario(
        tactic(), periods=("a", "b"), budget=Budget(total=BudgetLimit(at_most=100.0), by_period=by_period)
    )
    assert told(problem, [40.0, 50.0]) == [("budget of b", 10.0, 0.25)]


BREAKING = {
    "spend_range": (10.0, 1.0),
    "share_range": (30.0, 30.0),
    "metric_range": (30.0, 1.0),
    "efficiency": (30.0, 1.0),
    "change_limit": (31.0, 1.0),
    "turnover_limit": (29.0, 13.0),
    "linear": (30.0, 1.0),
    "commitment": (30.0, 1.0),
    "minimum_if_active": (10.0, 1.0),
    "packages": (20.0, 1.0),
    "active_count": (0.01, 1.0),
    "active_periods": (0.01, 1.0),
    "requires": (1.0, 0.0),
    "exclusive": (1.0, 1.0),
}


def test_every_kind_that_limits_has_a_spend_that_breaks_it():
    """What limits nothing, such as a rate card, no spend breaks."""
    assert set(BREAKING) == {kind for kind, rule in RULES.items() if rule.limiting}


@pytest.mark.parametrize("kind", BREAKING)
def test_every_kind_of_rule_is_measured(kind):
    """By its own violation, relative to its own size."""
    rule = SAMPLES[kind](name="r")
    own = valued(scenario(rules=(rule,)), *BREAKING[kind])
    assert list(violations(own)) == [("r", rule.violation(own), rule.violation(own) / rule.size)]
    assert rule.violation(own) > 0


@pytest.mark.parametrize(("missing", "kept"), [(0.9e-9, True), (1.1e-9, False)])
def test_a_goal_through_a_curve_is_kept_to_a_billionth(missing, kept):
    """Curves are not decimals."""
    goal = Goal(name="g", metric="revenue", at_least=80.0 * (1 + missing), required=True)
    assert (largest_violation(valued(scenario(goals=(goal,)), 10.0, 20.0)) == 0.0) is kept


def test_wishes_are_no_limits():
    """A goal that is not required is never broken."""
    goal = Goal(name="g", metric="revenue", at_least=1e9)
    assert largest_violation(valued(scenario(goals=(goal,)), 10.0, 20.0)) == 0.0


def test_cents_that_add_up_to_the_budget_keep_it():
    """0.1 + 0.2 within 0.3."""
    assert largest_violation(valued(scenario(at_most=0.3), 0.1, 0.2)) == 0.0
    assert largest_violation(valued(scenario(at_most=0.3), 0.1, 0.21)) > 0.0


@pytest.mark.parametrize(
    ("value", "bound", "gap"),
    [
        (100.0, 101.0, 0.01),
        (-100.0, -99.0, 0.01),
        (0.0, 0.0, 0.0),
        (0.0, 1.0, float("inf")),
        (0.0, 1e-28, 0.0),
        (5.0, float("inf"), float("inf")),
    ],
)
def test_the_gap_is_relative_to_the_value(value, bound, gap):
    """Infinite where there is nothing to compare with."""
    assert gap_between(value, bound) == gap


@pytest.mark.parametrize(
    ("aim", "bound", "told_bound"),
    [
        ("revenue", 80.0 * (1 - 1e-9), 80.0),
        ("revenue", 90.0, 90.0),
        ("spend", 30.0 * (1 + 1e-9), 30.0),
        ("spend", 20.0, 20.0),
    ],
)
def test_a_bound_is_never_on_the_wrong_side_of_the_value(aim, bound, told_bound):
    """80 earned for 30 spent: doubles may put a bound a hair below it, and the plan itself proves that much more."""
    problem = scenario(objective=Objective(aim=aim))
    certificate = certify(valued(problem, 10.0, 20.0), bound, "tangents", 0.0)
    assert certificate.bound == told_bound
    assert certificate.gap == gap_between(certificate.value, told_bound)


def test_what_is_infinite_is_told_as_none():
    """The gap of a plan that is worth nothing, below a bound that is something; and a bound that nothing proved."""
    nothing = certify(valued(scenario(), 0.0, 0.0), 0.5, "tangents", 0.0)
    assert (nothing.value, nothing.bound, nothing.gap) == (0.0, 0.5, None)
    unproved = certify(valued(scenario(), 10.0, 20.0), float("inf"), "tangents", 0.0)
    assert (unproved.bound, unproved.gap) == (None, None)


@pytest.mark.parametrize(("aim", "bound"), [("revenue", 79.0), ("spend", 31.0)])
def test_a_bound_that_a_clean_plan_beats_is_a_fault(aim, bound):
    """Clipping it would hide that something was not proved."""
    problem = scenario(objective=Objective(aim=aim))
    with pytest.raises(SolverFault, match="better than its bound"):
        certify(valued(problem, 10.0, 20.0), bound, "tangents", 0.0)


def test_a_value_of_nothing_and_its_bound_are_nothing_on_either_side():
    """What spend adds to a baseline of 70 is 0 but for the last digit of a double: no fault, and no gap."""
    high = ResponseCurve(members=(Linear(slope=2.0),), input_offset=35.0)
    drawer = tactic("tv", stage="downstream", response=high, draws_from="pool")
    pool = DemandPool(name="pool", initial=5.0)
    plan = valued(scenario(drawer, demand_pools=(pool,)), 10.0)
    assert plan.value == 0.0
    assert 0.0 < plan.rounding < 1e-10
    for bound in (-1e-15, 1e-15):
        assert certify(plan, bound, "tangents", 0.0).gap == 0.0
    with pytest.raises(SolverFault):
        certify(plan, -1e-9, "tangents", 0.0)
