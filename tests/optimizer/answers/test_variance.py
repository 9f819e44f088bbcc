"""Actuals against plan, by hand: other spend and another response together are the whole difference."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.answers.variance import variance
from optimizer.problem.actuals import Actual
from optimizer.problem.scenario import Scenario
from tests.optimizer.toys import domain, line, wire

PLANNED = np.array([[50.0, 50.0, 50.0], [10.0, 10.0, 10.0]])
ACTUALS = (
    Actual(tactic="a", period="1", spend=40.0, outcome=130.0),
    Actual(tactic="b", period="1", spend=10.0),
    Actual(tactic="a", period="2", spend=60.0, outcome=150.0),
)


def stated(**more: object) -> Scenario:
    """Lines of slope 3 and 2 over three periods; an outcome of a is worth 2."""
    tactics = [
        line("a", {"family": "linear", "slope": 3}, revenue_per_outcome=2.0),
        line("b", {"family": "linear", "slope": 2}),
    ]
    return domain(wire(tactics, periods=["1", "2", "3"], budget={"at_most": 180}) | more)


def test_differences_are_split_by_spend_and_response() -> None:
    """Of a: 100 spent as planned; 300 expected, 280 measured. Of all: b as planned, not measured."""
    found = variance(stated(), PLANNED, ACTUALS)
    a = found.tactics[0].figures
    assert (a.planned_spend, a.actual_spend, a.spend_difference) == (100.0, 100.0, 0.0)
    assert (a.planned_outcome, a.expected_outcome, a.actual_outcome) == (300.0, 300.0, 280.0)
    assert (a.from_spend, a.measured_difference) == (0.0, -20.0)
    assert [row.name for row in found.by_period] == ["1", "2"]
    first, second = (row.figures for row in found.by_period)
    assert (first.spend_difference, first.from_spend, first.measured_difference) == (-10.0, -30.0, 10.0)
    assert (second.spend_difference, second.from_spend, second.measured_difference) == (10.0, 30.0, -30.0)
    b = found.tactics[1].figures
    assert (b.actual_outcome, b.measured_difference) == (None, None)
    assert (found.total.planned_spend, found.total.planned_outcome) == (110.0, 320.0)
    assert [(cell.tactic, cell.period) for cell in found.cells] == [("a", "1"), ("a", "2"), ("b", "1")]


def test_money_differs_by_whole_cents() -> None:
    """322,470.18 less than 320,000 is 2,470.18, without the digits of the doubles' own."""
    planned = np.array([[322470.18, 0.0, 0.0], [0.0, 0.0, 0.0]])
    found = variance(stated(), planned, (Actual(tactic="a", period="1", spend=320000.0),))
    assert found.total.spend_difference == found.cells[0].figures.spend_difference == -2470.18


def test_the_parts_are_the_whole_where_only_some_was_measured() -> None:
    """In total, by tactic and by period: actual − planned = other spend + another response; b as on its curve."""
    found = variance(stated(), PLANNED, (*ACTUALS, Actual(tactic="b", period="2", spend=32.0)))
    assert found.total.actual_outcome == 130 + 150 + 2 * 10 + 2 * 32
    rows = [row.figures for row in (*found.tactics, *found.by_period, *found.cells)]
    measured = [own for own in (found.total, *rows) if own.measured_difference is not None]
    assert len(measured) == 6
    for own in measured:
        assert own.actual_outcome is not None
        assert own.actual_outcome - own.planned_outcome == pytest.approx(own.from_spend + own.measured_difference)


def test_what_was_not_measured_at_all_is_said() -> None:
    """No actual outcome is made up of the curves alone."""
    found = variance(stated(), PLANNED, ACTUALS[1:2])
    assert found.total.actual_outcome is None
    assert found.sentences[-1] == "No outcome was measured."


def test_what_is_carried_over_is_expected_of_the_spend_that_was_made() -> None:
    """Half of 40 instead of 50 reaches period 2: 3·(60 + 20) expected, 3·(50 + 25) planned."""
    carried = line("a", {"family": "linear", "slope": 3}, adstock={"family": "geometric", "retention": 0.5})
    scenario = stated(tactics=[carried, line("b", {"family": "linear", "slope": 2})])
    second = variance(scenario, PLANNED, ACTUALS).by_period[1].figures
    assert (second.planned_outcome, second.expected_outcome) == (pytest.approx(225.0), pytest.approx(240.0))


def test_goals_are_held_against_what_happened_in_their_scope() -> None:
    """Revenue of a in period 1: 300 planned, 240 on the curves, 260 measured; a goal of period 3 is not told of."""
    goals = [
        {"name": "a first", "metric": "revenue", "at_least": 600, "scope": {"tactics": ["a"], "periods": ["1", "3"]}},
        {"name": "third", "metric": "revenue", "at_least": 5, "scope": {"periods": ["3"]}},
        {"name": "profit", "metric": "profit", "at_least": 1},
    ]
    found = variance(stated(goals=goals), PLANNED, ACTUALS)
    first, profit = found.goals
    assert (first.name, first.target) == ("a first", 600)
    assert (first.planned, first.expected, first.actual, first.difference) == (300.0, 240.0, 260.0, -40.0)
    assert profit.actual == 2 * 280 + 20 - 110


def test_the_figures_are_told_in_sentences() -> None:
    """Spend, outcome on the curves, and what was measured beside them."""
    found = variance(stated(), PLANNED, (*ACTUALS, Actual(tactic="b", period="2", spend=32.0)))
    assert found.sentences == (
        "142 EUR was spent in 2 periods, 120 EUR was planned: 18.3 % more.",
        "On the curves that brings 384 of outcome, 340 was planned: 12.9 % more.",
        "What was measured is 20 less than the curves say.",
        "Not measured, or not in every period, and counted there as the curves say: b.",
    )


def test_without_actuals_there_is_nothing_to_tell() -> None:
    """Nothing is compared, and that is said."""
    found = variance(stated(), PLANNED, [Actual(tactic="a", period="2031", spend=1.0)])
    assert (found.periods, found.cells, found.goals, found.total.actual_spend) == ((), (), (), 0.0)
    assert found.sentences[0] == "There are no actuals of these periods yet."


def test_lines_that_match_nothing_are_told() -> None:
    """By what is missing in the plan; no figure counts them."""
    period = stated().periods[0]
    own, strange, late = (
        Actual(tactic="a", period=period, spend=1.0),
        Actual(tactic="nobody", period=period, spend=2.5, outcome=7.0),
        Actual(tactic="a", period="2031", spend=4.0),
    )
    found = variance(stated(), PLANNED, [own, strange, late])
    assert found.total == variance(stated(), PLANNED, [own]).total
    assert [(line.tactic, line.period, line.spend, line.why) for line in found.unmatched] == [
        ("nobody", period, 2.5, "tactic"),
        ("a", "2031", 4.0, "period"),
    ]
    assert found.sentences[-2].endswith("are not counted: nobody.")
    assert "2.5" in found.sentences[-2]
    assert found.sentences[-1] == "Lines of other periods are not counted: 2031."
