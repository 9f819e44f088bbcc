"""What one more unit of money would bring, what stops it, and where it would go."""

import numpy as np
import pytest

from optimizer.answers.margins import NO_USE, Margins, held_by, limited_by, next_best, unspent_because
from optimizer.answers.plan import NextUse
from optimizer.problem.budget import Budget, BudgetLimit
from optimizer.problem.rules import ActiveCount, Exclusive, MinimumIfActive, ReferenceLine, SpendRange, TurnoverLimit
from optimizer.problem.scope import Scope
from optimizer.problem.tactic import SpendLimits
from tests.optimizer.toys import scenario, tactic, valued

CAPPED = scenario(tactic("tv", spend=SpendLimits(at_most=40.0)), tactic("search"))
LIMITS = [
    (
        "its own limit",
        (40.0, 10.0),
        [[2.0], [2.0]],
        [[1.0], [2.0]],
        {(0, 0): ("spend limit of tv",), (1, 0): ("budget",)},
    ),
    ("the budget", (30.0, 10.0), [[2.0], [2.0]], [[2.0], [2.0]], {(0, 0): ("budget",), (1, 0): ("budget",)}),
    ("its own curve", (30.0, 10.0), [[0.5], [2.0]], [[1.0], [2.0]], {(1, 0): ("budget",)}),
    ("nothing", (30.0, 10.0), [[0.0], [2.0]], [[0.0], [2.0]], {(0, 0): (), (1, 0): ("budget",)}),
]


@pytest.mark.parametrize(("name", "spend", "worth", "charge", "told"), LIMITS)
def test_what_stops_a_cell(name, spend, worth, charge, told):
    """Its own limit first; else the limits that charge for it; nothing where the next unit does not pay."""
    assert name
    margins = Margins(worth=np.array(worth), charges={"budget": np.array(charge)})
    limits = limited_by(valued(CAPPED, *spend), margins, 0.01)
    assert limits == told


FLOORED = scenario(tactic("tv", spend=SpendLimits(at_least=20.0)), tactic("search"))
HOLDS = [
    ("its own floor", (20.0, 10.0), [[1.0], [2.0]], {"budget": [[2.0], [2.0]]}, {(0, 0): ("spend limit of tv",)}),
    ("above its floor", (30.0, 10.0), [[2.0], [2.0]], {"budget": [[2.0], [2.0]]}, {}),
    ("a floor that it would leave upward", (20.0, 10.0), [[3.0], [2.0]], {"budget": [[2.0], [2.0]]}, {}),
    ("a rule that pays for it", (30.0, 10.0), [[1.0], [2.0]], {"r": [[-1.0], [0.0]]}, {(0, 0): ("r",)}),
    ("nothing to give up", (30.0, 0.0), [[1.0], [1.0]], {"r": [[0.0], [-1.0]]}, {}),
]


@pytest.mark.parametrize(("name", "spend", "worth", "charges", "told"), HOLDS)
def test_what_holds_a_cell(name, spend, worth, charges, told):
    """Its own floor where it would rather have less, and limits that pay for what is spent; nothing below nothing."""
    assert name
    margins = Margins(worth=np.array(worth), charges={key: np.array(charge) for key, charge in charges.items()})
    held = held_by(valued(FLOORED, *spend), margins, 0.01)
    assert {cell: names for cell, names in held.items() if names} == told


def test_the_next_unit_pays_all_limits_but_the_budget():
    """Worth 5, the budget asks 2 and a share 1: a unit more of budget brings 4 here; an infinite slope stays so."""
    charges = {"budget": np.array([[2.0], [2.0]]), "share": np.array([[1.0], [0.0]])}
    margins = Margins(worth=np.array([[5.0], [np.inf]]), charges=charges)
    assert margins.next_unit.tolist() == [[4.0], [np.inf]]
    assert margins.surplus.tolist() == [[2.0], [np.inf]]


def test_the_next_unit_is_not_paid_for_what_is_there_nor_charged_by_decisions():
    """A floor pays 1 for tv as it is, and search is switched off at 2: more of tv brings 1, more of search 5."""
    charges = {"budget": np.array([[2.0], [3.0]]), "r": np.array([[-1.0], [2.0]])}
    idle, decided = np.array([[-1.0], [0.0]]), np.array([[0.0], [2.0]])
    margins = Margins(worth=np.array([[1.0], [5.0]]), charges=charges, idle=idle, decided=decided)
    assert (margins.next_unit.tolist(), margins.growth.tolist()) == ([[1.0], [5.0]], [[-1.0], [2.0]])
    assert margins.gain.tolist() == [[-1.0], [0.0]]
    assert limited_by(valued(CAPPED, 30.0, 0.0), margins, 0.01) == {(1, 0): ("budget", "r")}
    assert margins.ordered([1, 0]).next_unit.tolist() == [[5.0], [1.0]]


DEARER = [
    ("a limit that takes all of it", (30.0, 10.0), {"r": 2.0}, ("r",)),
    ("two that take it together", (30.0, 10.0), {"r": 0.8, "q": 0.8}, ("q", "r")),
    ("beside its own limit", (40.0, 10.0), {"r": 2.0}, ("spend limit of tv", "r")),
    ("nothing, beside a limit that pays", (30.0, 10.0), {"r": 2.0, "q": -1.0, "budget": 4.0}, ()),
    ("nothing but other uses", (30.0, 10.0), {"r": 1.0, "budget": 4.0}, ()),
]


@pytest.mark.parametrize(("name", "spend", "charges", "told"), DEARER)
def test_a_cell_that_would_pay_the_budget_is_stopped_by_the_limits_that_charge_more(name, spend, charges, told):
    """Worth 3, the budget asks 2: what other limits ask is more than is left of it."""
    assert name
    both = {key: np.array([[charge], [0.0]]) for key, charge in {"budget": 2.0, **charges}.items()}
    margins = Margins(worth=np.array([[3.0], [0.0]]), charges=both)
    assert limited_by(valued(CAPPED, *spend), margins, 0.01).get((0, 0), ()) == told


def test_the_next_best_uses_come_in_order_of_gain():
    """What is stopped by its own limit is told with it; what gains nothing, or without end, is not a use."""
    spend = valued(CAPPED, 40.0, 10.0)
    margins = Margins(worth=np.array([[3.0], [2.0]]), charges={"budget": np.array([[2.0], [2.0]])})
    limits = limited_by(spend, margins, 0.01)
    assert next_best(spend, margins, limits) == (
        NextUse(tactic="tv", period="all", gain=3.0, limited_by=("spend limit of tv",)),
        NextUse(tactic="search", period="all", gain=2.0, limited_by=("budget",)),
    )
    nothing = Margins(worth=np.array([[np.inf], [0.0]]), charges={})
    assert next_best(spend, nothing, {}) == ()


def test_at_most_ten_uses_are_told():
    """The best of them."""
    many = scenario(*(tactic(f"t{number:02}") for number in range(12)))
    margins = Margins(worth=np.arange(1.0, 13.0)[:, None], charges={})
    uses = next_best(valued(many, *range(12)), margins, {})
    assert [use.gain for use in uses] == [float(gain) for gain in range(12, 2, -1)]


def test_the_best_use_of_more_budget_is_told_behind_many_that_something_else_stops():
    """Eleven are worth more and may not grow; the twelfth takes the budget."""
    many = scenario(*(tactic(f"t{number:02}") for number in range(12)))
    margins = Margins(worth=np.arange(12.0, 0.0, -1.0)[:, None], charges={"budget": np.ones((12, 1))})
    limits = {(row, 0): ("budget",) if row == 11 else ("budget", "r") for row in range(12)}
    uses = next_best(valued(many, *range(12)), margins, limits)
    assert [use.gain for use in uses] == [12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 1.0]


@pytest.mark.parametrize(
    ("spend", "worth", "told"),
    [
        ((40.0, 60.0), [[3.0], [2.0]], ()),
        ((40.0, 10.0), [[3.0], [0.0]], ("spend limit of tv",)),
        ((10.0, 10.0), [[0.0], [0.0]], (NO_USE,)),
    ],
)
def test_why_budget_is_left(spend, worth, told):
    """Nothing is left; a limit stops what would gain; or nothing more pays."""
    valuation, margins = valued(CAPPED, *spend), Margins(worth=np.array(worth), charges={})
    assert unspent_because(valuation, margins, limited_by(valuation, margins, 0.01), 0.01) == told


def test_a_limit_that_takes_all_that_would_be_gained_is_why_budget_is_left():
    """A cap at its price leaves no gain to its cells: it is what stops them, not that nothing pays."""
    capped = valued(scenario(rules=(SpendRange(name="cap", at_most=50.0),)), 50.0, 0.0)
    margins = Margins(worth=np.array([[3.0], [2.0]]), charges={"cap": np.array([[3.0], [3.0]])})
    assert unspent_because(capped, margins, limited_by(capped, margins, 0.01), 0.01) == ("cap",)


def test_without_a_budget_nothing_is_left():
    """There is nothing to leave."""
    free = valued(scenario(aim="profit", at_most=None), 0.0, 0.0)
    assert unspent_because(free, Margins(worth=np.zeros((2, 1)), charges={}), {}, 0.01) == ()


LINES = (ReferenceLine(tactic="tv", spend=50.0),)
HELD = {
    "what excludes it": (Exclusive(name="r"), True),
    "a minimum": (MinimumIfActive(name="r", at_least=5.0), True),
    "nothing but the wish for more": (ActiveCount(name="r", at_least=1), False),
    "a limit that has room": (ActiveCount(name="r", at_most=2), False),
    "a limit that binds beside others and charges nothing": (SpendRange(name="r", at_most=50.0), True),
    "a limit on spend that has room": (SpendRange(name="r", at_most=51.0), False),
    "lines that may differ": (TurnoverLimit(name="r", lines=0, reference=LINES), True),
}


@pytest.mark.parametrize("case", HELD)
def test_a_cell_is_held_by_the_decision_that_one_more_cent_would_undo(case):
    """Where the next unit pays after all charges, were it an infinite slope, and only there."""
    rule, held = HELD[case]
    own, name = valued(scenario(rules=(rule,)), 50.0, 0.0), ("r",) if held else ()
    for worth, told in ((1.0, ("budget",)), (2.0, ("budget", *name)), (np.inf, name)):
        margins = Margins(worth=np.array([[1.0], [worth]]), charges={"budget": np.ones((2, 1))})
        assert limited_by(own, margins, 0.01)[1, 0] == told


@pytest.mark.parametrize(
    ("spend", "names"),
    [((40.0, 60.0), ("budget", "budget of all")), ((40.0, 59.0), ()), ((40.0, 59.995), ("budget", "budget of all"))],
)
def test_a_slope_without_end_is_stopped_by_budgets_that_are_spent(spend, names):
    """No price measures them beside it; with a cent left nothing stops it."""
    limits = Budget(total=BudgetLimit(at_most=100.0), by_period=(("all", BudgetLimit(at_most=100.0)),))
    problem = scenario(tactic("tv"), tactic("search"), budget=limits)
    margins = Margins(worth=np.array([[np.inf], [0.0]]), charges={"budget": np.array([[2.0], [2.0]])})
    assert limited_by(valued(problem, *spend), margins, 0.01)[0, 0] == names


def test_a_limit_that_pays_for_what_is_spent_may_charge_for_more():
    """r pays 0.5 for tv as it is, but others would have to make way for more, which costs 2: named beside q."""
    charges = {"budget": 2.0, "q": 1.5, "r": -0.5}
    margins = Margins(
        worth=np.array([[3.0], [0.0]]),
        charges={name: np.array([[charge], [0.0]]) for name, charge in charges.items()},
        idle=np.array([[-2.0], [0.0]]),
        rising={"r": np.array([[1.5], [0.0]])},
    )
    assert limited_by(valued(CAPPED, 30.0, 10.0), margins, 0.01)[0, 0] == ("q", "r")
    assert held_by(valued(CAPPED, 30.0, 10.0), margins, 0.01)[0, 0] == ("r",)
    assert margins.ordered([1, 0]).rising["r"].tolist() == [[0.0], [1.5]]


def test_rules_are_asked_of_the_cells_that_they_speak_of(monkeypatch):
    """Thirty minimums of a tactic each: twice each, and not once a tactic."""
    names = [f"t{number}" for number in range(30)]
    rules = tuple(MinimumIfActive(name=name, at_least=5.0, scope=Scope(tactics=(name,))) for name in names)
    own, asked = valued(scenario(*map(tactic, names), rules=rules), *[0.0] * 30), []
    violation = MinimumIfActive.violation
    monkeypatch.setattr(MinimumIfActive, "violation", lambda rule, spend: asked.append(rule) or violation(rule, spend))
    limits = limited_by(own, Margins(worth=np.ones((30, 1)), charges={}), 0.01)
    assert [limits[row, 0] for row in range(30)] == [(name,) for name in names]
    assert len(asked) == 60
