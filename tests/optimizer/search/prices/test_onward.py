"""Marginal returns of a frontier where limits stand together: what the next unit of money brings, by hand."""

from __future__ import annotations

import pytest

from optimizer.answers.price import LITTLE, UNTOLD
from optimizer.optimize import optimize
from optimizer.questions.frontier import FrontierQuestion, frontier
from tests.optimizer.toys import ROOT, Wire, domain, line, wire
from tests.oracles.solve import solve

TV = {"family": "linear", "slope": 3.4}
TABLE = {"family": "tabulated", "points": [[0, 0], [70, 238], [150, 400]]}  # 3.4 a unit, too
FLOOR = {"rule": "spend_range", "name": "floor", "at_least": 6, "scope": {"tactics": ["tv"]}}


def marginal(document: Wire, amount: float, goal: str | None = None) -> float | None:
    """That of one point."""
    (point,) = frontier(FrontierQuestion(scenario=domain(document), goal=goal, amounts=(amount,))).points
    return point.marginal


@pytest.mark.parametrize("curve", [TV, TABLE], ids=["line", "table"])
@pytest.mark.parametrize("side", ["at_most", "exactly"])
@pytest.mark.parametrize("floors", [[], [FLOOR], [FLOOR, FLOOR | {"name": "again"}]], ids=len)
def test_a_budget_that_just_pays_what_must_be_spent(curve: Wire, side: str, floors: list[Wire]) -> None:
    """6 on tv are asked for, by rules or its own limit; one more unit goes to search at 5, whatever floors charge."""
    tv = line("tv", curve, spend={"at_least": 0 if floors else 6})
    tactics = [tv, line("search", {"family": "linear", "slope": 5})]
    assert marginal(wire(tactics, budget={side: 6}, rules=floors), 6.0) == pytest.approx(5.0)


def test_a_corner_of_a_table_tells_what_comes_after_it() -> None:
    """70 of 70 at 3.4; the next unit goes to the line of 3, not to the table's 2.03."""
    tactics = [line("tv", TABLE), line("search", {"family": "linear", "slope": 3})]
    assert marginal(wire(tactics, budget={"at_most": 70}), 70.0) == pytest.approx(3.0)


def test_a_share_that_ties_spends_is_kept_by_the_step() -> None:
    """50 of 50 on tv, and print may have half of what is spent at the most: nothing more can be spent."""
    capped = [line("tv", TV, spend={"at_most": 50}), line("print", {"family": "linear", "slope": 2})]
    rule = {"rule": "share_range", "name": "half", "at_most": 0.5, "scope": {"tactics": ["print"]}}
    assert marginal(wire(capped, budget={"at_most": 100}, rules=[rule]), 100.0) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("more", "price"),
    [
        ({"path": {"growth": 0.5}}, (2 * 100 + 1.5 * 2 * 150) / 100),  # (g² + (1.5·g)²)/100
        (
            {"milestones": [{"by": "1", "at_least": 60}]},
            (2 * 60 * 0.6 + 2 * 40 * 0.4) / 100,
        ),  # ((0.6·g)² + (0.4·g)²)/100
        ({"by": "1"}, 2.0),  # g²/100
    ],
    ids=["path", "milestones", "by"],
)
def test_the_parts_of_a_goal_move_with_its_target(more: Wire, price: float) -> None:
    """10√x in two periods at the least spend: x = (target/10)² for each part."""
    goal = {"name": "g", "metric": "revenue", "at_least": 100, "required": True} | more
    document = wire({"a": ROOT}, objective={"minimize": "spend"}, goals=[goal], periods=["1", "2"], digits=6)
    assert marginal(document, 100.0, "g") == pytest.approx(price, rel=1e-4)


@pytest.mark.parametrize("curve", [TV, TABLE], ids=["line", "table"])
@pytest.mark.parametrize("side", ["at_most", "exactly"])
@pytest.mark.parametrize("floors", [[], [FLOOR], [FLOOR, FLOOR | {"name": "again"}]], ids=len)
def test_a_plan_tells_what_the_next_unit_brings(curve: Wire, side: str, floors: list[Wire]) -> None:
    """As its frontier does, though the floors alone would explain the plan."""
    tv = line("tv", curve, spend={"at_least": 0 if floors else 6})
    tactics = [tv, line("search", {"family": "linear", "slope": 5})]
    plan = optimize(domain(wire(tactics, budget={side: 6}, rules=floors)))
    assert plan.budget is not None
    assert plan.budget.price == pytest.approx(5.0)
    others = [rule.price for rule in plan.rules if rule.name != "budget"]
    each = 0.0 if len(floors) == 2 else -1.6  # of two floors that are one, neither is worth loosening
    assert others == [pytest.approx(each)] * max(1, len(floors))
    assert (plan.next_best[0].tactic, plan.next_best[0].gain) == ("search", pytest.approx(5.0))


def test_a_share_beside_a_budget_without_room_is_priced_by_the_share() -> None:
    """6 of 6 are to go to tv, and at least all of it by a share: a share less by s sends 6·s to search, at 1.6 more."""
    tactics = [line("tv", TV), line("search", {"family": "linear", "slope": 5})]
    share = {"rule": "share_range", "name": "all", "at_least": 1, "scope": {"tactics": ["tv"]}}
    plan = optimize(domain(wire(tactics, budget={"at_most": 6}, rules=[share])))
    prices = {rule.name: rule.price for rule in plan.rules}
    assert prices == {"budget": pytest.approx(3.4), "all": pytest.approx(-1.6 * 6)}


def test_a_price_without_a_range_says_so() -> None:
    """Beside a floor that takes all of the budget a steep curve is at 0: what it brings at first holds nowhere."""
    steep = {"family": "log", "coefficient": 10, "scale": 0.5}
    tactics = [line("a", steep, spend={"at_least": 100}), line("b", steep)]
    plan = solve(wire(tactics, budget={"at_most": 100}))
    assert plan["budget"]["price"] > 1.0
    assert (plan["budget"]["price_holds_from"], plan["budget"]["price_note"]) == (None, UNTOLD)
    assert any("was not worked out" in warning and "budget" in warning for warning in plan["warnings"])


def bent(ceiling: float, unit: float = 1.0) -> Wire:
    """S-shaped, steepest at 0.6 of 2000."""
    return {"family": "hill", "ceiling": ceiling * unit, "half_saturation": 2000 * unit, "shape": 2}


@pytest.mark.parametrize("side", ["at_most", "exactly"])
@pytest.mark.parametrize("unit", [1e-4, 1.0, 1e4], ids=str)
def test_a_budget_that_floors_take_whole_is_worth_what_the_best_use_beyond_them_brings(side: str, unit: float) -> None:
    """f'(1000) = 2·C/2000 · ½ / (1 + ¼)² = 0.00032·C on both: 3.2 beside 1.6; the dearer floor costs the difference.

    A search that has one plan to choose from has no price of its own; and prices have no unit of money. (laws S3, U2)
    """
    floors = {"spend": {"at_least": 1000 * unit}}
    tactics = [line("a", bent(10_000, unit), **floors), line("b", bent(5_000, unit), **floors)]
    document = wire(tactics, budget={side: 2000 * unit}, digits=6)
    plan = optimize(domain(document))
    prices = {rule.name: rule.price for rule in plan.rules}
    assert prices == {
        "budget": pytest.approx(3.2, rel=1e-4),
        "spend limit of b": pytest.approx(-1.6, rel=1e-4),
    }
    assert plan.budget is not None
    assert (plan.budget.price_holds_to or 0.0) > 2000 * unit
    assert marginal(document, 2000 * unit) == pytest.approx(3.2, rel=1e-4)


def test_an_exact_budget_that_floors_take_whole_is_worth_what_more_of_it_loses() -> None:
    """Profit: 1.6 − 1 of b does not pay for what has to be spent; of a, slope 0.64, a unit more loses 0.36."""
    tactics = [line(name, bent(2_000), spend={"at_least": 1000}) for name in "ab"]
    plan = optimize(domain(wire(tactics, budget={"exactly": 2000}, objective={"maximize": "profit"})))
    assert plan.budget is not None
    assert plan.budget.price == pytest.approx(-0.36, rel=1e-4)


@pytest.mark.parametrize(("side", "price"), [("at_most", 0.0), ("exactly", 1.6)])
def test_a_budget_that_caps_take_whole(side: str, price: float) -> None:
    """No more can be spent; of an exact budget that cannot be raised it is told what less of it costs: b's 1.6."""
    caps = {"spend": {"at_most": 1000}}
    tactics = [line("a", bent(10_000), **caps), line("b", bent(5_000), **caps)]
    plan = optimize(domain(wire(tactics, budget={side: 2000})))
    prices = {rule.name: (rule.price, rule.price_note) for rule in plan.rules}
    assert prices["budget"] == (pytest.approx(price, rel=1e-4), LITTLE if side == "at_most" else None)
    assert prices["spend limit of a"][0] == pytest.approx(1.6, rel=1e-4)


@pytest.mark.parametrize("side", ["at_most", "exactly"])
def test_beside_a_spend_without_room_prices_have_no_unit_of_money(side: str) -> None:
    """A floor takes all of next to nothing, its cap is near; more goes there at 0.00032·C, not to what is at 0."""
    unit = 1e-4
    tactics = [
        line("a", bent(10_000, unit), spend={"at_least": 1000 * unit, "at_most": 1500 * unit}),
        line("b", bent(5_000, unit)),
    ]
    document = wire(tactics, budget={side: 1000 * unit}, digits=6)
    plan = optimize(domain(document))
    assert plan.budget is not None
    assert (plan.budget.price, marginal(document, 1000 * unit)) == (pytest.approx(3.2), pytest.approx(3.2))


def test_a_frontier_tells_no_marginal_return_there() -> None:
    """The next unit of money after none."""
    floors = [FLOOR | {"scope": {"tactics": ["line"]}}]
    assert (
        marginal(
            wire({"root": ROOT, "line": {"family": "linear", "slope": 3}}, budget={"at_most": 6}, rules=floors), 6.0
        )
        is None
    )
