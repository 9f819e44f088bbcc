"""Tables within one budget: held against dynamic programming over whole units, and against searches by regions."""

import numpy as np
import pytest

from optimizer.optimize import optimize
from optimizer.questions.frontier import FrontierQuestion, frontier
from optimizer.search.choices.tables import Tables
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.newton.spends import Spends
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.plan import settle
from optimizer.solver.highs import Program
from tests.effort import seeds
from tests.optimizer.toys import LINE, domain, line, modelled, wire
from tests.oracles import instances
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve
from tests.oracles.tables import best_by_unit, whole_tables

SOON = {"solve": {"gap": 1e-7, "time_limit": 60}, "digits": 4}


def settled(document):
    """Whether the tables of a scenario are looked at so."""
    return Tables.of(Spends(modelled(document))) is not None


@pytest.mark.usefixtures("unranged")
@pytest.mark.parametrize("seed", seeds(1, 6))
@pytest.mark.parametrize("budget", [17, 60, 130, 400])
@pytest.mark.parametrize("how", ["at_most", "exactly"])
def test_the_best_of_tables_is_found_and_proved(seed, budget, how):
    """Ten tactics: as good as every way to share the budget out in whole units."""
    tactics = whole_tables(seed, 10)
    scenario = wire(tactics, budget={how: budget}, **SOON)
    assert settled(scenario)
    plan = solve(scenario)
    best = best_by_unit(tactics, budget)[-1]
    assert (plan["status"], plan["value"]) == ("optimal", pytest.approx(best, rel=1e-7))
    assert plan["bound"] >= best * (1 - 1e-12)
    assert recheck(scenario, plan) == []


@pytest.mark.parametrize(("kind", "most"), [("sampled", 300), ("bent", 3000)])
def test_many_tables_are_settled_without_a_program(monkeypatch, kind, most):
    """Curves sampled at points and rounded to cents; and tables that grow steeper and flatter as they like."""
    monkeypatch.setattr(Program, "solve", None)
    opened(instances.tables(most, 1, bent=kind == "bent"))


@pytest.mark.parametrize(
    ("tactics", "seed", "points"),
    [(5, 2, 8), (20, 1, 8), (20, 9, 20), (20, 13, 20), (100, 1, 8), (100, 17, 8), (200, 9, 8), (300, 9, 8)],
)
def test_what_edges_leave_open_is_looked_through(monkeypatch, tactics, seed, points):
    """Bent tables, of which edges prove no plan: corners of many cells together do."""
    monkeypatch.setattr(Program, "solve", None)
    opened(instances.tables(tactics, seed, bent=True, points=points))


@pytest.mark.parametrize("how", ["at_most", "exactly"])
def test_money_that_does_not_pay_is_spent_where_it_must_be(monkeypatch, how):
    """Of 400, in ten tables that take less before they lose: none of the rest, or all of it."""
    monkeypatch.setattr(Program, "solve", None)
    tactics = [tactic | {"spend": {"at_most": 100}} for tactic in whole_tables(2, 10)]
    incumbent = opened(wire(tactics, budget={how: 900}, objective={"maximize": "profit"}))
    spent = float((incumbent.columns * incumbent.model.scale)[incumbent.model.spend].sum())
    assert spent == pytest.approx(900) if how == "exactly" else spent < 700


def opened(scenario):
    """The incumbent after the whole is opened, which settles it to 1e-6."""
    model = modelled(scenario)
    relaxation = Relaxation(model, incumbent := Incumbent(model), Deadline.after(60.0, lambda: 0.0), 1e-6)
    visit = relaxation.open()
    assert visit is not None
    assert visit.bound <= incumbent.cost <= visit.bound + 1e-6 * abs(incumbent.cost)
    assert incumbent.broken(incumbent.columns).max() <= 1e-9
    return incumbent


@pytest.mark.parametrize("seed", seeds(2, 8))
def test_plans_bounds_and_prices_are_those_of_a_search_by_pieces(monkeypatch, seed):
    """Of what maximises profit, too, with floors, ceilings and margins."""
    random = np.random.default_rng(seed)
    tactics = [
        tactic
        | {"spend": {"at_least": int(random.integers(0, 6)), "at_most": int(random.integers(20, 90))}}
        | {"margin": float(random.choice([0.4, 0.8, 1.0]))}
        for tactic in whole_tables(seed, 5)
    ]
    aim = {"maximize": str(random.choice(["profit", "revenue"]))}
    problem = domain(wire(tactics, budget={"at_most": int(random.integers(40, 120)) + 0.5}, objective=aim, **SOON))
    own = optimize(problem)
    monkeypatch.setattr(Tables, "of", lambda _: None)
    other = optimize(problem)
    assert own.value == pytest.approx(other.value, rel=2e-7)
    assert own.bound >= other.value - 1e-9 * abs(other.value)
    assert other.bound >= own.value - 1e-9 * abs(own.value)
    assert own.budget.price == pytest.approx(other.budget.price, rel=1e-6, abs=1e-9)


def test_what_must_be_spent_at_a_loss_is_spent_where_it_loses_least():
    """Of two tables that return 0.9 and 0.5 of what they take, 10 of 12 in the first, whose table ends there."""
    tactics = [
        line("a", {"family": "tabulated", "points": [[0, 0], [10, 9]]}),
        line("b", {"family": "tabulated", "points": [[0, 0], [50, 25]]}),
    ]
    plan = solve(wire(tactics, budget={"exactly": 12}, objective={"maximize": "profit"}))
    assert [cell["spend"] for cell in plan["allocations"]] == [10.0, 2.0]
    assert plan["bound"] == pytest.approx(-2.0)
    assert plan["budget"]["price"] == pytest.approx(-0.5)


def test_a_budget_that_ends_below_a_hull_goes_elsewhere_or_takes_back():
    """A table that rises at 10 alone: of 15 there is room for it beside others, of 9.5 there is none."""
    steep = line("steep", {"family": "tabulated", "points": [[0, 0], [9, 0], [10, 30]]})
    others = [
        line(f"o{k}", {"family": "tabulated", "points": [[0, 0], [8, 8 * slope]]}) for k, slope in enumerate((4, 1))
    ]
    for budget, spends in ((15.0, [5.0, 0.0, 10.0]), (9.5, [8.0, 1.5, 0.0])):
        plan = solve(wire([*others, steep], budget={"at_most": budget}, **SOON))
        assert [cell["spend"] for cell in plan["allocations"]] == spends
        assert plan["status"] == "optimal"


def test_nothing_else_is_settled_so():
    """Other curves, other limits, draws, and several periods that carry over."""
    tactics, budget = whole_tables(1, 3), {"at_most": 50}
    assert settled(wire(tactics, budget=budget))
    assert settled(wire(tactics, budget=budget, periods=["1", "2"]))
    assert not settled(wire([*tactics, line("line", LINE)], budget=budget))
    cap = {"rule": "spend_range", "name": "r", "scope": {"tactics": ["t0", "t1"]}, "at_most": 20}
    assert not settled(wire(tactics, budget=budget, rules=[cap]))
    on = {"rule": "minimum_if_active", "name": "m", "at_least": 5}
    assert not settled(wire(tactics, budget=budget, rules=[on]))
    adstock = tactics[0] | {"adstock": {"family": "geometric", "retention": 0.5}}
    assert not settled(wire([adstock, *tactics[1:]], budget=budget, periods=["1", "2"]))
    points = tactics[0]["response"]["points"]
    drawn = {"family": "tabulated", "draws": [{"points": points}, {"points": [[0, 0], [9, 9]]}]}
    assert not settled(wire([tactics[0] | {"response": drawn}, *tactics[1:]], budget=budget))


def test_what_money_brings_at_points_is_read_off_the_edges_on_which_they_stand(monkeypatch):
    """It is what a little more budget brings; no equations are asked, and no program."""
    monkeypatch.setattr(settle, "loosened", None)
    document = instances.tables(12, 3)
    budget = document["budget"]["at_most"]
    amounts = [round(share * budget, 2) for share in np.linspace(0.4, 1.6, 7)]
    more = [amount + 100.0 for amount in amounts]
    points = frontier(FrontierQuestion(scenario=domain(document), amounts=(*amounts, *more))).points
    for point, other in zip(points[::2], points[1::2], strict=True):
        assert point.marginal == pytest.approx((other.value - point.value) / 100.0, rel=1e-3)


def test_a_frontier_says_that_money_left_over_brings_nothing():
    """A table that pays on the whole way from 10 to 50 and not on half of it: of 30 or 40 a part is left."""
    first = line("first", {"family": "tabulated", "points": [[0, 0], [10, 20]]})
    other = line("other", {"family": "tabulated", "points": [[0, 0], [10, 15], [30, 20], [50, 80]]})
    document = wire([first, other], budget={"at_most": 60}, objective={"maximize": "profit"}, **SOON)
    points = frontier(FrontierQuestion(scenario=domain(document), amounts=(15, 30, 40, 60))).points
    assert [point.value for point in points] == [pytest.approx(value) for value in (12.5, 15, 15, 40)]
    assert [point.marginal for point in points] == [pytest.approx(price) for price in (0.5, 0, 0, 0)]
