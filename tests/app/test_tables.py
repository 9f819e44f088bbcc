"""Plans and comparisons for people."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from app.schemas.comparison import ComparisonOut
from app.schemas.plan import PlanOut
from app.tables import certificate, show_comparison, show_plan
from optimizer.answers.comparison import compare
from optimizer.answers.plan import Conflict, NextUse, Relaxation, Repair, RuleResult
from optimizer.answers.price import given
from tests.optimizer.answers.plans import candidate, no_plan, plan, root, scenario, tactic

PLAN = plan(scenario(), {"tv": 40.0, "search": 60.0})


def paper() -> Console:
    """A wide console that keeps what is printed."""
    return Console(file=StringIO(), width=200, color_system=None)


def text(console: Console) -> str:
    """What was printed."""
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_the_certificate_is_told_in_words() -> None:
    """What was proved is a sentence, and nothing more than that was proved."""
    proved = PlanOut.from_domain(replace(PLAN, status="optimal", gap=3e-7))
    assert certificate(proved) == "Certificate: no plan can be better by more than 0.0001 % (optimal)."
    rough = PlanOut.from_domain(replace(PLAN, gap=0.0123))
    assert certificate(rough) == "Certificate: no plan can be better by more than 1.3 % (feasible)."
    nothing = PlanOut.from_domain(replace(PLAN, status="feasible", value=0.0, bound=0.5, gap=None))
    assert certificate(nothing) == "Certificate: the plan is worth 0, no plan can be worth more than 0.5 (feasible)."
    unproved = PlanOut.from_domain(replace(PLAN, status="feasible", bound=None, gap=None))
    assert certificate(unproved) == "Nothing was proved about better plans."
    stuck = Conflict(conflicting=("budget", "floor"), minimal=True, detail="")
    conflict = PlanOut.from_domain(replace(no_plan(scenario()), status="conflict", conflict=stuck))
    assert certificate(conflict) == "No plan can satisfy all of: budget, floor."


def test_what_would_mend_a_conflict_is_said() -> None:
    """Any one change where one is enough; else the repair of several; further conflicts beside."""
    raised = Relaxation(
        item="budget", side="at_most", stated=1.0, to=3.0, change=2.0, unit="EUR", sentence="raise budget to 3 (by 2)"
    )
    stuck = Conflict(conflicting=("budget", "floor"), minimal=True, detail="", relaxations=(raised,))
    made = replace(no_plan(scenario()), status="conflict", conflict=stuck)
    told = "No plan can satisfy all of: budget, floor.\nAny one of these mends it: raise budget to 3 (by 2)."
    assert certificate(PlanOut.from_domain(made)) == told
    both = Repair(changes=(raised,), money=2.0, sentence="raise budget to 3 (by 2)")
    several = replace(stuck, relaxations=(), cheapest=both, further=(("a", "b"),))
    told = "No plan can satisfy all of: budget, floor.\nNor all of: a, b.\nThis mends it: raise budget to 3 (by 2)."
    assert certificate(PlanOut.from_domain(replace(made, conflict=several))) == told
    assert certificate(PlanOut.from_domain(no_plan(scenario()))) == "No plan was found in time."


def test_a_plan_is_shown_with_its_totals_and_goals() -> None:
    """Spend and revenue in whole money, goals in sentences; brackets in names are no markup."""
    console = paper()
    show_plan("Spring [EUR]", PlanOut.from_domain(PLAN), console)
    shown = text(console)
    assert "Spring [EUR]" in shown
    assert "Spend 100, revenue 260." in shown
    assert "Goal FY: 260 of 100, met." in shown


def test_prices_are_shown_with_their_ranges() -> None:
    """And where the next money would go, with what stops it there."""
    ruled = RuleResult(
        name="[floor]", binding=True, price=-0.5, price_unit="revenue per unit of money", price_holds_to=1234567.8
    )
    uses = (
        NextUse(tactic="tv", period="1", gain=3.0, limited_by=("budget", "[floor]")),
        NextUse(tactic="search", period="1", gain=2.0, limited_by=("budget",)),
    )
    console = paper()
    show_plan("Spring", PlanOut.from_domain(replace(PLAN, rules=(ruled,), next_best=uses)), console)
    shown = text(console)
    assert "Price of [floor]: -0.5 revenue per unit of money, holds to 1,234,568." in shown
    assert "Next best uses of money: tv (1) 3, stopped by [floor], search (1) 2." in shown


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            {"price": 1234.0, "price_holds_from": 0.35, "price_holds_to": 0.4},
            "12.34 revenue per percentage point, holds from 35 % to 40 %.",
        ),
        (
            {"price": 1234.0, "price_holds_from": 0.35, "price_holds_to": 0.35},
            "12.34 revenue per percentage point, holds at this limit only.",
        ),
        (
            {"price": 1234.0, "price_holds_from": 0.35, "price_holds_to": 0.350_000_001},
            "12.34 revenue per percentage point, holds at this limit only.",
        ),
        (
            {"price": 1234.0, "price_note": given(True, False, True)},
            "12.34 revenue per percentage point, and how far that holds was not worked out.",
        ),
    ],
    ids=["a range", "a point", "ends that read alike", "nothing known"],
)
def test_shares_are_told_in_percent_and_what_is_no_range_in_words(rule, words) -> None:
    """A price per whole share, and 0.35, are for machines."""
    ruled = RuleResult(name="brand", binding=True, price_unit="revenue per whole share", **rule)
    console = paper()
    show_plan("Spring", PlanOut.from_domain(replace(PLAN, rules=(ruled,))), console)
    assert f"Price of brand: {words}" in " ".join(text(console).split())


def test_a_comparison_shows_differences_by_name() -> None:
    """Paths hold brackets, and keep them."""
    other = candidate("b", scenario(tactic("tv", root(10.0)), budget=50.0), {"tv": 25.0})
    console = paper()
    show_comparison(ComparisonOut.from_domain(compare([candidate("a", scenario(), {"search": 5.0}), other])), console)
    shown = text(console)
    assert "tactics[search]" in shown
    assert "on the curves of a" in " ".join(shown.split())
    assert "budget.total.at_most" in shown


def test_labels_can_be_replaced_by_names() -> None:
    """Ids become names everywhere."""
    compared = ComparisonOut.from_domain(compare([candidate(x, scenario(), {"tv": 5.0}) for x in "ab"]))
    named = compared.named({"a": "Spring", "b": "Autumn"})
    assert named.labels == ["Spring", "Autumn"]
    assert named.common == "Spring"
    assert [each.label for each in named.revalued] == ["Spring", "Autumn"]
