"""Plans near by of concave programs, solved again by Newton's method: against plans made there from nothing."""

import pytest

from optimizer.search.ranges.followed.walk import Walk
from optimizer.search.ranges.solved.nearby import Nearby
from optimizer.search.ranges.solved.resolved import Resolved
from tests.effort import seeds
from tests.optimizer.search.prices.test_duals import CASES
from tests.optimizer.search.ranges.test_ranges import check, told, without
from tests.optimizer.toys import ROOT, line, wire
from tests.oracles import instances
from tests.oracles.solve import solve

CONVEX = [
    "budget",
    "exact budget",
    "budget over periods",
    "budget of a period",
    "spend range, upper",
    "spend range, lower",
    "outcome, lower",
    "share, lower",
    "share, upper",
    "linear",
    "commitment",
    "spend limit, upper",
    "spend limit, lower",
    "spend limit over periods",
    "goal beside an objective",
    "goal at the least spend",
]
KINDS = ("exact budget", "budget of a period", "spend range, upper", "outcome, lower", "share, lower", "linear")
KINDS += ("commitment", "spend limit, upper", "spend limit, lower", "goal at the least spend")
HOLDS = 0.0101  # relative: 1 %, and the noise of two plans
LESS = 0.0085  # relative: what a price has changed by at its end, at the least


@pytest.mark.parametrize("name", seeds(KINDS, CONVEX))
def test_solving_again_finds_the_ends(name, monkeypatch):
    """Budgets, rules that limit sums, spend limits and goals, whose limits leave the program concave. (law S4)"""
    without(monkeypatch, Walk, Nearby)
    check(CASES[name])


def steep():
    """A thousand tactics and half their budget: some come to next to nothing on curves that are infinitely steep."""
    return instances.one_period(1000, 9, limits="wide", budget=0.5)


@pytest.mark.parametrize(
    "made", [*(lambda seed=seed: instances.one_period(40, seed) for seed in range(1, 4)), steep], ids=[1, 2, 3, "steep"]
)
def test_a_budget_beside_shares_holds_to_ends_that_are_found(made):
    """Shares begin and cease to bind on the way; 1 % of the price is used up at both ends, and no more. (law S4)"""
    document = instances.with_shares(made()) | {"digits": 6}
    plan = solve(document)
    own, at = plan["budget"], document["budget"]["at_most"]
    assert not any("budget" in warning for warning in plan["warnings"])
    for end in (own["price_holds_from"], own["price_holds_to"]):
        document["budget"]["at_most"] = at + 0.9999 * (end - at)
        assert LESS <= abs(solve(document)["budget"]["price"] / own["price"] - 1.0) <= HOLDS


def test_most_ends_stand_where_they_are_predicted(monkeypatch):
    """Spends come to their limits on the way in many weeks; the plan is solved again once an end, or twice."""
    ends, looks, end, price = [], [], Resolved.end, Resolved.price
    monkeypatch.setattr(Resolved, "end", lambda own, *asked: ends.append(end(own, *asked)) or ends[-1])
    monkeypatch.setattr(Resolved, "price", lambda own, *asked: looks.append(price(own, *asked)) or looks[-1])
    solve(instances.weekly(30, 1))
    assert len(ends) >= 8
    assert len(looks) <= 1.5 * len(ends)


@pytest.mark.parametrize("seed", seeds([2], [4]))
def test_a_price_that_is_next_to_nothing_holds_for_cents_and_nothing_is_solved_for_that(seed, monkeypatch):
    """A ten-thousandth of what its spend brings is left: a hundredth of that is gone after a few cents. (law S4)"""
    solved = []
    monkeypatch.setattr(Resolved, "around", lambda *_: solved.append(0) or False)
    document = instances.one_period(1000, seed, limits="narrow") | {"digits": 6}
    plan = solve(document)
    assert not solved
    least = min((rule for rule in plan["rules"] if rule["price"]), key=lambda rule: abs(rule["price"]))
    spend = next(own["spend"] for own in document["tactics"] if own["name"] in least["name"])
    assert least["price_holds_to"] - least["price_holds_from"] < 1e-5 * spend[least["side"]]
    for end, changed in ((least["price_holds_from"], 1.0097), (least["price_holds_to"], 0.9903)):
        spend[least["side"]] = end
        assert told(solve(document), least["name"])["price"] == pytest.approx(changed * least["price"], rel=1e-3)


def test_nothing_is_told_of_programs_that_are_not_concave(monkeypatch):
    """A bent curve, a decision, a share of what need not be spent, whose row turns: what is best may jump."""
    without(monkeypatch, Walk, Nearby)
    asked, look = [], Resolved.around
    monkeypatch.setattr(Resolved, "around", lambda own, motion: asked.append(look(own, motion)) or asked[-1])
    bent = {"family": "hill", "ceiling": 500, "half_saturation": 60, "shape": 3}
    few = {"rule": "active_count", "name": "few", "at_most": 1}
    share = {"rule": "share_range", "name": "s", "scope": {"tactics": ["a"]}, "at_least": 0.8}
    tactics = [line("a", ROOT), line("b", ROOT)]
    solve(wire([line("a", bent), line("b", ROOT)], budget={"at_most": 200}))
    solve(wire(tactics, budget={"at_most": 200}, rules=[few]))
    assert asked
    assert not any(asked)
    asked.clear()
    solve(wire(tactics, objective={"maximize": "profit"}, budget={"at_most": 200}, rules=[share]))
    assert asked == [False]
