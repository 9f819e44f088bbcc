"""Published problems from a workbook come to the known answer."""

from __future__ import annotations

import pytest

from app.schemas.scenario import ScenarioIn, scenario_to_wire
from app.spreadsheets.scenario.read import read_scenario_workbook
from app.spreadsheets.scenario.write import scenario_workbook
from optimizer.optimize import optimize
from optimizer.problem.canonical import digest
from tests.effort import seeds
from tests.known_answers import meridian, paid_search, pymc, robyn, syntex, textbook
from tests.known_answers.case import Case

SOLVED = [*textbook.cases(), *syntex.cases()]
OTHERS = [case for module in (robyn, meridian, paid_search, pymc) for case in module.cases()]
AGAIN = ("published", "budget of 3000")  # the scenario of the case before it, or all but its budget


@pytest.mark.parametrize("case", seeds(SOLVED[3:8], SOLVED), ids=lambda case: case.name)
def test_a_published_problem_from_a_workbook(case: Case) -> None:
    """The optimum that the source gives."""
    plan = optimize(read_scenario_workbook(scenario_workbook(case.scenario)))
    assert plan.status == "optimal"
    assert getattr(plan.totals, case.field) == pytest.approx(case.optimum, rel=case.tolerance)


@pytest.mark.parametrize(
    "case",
    seeds([*SOLVED, *(case for case in OTHERS if not case.name.endswith(AGAIN))], OTHERS),
    ids=lambda case: case.name,
)
def test_the_others_are_the_same_scenario_from_a_workbook(case: Case) -> None:
    """What is solved elsewhere is stated here, to the last bit."""
    scenario = ScenarioIn.model_validate(case.scenario).to_domain()
    assert digest(read_scenario_workbook(scenario_workbook(scenario_to_wire(scenario)))) == digest(scenario)
