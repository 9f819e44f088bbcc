"""Keep or change, on cases worked out by hand and against linear programs of our own making."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from optimizer.answers.evaluation import Spend
from optimizer.answers.replanning import Threshold
from optimizer.curves import Array
from optimizer.errors import LimitError, ScenarioError
from optimizer.optimize import SizeLimits, optimize
from optimizer.problem.actuals import Actual
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuer
from optimizer.questions.replanning import Booking, ReplanningQuestion, Turnover, replan
from tests.effort import examples
from tests.optimizer.toys import HILL, ROOT, Wire, domain, line, wire

PERIODS = ["1", "2", "3"]


def stated(slope_a: float = 3.0, slope_b: float = 2.0, **more: object) -> Scenario:
    """Two straight lines over three periods, 50 a period at most, 180 in all."""
    tactics = [
        line("a", {"family": "linear", "slope": slope_a}, spend={"at_most": 50}),
        line("b", {"family": "linear", "slope": slope_b}, spend={"at_most": 50}),
    ]
    return domain(wire(tactics, periods=PERIODS, budget={"at_most": 180}) | more)


def plan_of(*rows: tuple[float, ...]) -> tuple[Spend, ...]:
    """The spend of a and b by period."""
    return tuple(
        Spend(tactic=tactic, period=period, spend=spend)
        for tactic, row in zip("ab", rows, strict=True)
        for period, spend in zip(PERIODS, row, strict=True)
    )


def actuals_of(*rows: tuple[float, ...]) -> tuple[Actual, ...]:
    """What a and b really spent in the first periods."""
    return tuple(
        Actual(tactic=tactic, period=period, spend=spend)
        for tactic, row in zip("ab", rows, strict=True)
        for period, spend in zip(PERIODS, row, strict=False)
    )


IN_FORCE = plan_of((50, 50, 50), (10, 10, 10))
AS_PLANNED = actuals_of((50,), (10,))


def asked(scenario: Scenario | None = None, **more: object) -> ReplanningQuestion:
    """After one period as planned."""
    common = {"scenario": scenario or stated(), "plan": IN_FORCE, "actuals": AS_PLANNED}
    return ReplanningQuestion(**common | more)  # type: ignore[arg-type]


def test_nothing_is_changed_where_nothing_can_be_gained() -> None:
    """100 on a and 20 on b, worth 340, is the best there is for the rest, and that is proved."""
    found = replan(asked())
    assert (found.now, found.decision, found.reason) == ("2", "keep", "no_gain_possible")
    assert (found.kept.value, found.kept.spend, found.gain) == (340.0, 120.0, pytest.approx(0, abs=1e-6))
    assert found.sentences == (
        "Keeping the plan from 2 on is worth 340 EUR.",
        "No plan within the limits gains more than 0 EUR. The plan is kept.",
    )


def test_new_curves_change_the_plan() -> None:
    """b returns 4 now: 100 on b and 20 on a are worth 460, the plan in force 380; 160 of money move."""
    found = replan(asked(stated(slope_b=4.0)))
    assert (found.decision, found.reason, found.moved) == ("change", "gain", 160.0)
    assert (found.kept.value, found.gain, found.gain_at_most) == (380.0, pytest.approx(80.0), pytest.approx(80.0))
    assert [cell.spend for cell in found.plan.allocations if cell.tactic == "b"] == [50.0, 50.0]
    assert found.sentences[1:] == (
        "Moving 160 EUR gains 80 EUR (21.1 %).",
        "No plan within the limits gains more than 80 EUR.",
    )


@pytest.mark.parametrize(
    ("threshold", "decision"),
    [(Threshold(amount=80.0), "change"), (Threshold(amount=81.0), "keep"), (Threshold(share=0.25), "keep")],
)
def test_a_gain_below_the_threshold_is_no_reason(threshold: Threshold, decision: str) -> None:
    """80 of 380 are 21 %."""
    found = replan(asked(stated(slope_b=4.0), threshold=threshold))
    assert found.decision == decision


def test_turnover_is_limited_against_the_plan_in_force() -> None:
    """40 may move: 20 from a to b, which gain 20."""
    found = replan(asked(stated(slope_b=4.0), turnover=Turnover(amount=40.0)))
    assert (found.moved, found.gain) == (40.0, pytest.approx(20.0))
    assert next(rule for rule in found.plan.rules if rule.name.startswith("turnover")).binding


def test_booked_periods_stay_as_they_are() -> None:
    """Period 2 is booked, for a alone or for both: what is left to move lies in period 3."""
    both = replan(asked(stated(slope_b=4.0), bookings=(Booking(periods=1),)))
    assert [(cell.tactic, cell.spend) for cell in both.plan.allocations if cell.period == "2"] == [("a", 50), ("b", 10)]
    assert both.gain == pytest.approx(40.0)
    alone = replan(asked(stated(slope_b=4.0), bookings=(Booking(periods=1, scope=Scope(tactics=("a",))),)))
    assert [cell.spend for cell in alone.plan.allocations if cell.tactic == "a"] == [50.0, 0.0]
    assert alone.gain == pytest.approx(50 * 4 - 50 * 3)


def test_money_that_was_not_spent_is_spent_later() -> None:
    """Nothing was spent in period 1: 180 are left, 60 more than the plan in force spends."""
    found = replan(asked(actuals=actuals_of((0,), (0,))))
    assert (found.decision, found.changed and found.changed.spend, found.gain) == (
        "change",
        180.0,
        pytest.approx(120.0),
    )


def test_a_plan_that_cannot_be_kept_is_changed_whatever_it_costs() -> None:
    """100 were spent instead of 60: the budget is broken by 40 if the plan is kept."""
    found = replan(asked(actuals=actuals_of((50,), (50,))))
    assert [(each.name, each.amount) for each in found.kept.violations] == [("budget", 40.0)]
    assert (found.decision, found.reason, found.gain) == ("change", "limits", pytest.approx(-100.0))
    assert found.sentences[1:] == (
        "Kept as it is, the plan breaks budget.",
        "Moving 40 EUR costs 100 EUR.",
        "No plan within the limits costs less than 100 EUR.",
    )


def test_goals_that_a_forced_change_misses_are_at_risk() -> None:
    """Kept, the plan would meet 510, but it cannot be kept: 250 of period 1 and 240 of the 80 left are 490."""
    goals = [{"name": "year", "metric": "revenue", "at_least": 510}]
    found = replan(asked(stated(goals=goals), actuals=actuals_of((50,), (50,))))
    assert (found.reason, found.at_risk, found.goals[0].kept_shortfall) == ("limits", ("year",), 0.0)
    assert found.goals[0].changed_shortfall == pytest.approx(20.0)
    assert found.sentences[-1] == "Goal year is at risk: the change misses it by 20."


def test_a_conflict_keeps_the_plan_and_says_why() -> None:
    """What is booked costs more than what is left."""
    found = replan(asked(stated(budget={"at_most": 100}), bookings=(Booking(periods=2),)))
    assert (found.decision, found.reason, found.gain, found.changed) == ("keep", "no_plan", None, None)
    assert found.plan.conflict is not None
    assert "budget" in found.plan.conflict.conflicting
    assert found.sentences[2].endswith(": booked a 2 and budget cannot both hold. The plan is kept.")


def test_goals_at_risk_are_told() -> None:
    """520 are asked for; so far 150 + 20 − 50 by measurement, 340 to come: 60 missing, 70 with another curve met."""
    goals = [{"name": "year", "metric": "revenue", "at_least": 520}]
    measured = (replace(AS_PLANNED[0], outcome=100.0), AS_PLANNED[1])
    found = replan(asked(stated(slope_b=4.0, goals=goals), actuals=measured))
    goal = found.goals[0]
    assert (goal.so_far, goal.kept, goal.kept_shortfall, goal.at_risk) == (140.0, 520.0, 0.0, False)
    poorer = replan(asked(stated(goals=goals), actuals=measured))
    goal = poorer.goals[0]
    assert (goal.so_far, goal.kept, goal.kept_shortfall) == (120.0, 460.0, 60.0)
    assert poorer.at_risk == ("year",)
    assert poorer.sentences[-1] == "Goal year is at risk: the plan in force misses it by 60."


def test_spend_is_minimised_too() -> None:
    """1 of b brings 4: 85 of it do for the 340 that are missing, where the plan in force spends 120."""
    goals = [{"name": "year", "metric": "revenue", "at_least": 530, "required": True}]
    scenario = stated(slope_b=4.0, goals=goals, objective={"minimize": "spend"})
    found = replan(asked(scenario))
    assert (found.decision, found.kept.value) == ("change", 120.0)
    assert found.gain == pytest.approx(35.0)


def test_now_may_be_named_and_nothing_may_have_happened() -> None:
    """Without actuals everything is open; from a named period on, the plan stands for what is not known."""
    assert replan(asked(actuals=())).now == "1"
    later = replan(asked(actuals=(), now="3"))
    assert (later.now, later.kept.value, len(later.notes)) == ("3", 170.0, 2)


def test_names_of_our_own_give_way() -> None:
    """A rule that is called like the turnover limit keeps its name."""
    own = [{"rule": "spend_range", "name": "turnover against the plan in force", "at_most": 1000}]
    found = replan(asked(stated(rules=own), turnover=Turnover(lines=1)))
    assert {rule.name for rule in found.plan.rules} >= {own[0]["name"], f"{own[0]['name']} 2"}


def test_what_cannot_be_meant_is_refused() -> None:
    """Unknown names, no period left, too large, and bookings that name periods."""
    with pytest.raises(ScenarioError, match="now: no period has this name"):
        replan(asked(now="2031"))
    with pytest.raises(ScenarioError, match="no period to plan"):
        replan(asked(actuals=actuals_of((1, 1, 1), (1, 1, 1))))
    with pytest.raises(ScenarioError, match=r"bookings\[0\].scope.tactics\[0\]"):
        replan(asked(bookings=(Booking(periods=1, scope=Scope(tactics=("tv",))),)))
    with pytest.raises(ScenarioError, match="say how many are booked"):
        Booking(periods=1, scope=Scope(periods=("2",)))
    with pytest.raises(ScenarioError, match="limits nothing"):
        Turnover()
    with pytest.raises(LimitError):
        replan(asked(), limits=SizeLimits(cells=1))


def curved() -> Wire:
    """Two tactics that are carried over, one of them S-shaped, over four periods."""
    adstock = {"family": "geometric", "retention": 0.5}
    tactics = [line("a", HILL, adstock=adstock), line("b", ROOT, adstock=adstock, revenue_per_outcome=4.0)]
    return wire(tactics, periods=[*PERIODS, "4"], budget={"at_most": 240}, solve={"gap": 1e-4})


@pytest.mark.parametrize("now", ["2", "3", "4"])
def test_a_plan_that_went_as_planned_is_kept(now: str) -> None:
    """The rest of a best plan is the best rest: nothing to gain beyond the gap of either."""
    scenario = domain(curved())
    plan = optimize(scenario)
    spends = tuple(Spend(tactic=cell.tactic, period=cell.period, spend=cell.spend) for cell in plan.allocations)
    found = replan(ReplanningQuestion(scenario=scenario, plan=spends, now=now, threshold=Threshold(share=0.0)))
    assert plan.value is not None
    assert found.gain is not None
    assert found.gain <= 2e-4 * plan.value


def whole_program(problem: Scenario, past: Array, slopes: Array, retention: float) -> float:
    """The most that straight lines with adstock bring over all periods, the first ones being settled: a linear program
    of its own over the spend of every cell."""
    rows, periods = len(slopes), len(problem.periods)
    budget = problem.budget.total
    assert budget is not None
    weight = np.array([sum(retention**lag for lag in range(periods - period)) for period in range(periods)])
    bounds = [
        (past[row, t], past[row, t]) if t < past.shape[1] else (0.0, 50.0)
        for row in range(rows)
        for t in range(periods)
    ]
    worth = (slopes[:, None] * weight[None, :]).ravel()
    found = linprog(-worth, A_ub=np.ones((1, rows * periods)), b_ub=[budget.at_most], bounds=bounds)
    assert found.success
    return float(-found.fun)


@pytest.mark.parametrize("seed", range(examples(6)))
def test_linear_cases_agree_with_a_linear_program_over_all_periods(seed: int) -> None:
    """Past and best rest together are the best whole whose first periods are as they were."""
    draw = np.random.default_rng(seed)
    slopes, retention = draw.uniform(1.0, 5.0, 3), float(draw.uniform(0.1, 0.8))
    tactics = [
        line(
            name,
            {"family": "linear", "slope": float(slope)},
            spend={"at_most": 50},
            adstock={"family": "geometric", "retention": retention},
        )
        for name, slope in zip("abc", slopes, strict=True)
    ]
    scenario = domain(wire(tactics, periods=["1", "2", "3", "4"], budget={"at_most": 260}))
    past = draw.integers(0, 51, (3, 2)).astype(float)
    lines = tuple(
        Actual(tactic="abc"[row], period=str(t + 1), spend=past[row, t]) for row in range(3) for t in range(2)
    )
    found = replan(ReplanningQuestion(scenario=scenario, plan=(), actuals=lines))
    assert found.changed is not None
    best = whole_program(scenario, past, slopes, retention)
    spend = np.array([cell.spend for cell in found.plan.allocations]).reshape(3, 2)
    assert Valuer(scenario).value(np.hstack([past, spend])).value == pytest.approx(best, rel=1e-6)
