"""Certified means global: S-shaped mixes against an independent global solver and the best of twenty local
starts."""

import numpy as np
import pytest

from optimizer.search.groups.by_group import ByGroup
from tests.effort import seeds
from tests.oracles import global_solver, grouped, grouped_dp, instances, separable
from tests.oracles.grouped_mixes import grouped_mix
from tests.oracles.recheck import recheck
from tests.oracles.slsqp import best_of_slsqp
from tests.oracles.solve import solve

SIZES = (5, 10, 20)
KINDS = (("wide", 1.0), ("robyn", 1.0), ("narrow", 1.0), ("wide", 0.5))
GROUPED = seeds((7, 11), 60)


def _certified(scenario, plan):
    """Optimal at the gap that was asked for, and clean."""
    assert plan["status"] == "optimal"
    assert plan["gap"] <= 1e-6 + plan["certificate"]["rounding_cost"] / plan["value"]
    assert recheck(scenario, plan) == []


def _globally_optimal(scenario):
    """Certified, and neither value nor bound contradicts the independent solver."""
    plan = solve(scenario)
    _certified(scenario, plan)
    known = global_solver.solve(separable.of(scenario))
    assert known.gap <= 1e-7
    assert plan["value"] >= known.value * (1 - 2e-6), "the plan is worse than a known plan"
    assert plan["value"] <= known.bound * (1 + 1e-9), "the plan is worth more than can be"
    assert plan["bound"] >= known.value * (1 - 1e-9), "the bound cuts a known plan off"


@pytest.mark.parametrize("seed", seeds(1, 50))
@pytest.mark.parametrize(("limits", "budget"), KINDS, ids=lambda own: str(own))
@pytest.mark.parametrize("tactics", seeds(SIZES[:2], SIZES))
def test_s_shaped_plans_are_globally_optimal(tactics, limits, budget, seed):
    """Neither value nor bound contradicts an independent solver, and no local solver beats the plan."""
    scenario = instances.one_period(tactics, seed, s_share=0.7, limits=limits, budget=budget)
    _globally_optimal(scenario)


@pytest.mark.parametrize("seed", seeds(1, 50))
@pytest.mark.parametrize(("limits", "budget"), [*KINDS, ("robyn", 0.2)], ids=lambda own: str(own))
def test_plans_beside_one_large_tactic_are_globally_optimal(limits, budget, seed):
    """The same where one tactic takes most of the budget, and may stand where its curve is convex."""
    _globally_optimal(instances.with_a_large_one(3 + seed % 12, seed, limits=limits, budget=budget))


@pytest.mark.parametrize("seed", seeds(1, 50))
@pytest.mark.parametrize("tactics", seeds(SIZES[:1], SIZES))
def test_local_solvers_never_beat_the_plan(tactics, seed):
    """The best of twenty SLSQP starts is worth at most the plan's bound, and no more than the plan. (law P1)"""
    scenario = instances.one_period(tactics, seed, s_share=0.7, limits="wide")
    plan = solve(scenario)
    local, _ = best_of_slsqp(scenario, 20, seed)
    assert local <= plan["bound"] * (1 + 1e-12)
    assert local <= plan["value"] * (1 + 1e-6) + plan["certificate"]["rounding_cost"]


@pytest.mark.parametrize("seed", seeds(1, 50))
@pytest.mark.parametrize("tactics", [5, 20])
def test_concave_plans_agree_with_the_independent_solver(tactics, seed):
    """The easy half of the same law."""
    scenario = instances.one_period(tactics, seed)
    plan, known = solve(scenario), global_solver.solve(separable.of(scenario))
    _certified(scenario, plan)
    assert known.value * (1 - 2e-6) <= plan["value"] <= known.bound * (1 + 1e-9)
    assert plan["bound"] >= known.value * (1 - 1e-9)


@pytest.mark.parametrize("seed", seeds(1, 10))
def test_concave_adstock_over_a_year_is_certified(seed):
    """10 tactics, 52 weeks, geometric adstock: 1e-6."""
    scenario = instances.weekly(10, seed)
    plan = solve(scenario)
    _certified(scenario, plan)
    local, _ = best_of_slsqp(instances.weekly(3, seed, weeks=8), 2)
    small = solve(instances.weekly(3, seed, weeks=8))
    assert small["value"] * (1 - 1e-6) <= local * (1 + 1e-4)
    assert local <= small["bound"] * (1 + 1e-12)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(10))
def test_a_year_of_s_shaped_adstock_is_certified_or_honest(seed):
    """5 tactics, 52 weeks, 1e-4 in 5 s; where it stops early, the bound still holds every known plan. (law P3)"""
    scenario = instances.weekly(5, seed, s_share=0.7, limits="wide") | {"solve": {"gap": 1e-4, "time_limit": 5}}
    plan = solve(scenario)
    assert plan["status"] in ("optimal", "feasible")
    assert recheck(scenario, plan) == []
    best, _ = best_of_slsqp(scenario, 2, seed)
    assert best <= plan["bound"] * (1 + 1e-12)


@pytest.mark.parametrize("seed", seeds(1, 10))
def test_s_shaped_adstock_is_certified_or_honest(seed):
    """3 tactics, 6 weeks, against the best of twenty local starts. (law P3)"""
    small = instances.weekly(3, seed, weeks=6, s_share=0.7, limits="wide") | {"solve": {"gap": 1e-4, "time_limit": 10}}
    answer, (local, _) = solve(small), best_of_slsqp(small, 20, seed)
    assert recheck(small, answer) == []
    assert local <= answer["bound"] * (1 + 1e-12)
    assert answer["value"] >= local * (1 - 1e-4) or answer["status"] == "feasible"


@pytest.mark.parametrize("seed", seeds(1, 20))
@pytest.mark.parametrize("s_share", [0.0, 0.7])
def test_share_rules_stay_exact_and_certified(s_share, seed):
    """Groups as shares of spend: cents that keep every share exactly, and a gap of 1e-6 (1e-4 with
    S-shapes)."""
    gap = 1e-4 if s_share else 1e-6
    scenario = instances.with_shares(instances.one_period(20, seed, s_share=s_share, limits="wide"))
    scenario |= {"solve": {"gap": gap, "time_limit": 10}}
    plan = solve(scenario)
    assert plan["status"] == "optimal"
    assert recheck(scenario, plan) == []


@pytest.mark.parametrize("seed", seeds(1, 10))
def test_regions_with_shares_in_both_directions(seed):
    """Every tactic in every region, a corridor around each row and each column."""
    scenario = instances.regional(6, 8, seed)
    plan = solve(scenario)
    assert plan["status"] == "optimal"
    assert recheck(scenario, plan) == []


@pytest.mark.parametrize("seed", GROUPED)
def test_groups_with_limits_of_their_own_are_certified_or_honest(seed, monkeypatch):
    """Where cells are chosen group by group: no bound cuts off the plan of dynamic programming over what groups
    spend, and a plan that is called optimal is worth as much. (law P1)"""
    visits, visit = [], ByGroup.visit
    monkeypatch.setattr(ByGroup, "visit", lambda *given: visits.append(visit(*given)) or visits[-1])
    scenario = grouped_mix(seed) | {"solve": {"gap": 1e-5, "time_limit": 4}}
    known, _ = grouped_dp.best(grouped.of(scenario))
    plan = solve(scenario)
    assert plan["bound"] >= known * (1 - 1e-9), "the bound cuts a known plan off"
    assert plan["value"] >= known * (1 - 1.1e-5) or plan["status"] == "feasible"
    assert recheck(scenario, plan) == []
    assert plan["provenance"]["nodes"] == 1 or max(own.bound for own in visits) > -np.inf


def _equals(seed):
    """Two or three kinds of equal S-shaped tactics, each with a limit of its own; now and then one floor or one curve
    differs."""
    rng = np.random.default_rng([seed, 101])
    kinds, each = int(rng.integers(2, 4)), int(rng.integers(4, 8))
    curves = [
        {
            "family": "hill",
            "ceiling": round(float(rng.uniform(5e4, 2e5)), 2),
            "half_saturation": round(float(rng.uniform(2e4, 9e4)), 2),
            "shape": round(float(rng.uniform(1.6, 3.0)), 3),
        }
        for _ in range(kinds)
    ]
    lines = [
        {
            "name": f"{kind} {place}",
            "stage": "upstream",
            "tags": {"kind": str(kind)},
            "response": curves[kind] | ({"ceiling": 9e4} if rng.random() < 0.1 else {}),
            "spend": {"at_least": 2_000.0 if rng.random() < 0.2 else 0.0, "at_most": 2e5},
        }
        for kind in range(kinds)
        for place in range(each)
    ]
    budget = round(each * kinds * float(rng.uniform(1.5e4, 4e4)), 2)
    most = [round(budget / kinds * float(rng.uniform(0.7, 1.2)), 2) for _ in range(kinds)]
    rules = [
        {"rule": "spend_range", "name": f"{kind}", "scope": {"tags": {"kind": str(kind)}}, "at_most": most[kind]}
        for kind in range(kinds)
    ]
    money = {"currency": "EUR", "objective": {"maximize": "revenue"}, "budget": {"at_most": budget}}
    return {
        "name": f"equals {seed}",
        **money,
        "tactics": lines,
        "rules": rules,
        "solve": {"gap": 1e-6, "time_limit": 10},
    }


@pytest.mark.parametrize("seed", seeds([1], 40))
def test_equal_tactics_beside_several_rows_are_globally_optimal(seed):
    """What changes places is looked at in one order, which cuts off no plan of dynamic programming. (law P1)"""
    scenario = _equals(seed)
    known, _ = grouped_dp.best(grouped.of(scenario))
    plan = solve(scenario)
    _certified(scenario, plan)
    assert plan["bound"] >= known * (1 - 1e-9), "the bound cuts a known plan off"
    assert plan["value"] >= known * (1 - 1.1e-6), "the plan is worse than a known plan"
