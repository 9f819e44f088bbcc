"""What is wrong with a scenario is said by code, path and remedy, never by quoting it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.app.schemas.samples import Document, refusal, whole

MARK = "SECRET-7531"
BIG = 10**400


def put(*path: str | int, value: Any) -> Callable[[Document], None]:
    """Set the field at `path`."""

    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


def drop(*path: str | int) -> Callable[[Document], None]:
    """Remove the field at `path`."""

    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    return change


TV: tuple[str | int, ...] = ("tactics", 0)
HILL = (*TV, "response")
CARRY = (*TV, "adstock")
TABLE = ("tactics", 1, "response", "points")
DRAWS = ("tactics", 2, "response", "draws")

SHAPED = {"ceiling": 1, "half_saturation": 1, "shape": 1}

CASES: list[tuple[Callable[[Document], None], str, str]] = [
    (drop("name"), "missing_field", "name"),
    (put("name", value=""), "empty_name", "name"),
    (put("name", value="   "), "bad_text", "name"),
    (put("name", value="a\nb"), "bad_text", "name"),
    (put("name", value="a" * 301), "too_long", "name"),
    (put("name", value=7531), "wrong_type", "name"),
    (put("currency", value="euro"), "wrong_format", "currency"),
    (put("currency", value="EU\n"), "wrong_format", "currency"),
    (drop("currency"), "missing_field", "currency"),
    (put("periods", value=[]), "no_periods", "periods"),
    (put("periods", value=["1", "1"]), "duplicate_name", "periods[1]"),
    (put("periods", value="1"), "wrong_type", "periods"),
    (put("periods", value=[str(n) for n in range(1001)]), "too_many", "periods"),
    (drop("objective"), "missing_field", "objective"),
    (put("objective", value={}), "one_aim", "objective"),
    (put("objective", value={"maximize": "revenue", "minimize": "spend"}), "one_aim", "objective"),
    (
        put("objective", value={"maximize": "goals", "target_marginal_roi": 1}),
        "contradictory_objective",
        "objective.target_marginal_roi",
    ),
    (put("objective", value={"maximize": MARK}), "unknown_value", "objective.maximize"),
    (put("objective", "confidence", value=1.0), "out_of_range", "objective.confidence"),
    (
        put("objective", value={"minimize": "spend", "target_marginal_roi": 1}),
        "contradictory_objective",
        "objective.target_marginal_roi",
    ),
    (put("objective", "target_marginal_roi", value=-1), "out_of_range", "objective.target_marginal_roi"),
    (put("budget", value={}), "empty_budget", "budget"),
    (put("budget", value=900), "wrong_type", "budget"),
    (put("budget", "exactly", value=5), "contradictory_budget", "budget.exactly"),
    (put("budget", "at_most", value=-1), "out_of_range", "budget.at_most"),
    (put("budget", "at_most", value="900"), "not_a_number", "budget.at_most"),
    (put("budget", "at_most", value=True), "not_a_number", "budget.at_most"),
    (put("budget", "at_most", value=1e16), "out_of_range", "budget.at_most"),
    (put("budget", "at_most", value=BIG), "not_finite", "budget.at_most"),
    (put("budget", "at_most", value=float("nan")), "not_finite", "budget.at_most"),
    (put("budget", "at_most", value=float("inf")), "not_finite", "budget.at_most"),
    (put("budget", "by_period", value={"3": {"at_most": 1}}), "unknown_period", "budget.by_period.3"),
    (put("budget", "by_period", "1", value={}), "empty_budget", "budget.by_period.1"),
    (put("tactics", value=[]), "no_tactics", "tactics"),
    (put("tactics", value={}), "wrong_type", "tactics"),
    (put("tactics", 1, "name", value="tv"), "duplicate_name", "tactics[1].name"),
    (put("tactics", value=[{}] * 5001), "too_many", "tactics"),
    (put(*TV, "stage", value="middle"), "unknown_value", "tactics[0].stage"),
    (put(*TV, "colour", value=MARK), "unknown_field", "tactics[0].colour"),
    (put(*TV, "feeds", value="south"), "unknown_pool", "tactics[0].feeds"),
    (put(*TV, "draws_from", value="north"), "wrong_stage", "tactics[0].draws_from"),
    (put("tactics", 1, "feeds", value="north"), "wrong_stage", "tactics[1].feeds"),
    (put(*TV, "lead", value=-1), "out_of_range", "tactics[0].lead"),
    (put(*TV, "lead", value=1.5), "not_a_count", "tactics[0].lead"),
    (put("tactics", 2, "lead", value=1), "no_pool", "tactics[2].lead"),
    (put("tactics", 2, "demand_per_outcome", value=2), "no_pool", "tactics[2].demand_per_outcome"),
    (put(*TV, "demand_per_outcome", value=0), "not_positive", "tactics[0].demand_per_outcome"),
    (put("demand_pools", value={}), "wrong_type", "demand_pools"),
    (put("demand_pools", 0, "name", value=""), "empty_name", "demand_pools[0].name"),
    (put("demand_pools", value=[{"name": "north"}] * 2), "duplicate_name", "demand_pools[1].name"),
    (put("demand_pools", 0, "initial", value=-1), "out_of_range", "demand_pools[0].initial"),
    (put("demand_pools", 0, "organic", value=-1), "out_of_range", "demand_pools[0].organic"),
    (put("demand_pools", 0, "organic", value=[1, -1]), "out_of_range", "demand_pools[0].organic[1]"),
    (put("demand_pools", 0, "organic", value=[1, 2, 3]), "wrong_length", "demand_pools[0].organic"),
    (put("demand_pools", 0, "retention", value=1.1), "out_of_range", "demand_pools[0].retention"),
    (put("demand_pools", 0, "end_value", value=-1), "out_of_range", "demand_pools[0].end_value"),
    (put("demand_pools", 0, value={"name": "other"}), "unknown_pool", "tactics[0].feeds"),
    (put(*TV, "tags", value={"region": 3}), "wrong_type", "tactics[0].tags.region"),
    (put(*TV, "margin", value=-0.1), "out_of_range", "tactics[0].margin"),
    (put(*TV, "current_spend", value=[1]), "not_a_number", "tactics[0].current_spend"),
    (put(*TV, "seasonality", value=[1]), "wrong_length", "tactics[0].seasonality"),
    (put(*TV, "seasonality", value=[1, None]), "not_a_number", "tactics[0].seasonality[1]"),
    (put(*TV, "seasonality", value=[1, -2]), "out_of_range", "tactics[0].seasonality[1]"),
    (put(*TV, "seasonality", value="spring"), "wrong_type", "tactics[0].seasonality"),
    (put(*TV, "seasonality", value={"cycle": []}), "empty", "tactics[0].seasonality.cycle"),
    (put(*TV, "seasonality", value={"cycle": [1, -1]}), "out_of_range", "tactics[0].seasonality.cycle[1]"),
    (put(*TV, "seasonality", value={"wave": [1]}), "unknown_field", "tactics[0].seasonality.wave"),
    (put(*TV, "seasonality", value={"growth": 11}), "out_of_range", "tactics[0].seasonality.growth"),
    (
        put(*TV, "spend", value={"at_least": 5, "at_most": 4}),
        "minimum_above_maximum",
        "tactics[0].spend.at_least",
    ),
    (put(*TV, "spend", "at_least", value=-5), "out_of_range", "tactics[0].spend.at_least"),
    (put(*TV, "metrics", value={"revenue": {}}), "reserved_name", "tactics[0].metrics.revenue"),
    (
        put(*TV, "metrics", "reach", "per_spend", value=1e300),
        "out_of_range",
        "tactics[0].metrics.reach.per_spend",
    ),
    (drop(*HILL), "missing_field", "tactics[0].response"),
    (put(*HILL, value=5), "wrong_type", "tactics[0].response"),
    (put(*HILL, "family", value=MARK), "unknown_family", "tactics[0].response.family"),
    (drop(*HILL, "family"), "unknown_family", "tactics[0].response.family"),
    (drop(*HILL, "shape"), "missing_field", "tactics[0].response.shape"),
    (put(*HILL, "shape", value=0), "not_positive", "tactics[0].response.shape"),
    (put(*HILL, "ceiling", value=-1), "negative", "tactics[0].response.ceiling"),
    (put(*HILL, "ceiling", value="400"), "not_a_number", "tactics[0].response.ceiling"),
    (put(*HILL, "input_scale", value=0), "not_positive", "tactics[0].response.input_scale"),
    (put(*HILL, "slope", value=2), "unknown_field", "tactics[0].response.slope"),
    (put(*HILL, "draws", value=[SHAPED]), "unknown_field", "tactics[0].response.ceiling"),
    (put(*TABLE, value=[[0, 0]]), "too_few", "tactics[1].response.points"),
    (put(*TABLE, 1, value=[50]), "too_few", "tactics[1].response.points[1]"),
    (put(*TABLE, 1, value=[50, "x"]), "not_a_number", "tactics[1].response.points[1][1]"),
    (put(*TABLE, 1, value=[0, 210]), "not_increasing", "tactics[1].response.points[1]"),
    (put(*TABLE, 2, value=[100, 1]), "decreasing", "tactics[1].response.points[2]"),
    (put(*TABLE, value=[[n, n] for n in range(10001)]), "too_many", "tactics[1].response.points"),
    (put(*DRAWS, value=[]), "too_few", "tactics[2].response.draws"),
    (put(*DRAWS, 1, "rate", value=0), "not_positive", "tactics[2].response.draws[1].rate"),
    (drop(*DRAWS, 1, "rate"), "missing_field", "tactics[2].response.draws[1].rate"),
    (put(*DRAWS, value=[{"ceiling": 1, "rate": 1}] * 2001), "too_many", "tactics[2].response.draws"),
    (put(*CARRY, "family", value="echo"), "unknown_family", "tactics[0].adstock.family"),
    (put(*CARRY, "retention", value=1), "too_large", "tactics[0].adstock.retention"),
    (put(*CARRY, "length", value=1.5), "not_a_count", "tactics[0].adstock.length"),
    (put(*CARRY, "length", value=0), "not_a_count", "tactics[0].adstock.length"),
    (put(*CARRY, "normalized", value=1), "wrong_type", "tactics[0].adstock.normalized"),
    (put(*CARRY, "carry_in", value=[-1]), "out_of_range", "tactics[0].adstock.carry_in[0]"),
    (put(*CARRY, "count_carry_out", value="yes"), "wrong_type", "tactics[0].adstock.count_carry_out"),
    (put("goals", 0, "metric", value="joy"), "unknown_metric", "goals[0].metric"),
    (drop("goals", 1, "at_least"), "missing_field", "goals[1].at_least"),
    (put("goals", 0, "by", value="9"), "unknown_period", "goals[0].by"),
    (put("goals", 0, "weight", value=0), "out_of_range", "goals[0].weight"),
    (put("goals", 1, "path", value={"growth": 99}), "out_of_range", "goals[1].path.growth"),
    (put("goals", 1, "path", value={"seasonality": [1]}), "wrong_length", "goals[1].path.seasonality"),
    (put("goals", 0, "milestones", value=[{"by": "1"}]), "missing_field", "goals[0].milestones[0].at_least"),
    (put("goals", 1, "parent", value="none"), "unknown_goal", "goals[1].parent"),
    (put("goals", 0, "parent", value="north"), "goal_cycle", "goals[0].parent"),
    (put("goals", 1, "name", value="budget"), "duplicate_name", "goals[1].name"),
    (put("goals", 1, "priority", value=0), "out_of_range", "goals[1].priority"),
    (put("goals", 1, "scope", "tags", value={"region": "east"}), "unknown_tag", "goals[1].scope.tags.region"),
    (put("events", 0, "lift", value=-1), "out_of_range", "events[0].lift"),
    (put("events", 0, "name", value=""), "empty_name", "events[0].name"),
    (put("events", 0, "scope", "periods", value=["9"]), "unknown_period", "events[0].scope.periods[0]"),
    (put("events", 0, "scope", "tactics", value=["radio"]), "unknown_tactic", "events[0].scope.tactics[0]"),
    (put("events", value=[{"name": "a", "lift": 1}] * 2), "duplicate_name", "events[1].name"),
    (put("rules", 0, "rule", value="tariff"), "unknown_rule", "rules[0].rule"),
    (put("rules", 0, value="no"), "wrong_type", "rules[0]"),
    (put("rules", 0, "scope", "tactics", value=["radio"]), "unknown_tactic", "rules[0].scope.tactics[0]"),
    (put("rules", 0, "scope", "tactics", value=[]), "empty_scope", "rules[0].scope.tactics"),
    (drop("rules", 0, "at_least"), "no_limit", "rules[0]"),
    (put("rules", 1, "at_least", value=2), "minimum_above_maximum", "rules[1].at_least"),
    (put("rules", 1, "of", value={"periods": ["9"]}), "unknown_period", "rules[1].of.periods[0]"),
    (put("rules", 2, "metric", value="joy"), "unknown_metric", "rules[2].metric"),
    (put("rules", 3, "terms", value=[]), "no_terms", "rules[3].terms"),
    (put("rules", 3, "scope", value={"tactics": ["tv"]}), "scope_of_terms", "rules[3].scope"),
    (
        put("rules", 3, "terms", 1, "scope", value={"tactics": ["radio"]}),
        "unknown_tactic",
        "rules[3].terms[1].scope.tactics[0]",
    ),
    (drop("rules", 3, "terms", 0, "coefficient"), "missing_field", "rules[3].terms[0].coefficient"),
    (put("rules", 5, "at_least", value=0), "not_positive", "rules[5].at_least"),
    (put("rules", 6, "price", value=-3), "not_positive", "rules[6].price"),
    (put("rules", 6, "name", value="a"), "duplicate_name", "rules[6].name"),
    (put("rules", 7, "metric", value="spend"), "constant_ratio", "rules[7].metric"),
    (put("rules", 7, "metric", value="joy"), "unknown_metric", "rules[7].metric"),
    (put("rules", 7, "at_least", value=1e10), "out_of_range", "rules[7].at_least"),
    (put("rules", 9, "lines", value=1.5), "not_a_count", "rules[9].lines"),
    (put("rules", 9, "reference", 0, "tactic", value="radio"), "unknown_tactic", "rules[9].reference[0].tactic"),
    (drop("rules", 9, "reference", 0, "period"), "missing_field", "rules[9].reference[0].period"),
    (put("rules", 9, "reference", 0, "spend", value=-1), "out_of_range", "rules[9].reference[0].spend"),
    (put("rules", 9, "reference_plan", value="plan_1"), "no_stored_plans", "rules[9].reference_plan"),
    (put("rules", 8, value={"rule": "change_limit", "name": "i"}), "no_limit", "rules[8]"),
    (put("rules", 8, "share", value=-0.1), "out_of_range", "rules[8].share"),
    (put("rules", 8, "from_current", value=1), "wrong_type", "rules[8].from_current"),
    (put("rules", 8, "scope", value={}), "no_current_spend", "rules[8].from_current"),
    (put("rules", 8, "scope", value={"periods": ["2"]}), "no_change", "rules[8].from_current"),
    (
        put("rules", 8, value={"rule": "change_limit", "name": "i", "share": 0.1, "scope": {"periods": ["2"]}}),
        "no_change",
        "rules[8].scope",
    ),
    (put("solve", "gap", value=0), "out_of_range", "solve.gap"),
    (put("solve", "time_limit", value=1e9), "out_of_range", "solve.time_limit"),
    (put("digits", value=10), "out_of_range", "digits"),
    (put("digits", value=2.5), "not_a_count", "digits"),
    (put("count_carry_out", value=None), "wrong_type", "count_carry_out"),
]


@pytest.mark.parametrize(("change", "code", "path"), CASES, ids=[f"{path}-{code}" for _, code, path in CASES])
def test_a_wrong_field_is_refused_by_code_and_path_with_a_remedy(
    change: Callable[[Document], None], code: str, path: str
) -> None:
    """The first fault names the field, says what to do, and quotes nothing of the document."""
    began = time.perf_counter()
    problem = refusal(whole(change))
    fault = problem.errors[0]
    assert (fault.code, fault.path) == (code, path)
    assert problem.status == 422
    assert problem.code == code
    assert fault.remedy
    assert fault.problem
    assert MARK not in str(problem.as_dict())
    assert time.perf_counter() - began < 1.0


def test_what_is_excluded_and_what_is_missing_is_named() -> None:
    """1 itself is no confidence; a list of demand lacks numbers, not multipliers."""
    sure = refusal(whole(put("objective", "confidence", value=1.0))).errors[0]
    assert sure.problem == "must be above 0 and below 1"
    short = refusal(whole(put("demand_pools", 0, "organic", value=[1, 2, 3]))).errors[0]
    assert short.remedy == "give one number for each period"


def test_the_pattern_that_text_must_have_is_told() -> None:
    """A currency in small letters is refused with what it is written like, not with a manual to look it up in."""
    assert refusal(whole(put("currency", value="eur"))).errors[0].remedy == "write it as the pattern ^[A-Z]{3}$ says"


def test_a_scenario_that_nothing_limits_is_refused() -> None:
    """Maximising revenue needs a budget or a limit for every tactic, where no rule or goal may end the spend."""

    def unlimited(document: Document) -> None:
        del document["budget"]
        document |= {"rules": [], "goals": []}
        del document["objective"]["target_marginal_roi"]

    assert refusal(whole(unlimited)).code == "no_budget"


def test_at_most_twenty_faults_are_listed_and_the_rest_is_counted() -> None:
    """A body full of mistakes gets a short answer."""
    problem = refusal(whole(put("tactics", value=[{"name": MARK}] * 500)))
    assert len(problem.errors) == 20
    assert problem.more == 980
    assert "(and 999 more)" in problem.detail
    assert len(str(problem.as_dict())) < 5000
