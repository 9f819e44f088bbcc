"""A scenario to a workbook and back is the identical scenario, whatever it states."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.schemas.scenario import ScenarioIn, read_scenario, scenario_to_wire
from app.spreadsheets.scenario.read import opened, read_scenario_workbook, scenario_document
from app.spreadsheets.scenario.write import scenario_workbook
from optimizer.problem.canonical import digest
from optimizer.problem.scenario import Scenario
from optimizer.sources.tables.cells import Row, Workbook
from tests.app.schemas.generated import scenarios
from tests.app.schemas.samples import WHOLE
from tests.app.spreadsheets.office import needs_office, saved_again
from tests.app.spreadsheets.opened import opened as xml
from tests.app.spreadsheets.plans import HOSTILE, hostile
from tests.effort import examples

ROOT = Path(__file__).parents[4]
EXAMPLES = [path.stem for path in (ROOT / "examples").glob("*.json")]


def whole() -> Scenario:
    """A scenario with something of everything."""
    return ScenarioIn.model_validate(WHOLE).to_domain()


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=examples(40))
@given(scenarios())
def test_a_workbook_is_read_as_the_same_scenario(document: dict[str, Any]) -> None:
    """By the digest, and field by field as JSON; no cell of it is a formula."""
    assert_round_trip(ScenarioIn.model_validate(document).to_domain())


@pytest.mark.deep
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=1000)
@given(scenarios())
def test_a_thousand_workbooks_are_read_as_the_same_scenario(document: dict[str, Any]) -> None:
    """The same, a thousand times."""
    assert_round_trip(ScenarioIn.model_validate(document).to_domain())


def assert_round_trip(scenario: Scenario) -> None:
    """XLSX and JSON give the scenario back."""
    wire = scenario_to_wire(scenario)
    raw = scenario_workbook(wire)
    assert digest(read_scenario(json.dumps(wire).encode())) == digest(scenario)
    assert digest(read_scenario_workbook(raw)) == digest(scenario)
    assert scenario_document(opened(raw))[0] == wire
    assert xml(raw).every_formula() == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_survive(name: str) -> None:
    """Every scenario of examples/."""
    assert_round_trip(read_scenario((ROOT / "examples" / f"{name}.json").read_bytes()))


def test_something_of_everything_survives() -> None:
    """Pools, leads, events, metrics, tags, draws, patterns, rules of many kinds."""
    assert_round_trip(whole())


def test_hostile_names_survive() -> None:
    """Formulas, links, outer blanks, escapes, right-to-left, emoji, 300 characters: each is the name it was."""
    scenario = ScenarioIn.model_validate(hostile()).to_domain()
    assert {tactic.name for tactic in scenario.tactics} == set(HOSTILE)
    assert_round_trip(scenario)


def test_a_tactic_from_a_template_survives() -> None:
    """What was never written out stays so: the document comes back as it was."""
    tactic = {"name": "fair", "template": "industry_events", "current_spend": 100.0, "current_outcome": 350.5}
    document = {
        "name": "t", "currency": "EUR", "objective": {"maximize": "revenue"}, "budget": {"at_most": 500},
        "tactics": [tactic | {"period": "week", "saturation": 0.4}],
    }  # fmt: skip
    assert scenario_document(opened(scenario_workbook(document)))[0] == document


def test_more_columns_than_a_sheet_shows() -> None:
    """Hundreds of different tags: those without a column stand on the sheet of further fields."""
    tactics = [
        {"name": f"t{k}", "stage": "upstream", "response": {"family": "linear", "slope": 1.0},
         "spend": {"at_most": 1.0},
         "tags": {f"tag {k} {j}": f"{j}" for j in range(20)}}
        for k in range(20)
    ]  # fmt: skip
    document = {"name": "t", "currency": "EUR", "objective": {"maximize": "revenue"}, "tactics": tactics}
    assert_round_trip(ScenarioIn.model_validate(document).to_domain())


def with_slopes(slopes: list[float]) -> dict[str, Any]:
    """A tactic for each; a margin, too, which stands on the sheet of further fields where it has no column."""
    tactics = [
        {
            "name": f"t{k}",
            "stage": "upstream",
            "response": {"family": "linear", "slope": slope},
            "spend": {"at_most": 1},
            "seasonality": [min(slope, 1.0)],
        }
        for k, slope in enumerate(slopes)
    ]
    return {"name": "t", "currency": "EUR", "objective": {"maximize": "revenue"}, "tactics": tactics}


def cut(raw: bytes) -> Workbook:
    """The workbook with every number to 15 digits, as LibreOffice saves it."""
    book = opened(raw)
    return replace(book, sheets=tuple(replace(sheet, rows=tuple(map(_cut, sheet.rows))) for sheet in book.sheets))


def _cut(row: Row) -> Row:
    return tuple(float(f"{cell:.15g}") if isinstance(cell, float) else cell for cell in row)


@given(st.lists(st.floats(allow_nan=False, min_value=1e-6, max_value=1e12), min_size=1, max_size=8), st.integers(1, 3))
@settings(max_examples=examples(20))
def test_numbers_that_fifteen_digits_do_not_tell_apart_survive(slopes: list[float], ulps: int) -> None:
    """Neighbours of each other, cut to 15 digits in the saved file: each is read as what it was."""
    near = [*slopes, *(slope + k * math.ulp(slope) for slope in slopes for k in range(1, ulps + 1))]
    document = scenario_document(cut(scenario_workbook(with_slopes(near))))[0]
    assert document == scenario_document(opened(scenario_workbook(with_slopes(near))))[0]
    assert [tactic["response"]["slope"] for tactic in document["tactics"]] == near


@given(st.lists(st.floats(allow_nan=False, min_value=1e-6, max_value=1e12), min_size=1, max_size=8))
@settings(max_examples=examples(20))
def test_numbers_survive_to_the_last_bit(slopes: list[float]) -> None:
    """Seventeen digits where it takes seventeen."""
    read = read_scenario_workbook(scenario_workbook(with_slopes(slopes)))
    assert [tactic.response.members[0].slope for tactic in read.tactics] == slopes  # type: ignore[attr-defined]


@needs_office
def test_scenarios_survive_libreoffice(tmp_path: Path) -> None:
    """Opened and saved by LibreOffice, which keeps 15 digits of a number, it is still the identical scenario."""
    stated = {name: read_scenario((ROOT / "examples" / f"{name}.json").read_bytes()) for name in EXAMPLES}
    alike = [
        0.1 + 0.2,
        0.3,
        1 / 3,
        0.333333333333333,
        2 / 3,
        289293.8170449015,
        289293.81704490156,
        1e-9 / 3,
        1e12 / 7,
    ]
    stated["alike"] = ScenarioIn.model_validate(with_slopes(alike)).to_domain()
    stated |= {"whole": whole(), "hostile": ScenarioIn.model_validate(hostile()).to_domain()}
    again = saved_again(tmp_path, {name: scenario_workbook(scenario_to_wire(own)) for name, own in stated.items()})
    assert {name: digest(read_scenario_workbook(raw)) for name, raw in again.items()} == {
        name: digest(scenario) for name, scenario in stated.items()
    }


@needs_office
@pytest.mark.deep
def test_generated_scenarios_survive_libreoffice(tmp_path: Path) -> None:
    """A hundred of them, each the identical scenario after LibreOffice saved it."""
    made: list[Scenario] = []

    @settings(suppress_health_check=[*HealthCheck], max_examples=100, database=None)
    @given(scenarios())
    def collect(document: dict[str, Any]) -> None:
        made.append(ScenarioIn.model_validate(document).to_domain())

    collect()
    again = saved_again(tmp_path, {str(n): scenario_workbook(scenario_to_wire(own)) for n, own in enumerate(made)})
    assert [digest(read_scenario_workbook(again[str(n)])) for n in range(len(made))] == [digest(own) for own in made]
