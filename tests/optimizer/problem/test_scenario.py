"""A scenario is valid from birth: every statement that cannot be meant is refused, at its place, with a code."""

from dataclasses import replace
from functools import cached_property

import pytest

from optimizer.curves import Geometric, Linear, NoAdstock, Weights
from optimizer.errors import ScenarioError
from optimizer.problem.budget import Budget, BudgetLimit
from optimizer.problem.goal import Goal
from optimizer.problem.objective import Objective
from optimizer.problem.pattern import Pattern
from optimizer.problem.rules import MetricRange, MinimumIfActive, SpendRange
from optimizer.problem.scenario import SHARED, Scenario, SolveSettings
from optimizer.problem.scope import Scope
from optimizer.problem.tactic import LONGEST_TAIL, CarryOver, Metric, SpendLimits
from tests.optimizer.toys import scenario, tactic

TV, SEARCH = tactic("tv"), tactic("search")
NOWHERE = Scope(tactics=("radio",))


def goal(name="FY", **more):
    return Goal(**{"name": name, "metric": "revenue", "at_least": 1.0} | more)


def rule(name="r", **more):
    return SpendRange(**{"name": name, "at_least": 1.0} | more)


def by_period(*names):
    return Budget(by_period=tuple((name, BudgetLimit(at_most=1.0)) for name in names))


REFUSED = {
    "nothing to spend on": ("no_tactics", "tactics", lambda: scenario(tactics=())),
    "no time": ("no_periods", "periods", lambda: scenario(periods=())),
    "a period twice": ("duplicate_name", "periods[1]", lambda: scenario(periods=("a", "a"))),
    "a tactic twice": ("duplicate_name", "tactics[2].name", lambda: scenario(TV, SEARCH, TV)),
    "a goal twice": ("duplicate_name", "goals[1].name", lambda: scenario(goals=(goal(), goal()))),
    "a rule twice": ("duplicate_name", "rules[1].name", lambda: scenario(rules=(rule(), rule()))),
    "a goal like a rule": ("duplicate_name", "rules[0].name", lambda: scenario(goals=(goal("x"),), rules=(rule("x"),))),
    "a rule called budget": ("duplicate_name", "rules[0].name", lambda: scenario(rules=(rule("budget"),))),
    "a goal called as a period's budget": (
        "duplicate_name",
        "goals[0].name",
        lambda: scenario(periods=("May", "June"), goals=(goal("budget of June"),)),
    ),
    "a rule called as a spend limit": (
        "duplicate_name",
        "rules[0].name",
        lambda: scenario(rules=(rule("spend limit of tv"),)),
    ),
    "too few seasons": (
        "wrong_length",
        "tactics[1].seasonality",
        lambda: scenario(TV, tactic("x", seasonality=Pattern(numbers=(1.0,))), periods=("a", "b")),
    ),
    "a budget of no period": ("unknown_period", "budget.by_period.z", lambda: scenario(budget=by_period("z"))),
    "nothing limits revenue": ("no_budget", "budget", lambda: scenario(at_most=None)),
    "only a floor": ("no_budget", "budget", lambda: scenario(budget=Budget(total=BudgetLimit(at_least=5.0)))),
    "one tactic without a limit": (
        "no_budget",
        "budget",
        lambda: scenario(TV, tactic("x", spend=SpendLimits(at_most=1.0)), at_most=None),
    ),
    "a goal of an unknown metric": (
        "unknown_metric",
        "goals[1].metric",
        lambda: scenario(goals=(goal("a"), goal("b", metric="reach"))),
    ),
    "a goal of an unknown tactic": (
        "unknown_tactic",
        "goals[0].scope.tactics[0]",
        lambda: scenario(goals=(goal(scope=NOWHERE),)),
    ),
    "a goal of an unknown period": (
        "unknown_period",
        "goals[0].scope.periods[0]",
        lambda: scenario(goals=(goal(scope=Scope(periods=("May",))),)),
    ),
    "a goal below none": ("unknown_goal", "goals[0].parent", lambda: scenario(goals=(goal(parent="GY"),))),
    "a goal below itself": ("goal_cycle", "goals[0].parent", lambda: scenario(goals=(goal(parent="FY"),))),
    "goals below each other": (
        "goal_cycle",
        "goals[0].parent",
        lambda: scenario(goals=(goal("a", parent="b"), goal("b", parent="a"))),
    ),
    "a cycle further up": (
        "goal_cycle",
        "goals[0].parent",
        lambda: scenario(goals=(goal("leaf", parent="a"), goal("a", parent="b"), goal("b", parent="a"))),
    ),
    "a rule of an unknown tactic": (
        "unknown_tactic",
        "rules[1].scope.tactics[0]",
        lambda: scenario(rules=(rule("a"), rule("b", scope=NOWHERE))),
    ),
    "a rule of an unknown metric": (
        "unknown_metric",
        "rules[0].metric",
        lambda: scenario(rules=(MetricRange(name="r", metric="reach", at_most=1.0),)),
    ),
    "no gap at all": ("out_of_range", "gap", lambda: SolveSettings(gap=0.0)),
    "a gap above all": ("out_of_range", "gap", lambda: SolveSettings(gap=1.5)),
    "no time to solve": ("out_of_range", "time_limit", lambda: SolveSettings(time_limit=0.0)),
    "more than a day": ("out_of_range", "time_limit", lambda: SolveSettings(time_limit=86401.0)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_meant_is_refused_at_its_place(case):
    """The code is stable, the path names the field, and there is a remedy."""
    code, path, make = REFUSED[case]
    with pytest.raises(ScenarioError) as refused:
        make()
    assert (refused.value.code, refused.value.path) == (code, path)
    assert refused.value.remedy


ACCEPTED = {
    "revenue within a budget": lambda: scenario(),
    "revenue within spend limits": lambda: scenario(tactic(spend=SpendLimits(at_most=1.0)), at_most=None),
    "revenue within budgets of every period": lambda: scenario(periods=("a", "b"), budget=by_period("b", "a")),
    "profit without a limit": lambda: scenario(aim="profit", at_most=None),
    "spend without a limit": lambda: scenario(aim="spend", at_most=None),
    "a charge on spend without a limit": lambda: scenario(
        objective=Objective(aim="outcome", target_marginal_roi=0.1), at_most=None
    ),
    "a chain of goals": lambda: scenario(goals=(goal("a", parent="b"), goal("b", parent="c"), goal("c"))),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_what_can_be_meant_is_accepted(case):
    """Nothing is refused that has a plan."""
    assert ACCEPTED[case]().name == "toy"


def test_metrics_are_the_common_ones_and_the_tactics_own():
    """A metric that one tactic has may be named by goals and rules."""
    own = scenario(tactic("tv", metrics=(("reach", Metric(per_spend=2.0)),)), SEARCH)
    assert own.metrics == {"spend", "outcome", "revenue", "profit", "reach"}


@pytest.mark.parametrize(("own", "common", "counts"), [(None, True, True), (False, True, False), (True, False, True)])
def test_a_tactic_may_decide_for_itself_whether_carry_out_counts(own, common, counts):
    """Its own word first, the scenario's otherwise."""
    one = tactic(carry_over=CarryOver(count_carry_out=own))
    assert scenario(one, count_carry_out=common).counts_carry_out(one) is counts


@pytest.mark.parametrize(
    ("currency", "digits", "told"), [("EUR", None, 2), ("JPY", None, 0), ("KWD", None, 3), ("EUR", 0, 0)]
)
def test_money_has_the_currencys_digits_unless_stated(currency, digits, told):
    """`digits` stands above the currency, 0 included."""
    assert scenario(currency=currency, digits=digits).money_digits == told


def test_parts_are_named_by_their_place():
    """A part that refuses itself knows no path but its own field: the holder's place is put before it."""
    with pytest.raises(ScenarioError) as refused:
        tactic(curve=Linear(slope=float("nan")))
    assert refused.value.at("tactics[3].response").path == "tactics[3].response.slope"


def test_rates_are_what_a_unit_adds():
    """A metric that a tactic lacks adds nothing there."""
    own = scenario(tactic("tv", margin=0.5, metrics=(("reach", Metric(per_spend=2.0)),)), tactic("x"))
    assert [part.tolist() for part in own.rates("reach")] == [[2.0, 0.0], [0.0, 0.0]]
    assert [part.tolist() for part in own.rates("profit")] == [[-1.0, -1.0], [0.5, 1.0]]


def test_a_scenario_under_another_budget_shares_what_no_budget_changes():
    """It is what it would be anew; every property that is kept is one of those that are shared."""
    first, budget = scenario(), Budget(total=BudgetLimit(at_most=40.0))
    first.cells(Scope())
    other = first.under(budget)
    assert other == replace(first, budget=budget)
    assert first.budget != budget
    assert other.own_limits is first.own_limits
    assert {name for name, own in vars(Scenario).items() if isinstance(own, cached_property)} == set(SHARED)
    with pytest.raises(ScenarioError):
        first.under(Budget(by_period=(("never", BudgetLimit(at_most=1.0)),)))


@pytest.mark.parametrize(
    ("adstock", "counts", "tail"),
    [
        (Geometric(retention=0.5), False, 0),
        (Geometric(retention=0.5), True, 40),  # 0.5^40 < 1e-12
        (Geometric(retention=0.0), True, 0),
        (Geometric(retention=0.999), True, LONGEST_TAIL),
        (Geometric(retention=0.5, length=4), True, 3),
        (Weights(weights=(1.0, 1.0)), True, 1),
        (NoAdstock(), True, 0),
    ],
)
def test_the_tail_ends_where_nothing_is_left(adstock, counts, tail):
    """A trillionth of a spend is nothing; a window ends by itself."""
    one = tactic(carry_over=CarryOver(adstock=adstock))
    assert scenario(one, count_carry_out=counts).tails == (tail,)


def test_of_the_minimums_of_a_cell_the_largest_counts():
    """Each rule speaks of the cells of its scope; a cell of none has no minimum."""
    of_tv = MinimumIfActive(name="tv", at_least=3.0, scope=Scope(tactics=("tv",)))
    of_first = MinimumIfActive(name="first", at_least=2.0, scope=Scope(periods=("a",)))
    stated = scenario(TV, SEARCH, periods=("a", "b"), rules=(of_tv, of_first))
    assert stated.minimums.tolist() == [[3.0, 3.0], [2.0, 0.0]]
    assert not scenario(TV, SEARCH).minimums.any()
