"""Plans without a budget from plans under some: what a search of their own finds, and proved however much is spent."""

import pytest

from optimizer.optimize import search_any
from optimizer.problem.canonical import canonical_order
from optimizer.problem.objective import Objective
from optimizer.questions import sought
from optimizer.questions.frontier import FrontierQuestion, frontier
from optimizer.questions.moving import SHARP, Moving
from optimizer.search.many.abreast import shared
from optimizer.search.many.charged import charged
from tests.effort import seeds
from tests.optimizer.search.many.test_together import GAP, models, never, together
from tests.optimizer.toys import LINE, ROOT, domain, line, wire
from tests.oracles import instances

PROFIT = Objective(aim="profit")
CAPPED = wire([line(name, ROOT, spend={"at_most": 80}) for name in "ab"], budget={"at_most": 100})


def led(document, amounts, objective=PROFIT):
    """What points under these budgets lead to, and the scenario without one."""
    shares, _ = models(document, amounts)
    founds = together(shares, GAP, never()).run(lambda _: None)
    asked = Moving(scenario=domain(document)).without_budget(objective)
    return charged(founds, shared(shares[0]), asked), asked


def spent(found):
    """How much money a search found to spend."""
    return float((found.columns * found.model.scale)[found.model.spend].sum())


@pytest.mark.parametrize("seed", seeds(range(1, 3), range(1, 7)))
@pytest.mark.parametrize("aim", [PROFIT, Objective(aim="revenue", target_marginal_roi=0.6)])
def test_a_plan_without_a_budget_is_that_of_a_search_of_its_own(seed, aim):
    """Beside shares, too: cost and bound agree to 1e-9, and spend as well as a flat top lets tell."""
    document = instances.one_period(12, seed, limits="wide")
    document = instances.with_shares(document) if seed % 2 else document
    budget = document["budget"]["at_most"]
    found, asked = led(document, [share * budget for share in (0.5, 1.0, 2.0, 3.0)], aim)
    known = search_any(canonical_order(asked), never(), lambda *_: None)
    value, other = (-own.cost * own.model.worth for own in (found, known))
    assert value == pytest.approx(other, rel=2e-9)
    assert -found.bound * found.model.worth >= max(value, other * (1 - 1e-14))
    assert found.cost - found.bound <= SHARP * abs(found.cost)
    assert spent(found) == pytest.approx(spent(known), rel=1e-4)


@pytest.mark.parametrize("amounts", [(10.0, 20.0), (46.0, 48.0)])
def test_what_is_proved_holds_beyond_all_budgets(amounts):
    """10·√a + 10·√b − a − b is 50 at the most, where 25 are spent on each: no budget here lets that be, nor the 80 of
    their limits."""
    found, _ = led(CAPPED, amounts)
    assert spent(found) == pytest.approx(50.0, rel=1e-6)
    assert -found.bound * found.model.worth == pytest.approx(50.0, rel=1e-9)
    assert (found.model.high * found.model.scale)[found.model.spend].ravel() == pytest.approx([80.0, 80.0])


@pytest.mark.parametrize(
    ("document", "objective"),
    [
        (wire({"a": ROOT, "b": ROOT}, budget={"at_most": 100}), PROFIT),
        (instances.with_shares(instances.one_period(12, 1, s_share=0.5)), PROFIT),
        (CAPPED | {"tactics": [tactic | {"margin": 0.5} for tactic in CAPPED["tactics"]]}, PROFIT),
    ],
)
def test_where_the_points_do_not_tell_nothing_is(document, objective):
    """Spends that nothing else limits, shares of curves that are not concave, and profit of a half of revenue."""
    budget = document["budget"]["at_most"]
    assert led(document, (0.5 * budget, budget), objective)[0] is None


@pytest.mark.parametrize("document", [CAPPED, instances.with_shares(instances.one_period(20, 1))])
def test_a_frontier_searches_no_plan_for_where_money_stops_paying(document, monkeypatch):
    """The points lead to it."""
    monkeypatch.setattr(sought, "search_any", lambda *_: pytest.fail("searched by itself"))
    budget = document["budget"]["at_most"]
    question = FrontierQuestion(scenario=domain(document), amounts=(0.5 * budget, budget), target_marginal_roi=1.5)
    assert [own.status for own in frontier(question).sought] == ["optimal", "optimal"]


@pytest.mark.parametrize("seed", seeds(range(1, 2), range(1, 4)))
@pytest.mark.parametrize("kind", ["s-shaped", "tables"])
def test_within_one_budget_each_curve_is_as_large_as_pays_by_itself(kind, seed):
    """S-shaped ones and tables, of which a search of its own finds no better plan."""
    document = instances.tables(8, seed) if kind == "tables" else instances.one_period(8, seed, s_share=1.0)
    budget = document["budget"]["at_most"]
    found, asked = led(document, (0.5 * budget, 2.0 * budget))
    known = search_any(canonical_order(asked), never(), lambda *_: None)
    value, other = (-own.cost * own.model.worth for own in (found, known))
    assert other <= value * (1 + 1e-12) <= -known.bound * known.model.worth * (1 + 1e-11)
    assert found.cost - found.bound <= SHARP * abs(found.cost)


def test_of_tables_that_are_worth_as_much_at_many_spends_the_least_is_told():
    """From 10 to 30 each unit returns itself."""
    points = [[0, 0], [10, 20], [20, 30], [30, 40], [40, 41]]
    table = {"family": "tabulated", "points": points}
    document = wire([line(name, table, spend={"at_most": 40}) for name in "ab"], budget={"at_most": 60})
    assert spent(led(document, (15.0, 30.0, 50.0))[0]) == pytest.approx(20.0)


def test_a_line_that_pays_for_itself_is_bought_to_its_limit():
    """Three in revenue for each unit, up to 80 of them, where budgets let 30 be spent; so are other lines beside it."""
    document = wire([line(name, LINE, spend={"at_most": 80}) for name in "ab"], budget={"at_most": 30})
    assert spent(led(document, (10.0, 30.0))[0]) == pytest.approx(160.0)
