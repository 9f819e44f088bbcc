"""Goals, frontiers and reconciliations against mixed-integer programs in scipy: random tables, lines, rules, parts."""

from __future__ import annotations

import json
import random
from copy import deepcopy

import numpy as np
import pytest

from app.schemas.frontier import FrontierIn, FrontierOut
from app.schemas.reconciliation import ReconciliationIn, ReconciliationOut
from optimizer.questions.frontier import frontier
from optimizer.questions.reconciliation import reconcile
from tests.effort import seeds
from tests.optimizer.toys import Wire
from tests.oracles.planning import planning
from tests.oracles.program import FAR, Program, added, times
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve

PLAN = ("optimal", "feasible")
COIN = 0.0101  # [money] a minor unit, by which each cell may be rounded
STEEP = 6.0 * 1.8 * 2.5  # the largest slope of a scenario here, by which that is multiplied at the most


def cells(scenario: Wire) -> int:
    """How many there are."""
    return len(scenario["tactics"]) * len(scenario["periods"])


def near(first: float, second: float, scenario: Wire, coins: float = STEEP) -> bool:
    """Equal, but for the gap that is asked for and rounding to money."""
    return abs(first - second) <= 3e-6 * abs(second) + coins * COIN * cells(scenario)


@pytest.mark.parametrize("seed", seeds((*range(4), 11), 60))
def test_goals_are_attained_as_far_as_can_be_at_the_least_spend(seed: int) -> None:
    """Level by level, no more and no less; then the money; then what each missed goal would take."""
    scenario = planning(seed, {"maximize": "goals"}, goals=1 + seed % 4)
    scenario["goals"][0].pop("required", None)
    plan, best = solve(scenario), Program(scenario).levels()
    if best is None:
        assert plan["status"] == "conflict"
        return
    assert plan["status"] in PLAN
    assert recheck(scenario, plan) == []
    told = [level["weight"] - level["shortfall"] for level in plan["attainment"]]
    for level, attained in zip(plan["attainment"], best[0], strict=True):
        missing = level["weight"] - attained
        assert level["bound"] <= missing + 1e-6 * level["weight"], level
        assert plan["status"] == "feasible" or abs(level["shortfall"] - missing) <= 2e-3 * level["weight"], level
    if told == pytest.approx(best[0], abs=1e-9):
        assert near(plan["totals"]["spend"], best[1], scenario, 1.0)
    extra_budgets_are_the_least(scenario, plan)


@pytest.mark.parametrize("seed", seeds(3, 60))
def test_goals_that_are_measured_tell_what_they_would_take(seed: int) -> None:
    """Beside any other objective: achieved, missed, and the least more budget."""
    scenario = planning(100 + seed, goals=1 + seed % 4)
    plan, best = solve(scenario), Program(scenario).objective()
    if best is None:
        assert plan["status"] == "conflict"
        return
    assert recheck(scenario, plan) == []
    assert plan["status"] == "feasible" or near(plan["value"], best, scenario)
    extra_budgets_are_the_least(scenario, plan)


def extra_budgets_are_the_least(scenario: Wire, plan: Wire) -> None:
    """The least spend that meets a missed goal with all that is met, beyond the budget."""
    stated = scenario["budget"]
    met = {goal["name"] for goal in plan["goals"] if goal["met"]}
    for goal in plan["goals"]:
        extra, why = goal["extra_budget"], goal["extra_budget_reason"] or ""
        if goal["required"] or goal["met"]:
            assert (extra, why) == (None, "")
            continue
        program = Program(scenario, {goal["name"], *met}, budget=False)
        least = program.least(program.every)
        if why.startswith("time"):
            continue
        assert (extra is None) == (least is None), (goal, least)
        if extra is not None and least is not None:
            asked = max(0.0, least - stated.get("at_most", stated.get("exactly")))
            assert asked - COIN <= extra, (goal, asked)
            assert why or extra <= asked + COIN + 3e-6 * least, (goal, asked)


@pytest.mark.parametrize("seed", seeds((*range(2), 28, 29), 60))
def test_frontiers_are_the_best_at_every_budget(seed: int) -> None:
    """From nothing to more than can be spent; value, bound and marginal return, and where the money stops paying."""
    scenario = planning(200 + seed, goals=seed % 2, required=0.7)
    side, own = next(iter(scenario["budget"].items()))
    budgets = [0.0, *(float(round(own * share)) for share in (0.3, 1.0, 2.5))]
    asked = FrontierIn.model_validate({"scenario": scenario, "budgets": budgets, "time_limit": 60})
    answer = json.loads(FrontierOut.from_domain(frontier(asked.to_domain())).model_dump_json())

    def best(budget: float) -> float | None:
        moved = deepcopy(scenario)
        moved["budget"][side] = budget
        return Program(moved).objective() if budget >= 0.0 else None

    for point in answer["points"]:
        value = best(point["budget"])
        assert (point["value"] is None) == (value is None), point
        if value is None or point["status"] != "optimal":
            continue
        assert near(point["value"], value, scenario), point
        assert value <= point["bound"] + 1e-6 * (1.0 + abs(value)), point
        lies_between_slopes(point["marginal"], [best(point["budget"] + step) for step in (-0.5, 0.5)], value)
    stops_where_profit_is_largest(scenario, answer["stops_paying"])


def lies_between_slopes(marginal: float, beside: list[float | None], value: float) -> None:
    """Of the value to both sides, half a unit away; where there is but one, or it bends convexly, near either."""
    low, high = beside
    slopes = [
        *([] if low is None else [2.0 * (value - low)]),
        *([] if high is None else [2.0 * (high - value)]),
    ]
    if len(slopes) == 2:
        room = 1e-3 * (1.0 + max(map(abs, slopes)))
        assert min(slopes) - room <= marginal <= max(slopes) + room


def stops_where_profit_is_largest(scenario: Wire, told: Wire) -> None:
    """The spend of some plan with the most profit."""
    free = deepcopy(scenario) | {"objective": {"maximize": "profit"}}
    limits = {"by_period": scenario["budget"].get("by_period", {})}
    program = Program(free | {"budget": limits})
    profit = added(program.metric("profit", None))
    most = program.most(profit)
    if most is None or told["status"] not in ("optimal", "unbounded"):
        assert most is not None or told["status"] in ("conflict", "no_plan", "unbounded")
        return
    program.row(profit, low=most - 1e-7 * (1.0 + abs(most)))
    least = program.least(program.every)
    if told["status"] == "unbounded":
        assert least is None or least > 0.1 * FAR
        return
    widest = program.least(times(-1.0, program.every))
    assert least is not None
    assert widest is not None
    room = 3.0 * COIN * cells(scenario) + 2e-6 * abs(widest)  # a rule on outcome may have several cells follow one
    assert least - room <= told["budget"] <= room - widest


@pytest.mark.parametrize("method", ["least_money", "fewest_lines"])
@pytest.mark.parametrize("seed", seeds(3, 60))
def test_reconciliations_change_the_least(seed: int, method: str) -> None:
    """Money moved, or lines and then money, on the way to all goals; and what is told of it is bound by it."""
    scenario = planning(300 + seed, goals=1 + seed % 2, required=0.4)
    lines = proposal(seed, scenario)
    asked = ReconciliationIn.model_validate({"scenario": scenario, "proposal": lines, "method": method})
    answer = json.loads(ReconciliationOut.from_domain(reconcile(*asked.to_domain())).model_dump_json())
    reference = np.zeros((len(scenario["tactics"]), len(scenario["periods"])))
    names = [tactic["name"] for tactic in scenario["tactics"]]
    for line in lines:
        reference[names.index(line["tactic"]), scenario["periods"].index(line["period"])] += line["spend"]
    program = Program(scenario, {goal["name"] for goal in scenario["goals"]})
    money, changed = program.changes(reference)
    least, certificate = program.least(money), answer["certificate"]
    if least is None:
        assert answer["status"] == "conflict"
        return
    assert answer["fits"] == (least < 1e-9)
    if method == "fewest_lines" and least >= 1e-9:
        fewest = program.least(changed)
        assert fewest is not None
        assert certificate["lines_bound"] <= round(fewest) <= certificate["lines"]
        assert answer["status"] == "feasible" or certificate["lines"] == round(fewest)
        program.row(changed, high=certificate["lines"])
        least = program.least(money)
        assert least is not None
    assert certificate["bound"] <= least * (1.0 + 1e-6) + 1e-6
    assert least <= certificate["moved"] + 1e-6
    assert answer["status"] == "feasible" or near(certificate["moved"], least, scenario, 5.0)


def proposal(seed: int, scenario: Wire) -> list[Wire]:
    """What two owners propose, in all about the budget."""
    dice = random.Random(f"{seed} proposal")
    each = next(iter(scenario["budget"].values())) / cells(scenario)
    return [
        {"owner": dice.choice("ab"), "tactic": tactic["name"], "period": period, "spend": round(part, 2)}
        for tactic in scenario["tactics"]
        for period in scenario["periods"]
        if (part := each * dice.choice([0.0, 0.5, 1.0, 2.0]))
    ]
