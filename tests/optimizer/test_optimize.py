"""The one sentence: scenario → seed → search → certificate → plan."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from app.schemas.plan import PlanOut
from optimizer.answers.evaluation import Spend, evaluate
from optimizer.errors import LimitError, ScenarioError
from optimizer.optimize import SizeLimits, check_size, optimize
from optimizer.problem.canonical import canonical_order
from tests.optimizer.toys import DOUBLE_ROOT, HILL, LINE, ROOT, domain, line, wire
from tests.oracles import brute
from tests.oracles.curves import Witness
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve, spend_by_tactic

EXAMPLES = json.loads((Path(__file__).parents[1] / "contract" / "examples.json").read_text(encoding="utf-8"))
SOLVED = [case for case in EXAMPLES if "evaluate" not in case]
A, B = {"tactics": ["a"]}, {"tactics": ["b"]}
CARRY = {"family": "geometric", "retention": 0.5, "carry_in": [10]}


CARRYING = [line("a", HILL, adstock=CARRY), line("b", ROOT)]
LIMIT = {"rule": "metric_range", "name": "r", "metric": "outcome", "at_most": 330}
CAPPED = wire({"a": HILL, "b": ROOT}, budget={"at_most": 100}, rules=[LIMIT])


@pytest.mark.parametrize("case", SOLVED, ids=lambda case: case["name"])
def test_the_contracts_examples_are_what_is_planned(case):
    """Status, spend, value, prices and what binds; a conflict's names and what would mend it."""
    plan, expected = solve(case["scenario"]), case["expect"]
    assert plan["status"] == expected["status"]
    if plan["status"] == "conflict":
        assert plan["conflict"]["conflicting"] == expected["conflicting"]
        changes = [{key: own[key] for key in ("item", "from", "to")} for own in plan["conflict"]["relaxations"]]
        assert changes == expected["relaxations"]
        return
    assert recheck(case["scenario"], plan) == []
    assert plan["value"] == pytest.approx(expected["value"], rel=1e-4 if "demand_pools" in case["scenario"] else 1e-6)
    assert spend_by_tactic(plan) == pytest.approx(expected.get("spend", spend_by_tactic(plan)), abs=0.01)
    told = {line_["name"] for line_ in plan["rules"] if line_["binding"]}
    assert told == set(expected.get("binding", told))
    if "budget_price" in expected:
        assert plan["budget"]["price"] == pytest.approx(
            expected["budget_price"], rel=1e-4
        )  # as the contract has it: rounded
    if "goal_price" in expected:
        assert plan["goals"][0]["price"] == pytest.approx(expected["goal_price"], rel=1e-5)


def test_the_contracts_evaluation_is_what_is_valued():
    """Total, baseline and incremental outcome of a given allocation."""
    (case,) = [case for case in EXAMPLES if "evaluate" in case]
    told = evaluate(domain(case["scenario"]), [Spend(**given) for given in case["evaluate"]])
    expected = case["expect"]
    assert told.totals.total_outcome == expected["total_outcome"]
    assert told.totals.baseline_outcome == expected["baseline_outcome"]
    assert told.totals.outcome == expected["outcome"]
    assert [cell.outcome for cell in told.allocations] == expected["by_period"]


def test_profit_needs_no_budget():
    """Each curve up to where its next unit earns what it costs: (10/2)² and (20/2)²."""
    plan = solve(wire({"a": ROOT, "b": DOUBLE_ROOT}, objective={"maximize": "profit"}))
    assert (plan["status"], spend_by_tactic(plan)) == ("optimal", {"a": 25.0, "b": 100.0})
    assert (plan["budget"], plan["totals"]["unspent"]) == (None, None)


@pytest.mark.parametrize(
    ("rules", "spent"),
    [
        ([{"rule": "spend_range", "at_most": 500}], {"a": 100.0, "b": 400.0}),
        ([{"rule": "spend_range", "scope": A, "at_most": 7}, {"rule": "commitment", "scope": B, "amount": 9}],
         {"a": 7.0, "b": 9.0}),
        ([{"rule": "commitment", "scope": B, "amount": 9}, {"rule": "metric_range", "metric": "spend", "at_most": 500}],
         {"a": 491.0, "b": 9.0}),
        ([{"rule": "turnover_limit", "amount": 500, "reference": []}], {"a": 100.0, "b": 400.0}),
        ([{"rule": "linear", "at_most": 1000, "terms": [{"scope": {}, "coefficient": 2}]}], {"a": 100.0, "b": 400.0}),
    ],
)  # fmt: skip
def test_rules_that_limit_all_spend_are_as_good_as_a_budget(rules, spent):
    """One over everything, or one for each tactic; one that leaves a tactic free is not enough."""
    named = [rule | {"name": f"r{number}"} for number, rule in enumerate(rules)]
    plan = solve(wire({"a": ROOT, "b": DOUBLE_ROOT}, rules=named))
    assert (plan["status"], spend_by_tactic(plan), plan["budget"]) == ("optimal", pytest.approx(spent), None)
    with pytest.raises(ScenarioError) as refused:
        solve(
            wire({"a": ROOT, "b": DOUBLE_ROOT}, rules=[{"rule": "spend_range", "name": "r", "scope": A, "at_most": 9}])
        )
    assert refused.value.code == "no_budget"


def test_a_marginal_target_needs_no_budget():
    """Two for one: (10/4)² = 6.25."""
    plan = solve(wire({"a": ROOT}, objective={"maximize": "revenue", "target_marginal_roi": 2}))
    assert plan["allocations"][0]["spend"] == 6.25
    assert plan["allocations"][0]["marginal_revenue"] == pytest.approx(2.0)


NO_BUDGET = {
    "profit on lines that pay without end": {"objective": {"maximize": "profit"}},
    "revenue beside a charge": {"objective": {"maximize": "revenue", "target_marginal_roi": 0.1}},
    "revenue that spend limits hold": {"at_most": 1000},
    "revenue that spend limits hold from afar": {"at_most": 1e12},
}


@pytest.mark.parametrize("name", NO_BUDGET)
def test_a_contradiction_without_a_budget_is_a_conflict(name):
    """100 of a, which may be 0.3 of all, as may b: named and mended, never refused."""
    more = dict(NO_BUDGET[name])
    spend = {"at_most": more.pop("at_most")} if "at_most" in more else {"at_least": 0}
    rules = [
        {"rule": "spend_range", "name": "r", "scope": A, "at_least": 100},
        {"rule": "share_range", "name": "s", "scope": A, "at_most": 0.3},
        {"rule": "share_range", "name": "t", "scope": B, "at_most": 0.3},
    ]
    plan = solve(wire([line("a", LINE, spend=spend), line("b", LINE, spend=spend)], rules=rules, **more))
    assert (plan["status"], plan["conflict"]["conflicting"]) == ("conflict", ["r", "s", "t"])
    assert plan["conflict"]["cheapest"]["money"] == 100


def test_spend_that_pays_without_end_is_refused():
    """A line above the charge has no best spend: an error at its curve, not a plan."""
    with pytest.raises(ScenarioError) as refused:
        optimize(domain(wire({"a": ROOT, "b": LINE}, objective={"maximize": "profit"})))
    assert (refused.value.code, refused.value.path) == ("unbounded", "tactics[1].response")


def test_what_pays_without_end_is_told_where_the_scenario_has_it():
    """Tactics are solved in the order of names; a line that does not pay is not to blame."""
    curves = {"tv": LINE, "a": {"family": "linear", "slope": 0.5}}
    with pytest.raises(ScenarioError, match="tv pays") as refused:
        optimize(domain(wire(curves, objective={"maximize": "profit"})))
    assert refused.value.path == "tactics[0].response"


def test_a_rule_is_a_limit_too():
    """A line of 3 within 50, and a table that ends at 20: 2 · 50 + (60 − 20), no budget needed."""
    table = {"family": "tabulated", "points": [[0, 0], [20, 60]]}
    rule = {"rule": "spend_range", "name": "r", "at_most": 50, "scope": {"tactics": ["b"]}}
    plan = solve(wire({"a": table, "b": LINE}, objective={"maximize": "profit"}, rules=[rule]))
    assert (plan["status"], plan["value"]) == ("optimal", pytest.approx(140.0))


@pytest.mark.parametrize("first", [10.0, 1e3, 1e5])
def test_a_goal_far_beyond_the_curves_scale_is_followed(first):
    """10√x = goal at (goal/10)², however far that is."""
    goal = {"name": "g", "metric": "revenue", "at_least": first, "required": True}
    plan = solve(wire({"a": ROOT}, objective={"minimize": "spend"}, goals=[goal]))
    assert plan["value"] == pytest.approx((first / 10) ** 2, rel=1e-6)


def test_a_conflict_without_a_budget_is_a_conflict():
    """Not ten seconds of widening, and no plan that only tolerances allow."""
    rules = [
        {"rule": "metric_range", "name": "not much", "metric": "outcome", "scope": B, "at_most": 30},
        {"rule": "spend_range", "name": "but some", "scope": B, "at_least": 11},
    ]
    plan = solve(wire({"a": ROOT, "b": LINE}, objective={"minimize": "spend"}, rules=rules))
    assert (plan["status"], plan["conflict"]["conflicting"]) == ("conflict", ["but some", "not much"])


class Jumping:
    """A clock that stands still for some looks, then jumps past every limit."""

    def __init__(self, looks):
        self._looks = iter([0.0] * looks)

    def __call__(self):
        return next(self._looks, 1e6)


STOPPED = CAPPED | {"solve": {"gap": 1e-9, "time_limit": 0.01}}


def test_a_clock_that_jumps_never_makes_a_plan_optimal():
    """Stopped after any number of looks: no plan, or a feasible one whose gap is honest; in the end, optimal."""
    best, _ = brute.best(STOPPED, 2.0)
    seen = []
    for looks in itertools.chain(range(1, 12), (20, 40, 100_000)):
        plan = optimize(domain(STOPPED), clock=Jumping(looks))
        seen.append(plan.status)
        if plan.status == "no_plan":
            assert (plan.value, plan.bound, plan.termination.reason) == (None, None, "time_limit")
        else:
            assert plan.bound >= best * (1 - 1e-9)
            assert plan.status == "optimal" or plan.termination.limit == "0.01 s"
            assert plan.certificate.largest_violation == 0.0
    assert (seen[0], seen[-1]) == ("no_plan", "optimal")


def test_progress_is_told_in_the_objectives_units():
    """Values below bounds, both moving towards the plan's."""
    seen = []
    plan = optimize(domain(CAPPED), progress=seen.append)
    assert seen
    assert all(each.value <= each.bound * (1 + 1e-12) for each in seen if each.value is not None)
    assert seen[-1].value == pytest.approx(plan.value, rel=1e-3)
    assert [each.nodes for each in seen] == sorted(each.nodes for each in seen)


def test_repeated_plans_are_the_same_byte_for_byte():
    """Apart from the seconds, which the clock tells."""
    texts = {PlanOut.from_domain(optimize(domain(CAPPED), clock=lambda: 0.0)).model_dump_json() for _ in range(3)}
    assert len(texts) == 1


def test_the_order_of_a_documents_parts_changes_no_plan():
    """Tactics, rules, goals and the budgets of periods, written backwards."""
    rules = [{"rule": "spend_range", "name": n, "scope": s, "at_most": 40} for n, s in (("r", A), ("s", B))]
    by_period = {"1": {"at_most": 60}, "2": {"at_most": 50}}
    one = wire({"a": ROOT, "b": HILL}, periods=["1", "2"], budget={"at_most": 90, "by_period": by_period}, rules=rules)
    other = one | {"tactics": one["tactics"][::-1], "rules": rules[::-1]}
    other["budget"] = {"at_most": 90, "by_period": dict(reversed(by_period.items()))}
    assert canonical_order(domain(one)) == canonical_order(domain(other))
    plans = [optimize(domain(each), clock=lambda: 0.0) for each in (one, other)]
    assert {cell.tactic: cell for cell in plans[0].tactics} == {cell.tactic: cell for cell in plans[1].tactics}
    assert plans[0].provenance == plans[1].provenance


@pytest.mark.parametrize("limits", [SizeLimits(cells=3), SizeLimits(entries=3)])
def test_a_model_too_large_is_refused_before_it_is_built(limits, monkeypatch):
    """By its size alone: nothing is built."""

    def never(*_):
        raise AssertionError("it was built")

    monkeypatch.setattr("optimizer.optimize.search_within", never)
    scenario = domain(wire({"a": ROOT, "b": LINE}, periods=["1", "2"], budget={"at_most": 9}))
    with pytest.raises(LimitError) as refused:
        optimize(scenario, limits=limits)
    assert (refused.value.code, refused.value.path) == ("model_too_large", "tactics")


def test_carry_out_counts_towards_the_size():
    """Two periods, and forty after them for a retention of a half."""
    tactics = [line("a", ROOT, adstock=CARRY)]
    scenario = domain(wire(tactics, periods=["1", "2"], budget={"at_most": 9}, count_carry_out=True))
    check_size(scenario, SizeLimits(cells=42))
    with pytest.raises(LimitError):
        check_size(scenario, SizeLimits(cells=41))


def test_the_plan_is_worth_what_the_witness_says():
    """Totals are those of an independent valuation."""
    scenario = wire(CARRYING, periods=["1", "2", "3"], budget={"at_most": 120})
    plan = solve(scenario)
    spend = np.array([cell["spend"] for cell in plan["allocations"]]).reshape(2, 3)
    assert plan["value"] == pytest.approx(Witness(scenario).objective(spend), rel=1e-12)
