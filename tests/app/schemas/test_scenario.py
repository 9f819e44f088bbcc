"""Scenarios from the wire to the domain and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from app.schemas.scenario import EXAMPLE, ScenarioIn, read_scenario, scenario_to_wire
from optimizer.errors import ScenarioError
from optimizer.problem.canonical import digest
from optimizer.problem.scenario import Scenario
from tests.app.schemas.generated import scenarios
from tests.app.schemas.samples import WHOLE, Document, whole
from tests.effort import examples

CONTRACT = json.loads((Path(__file__).parents[2] / "contract" / "examples.json").read_text())
EXAMPLES = Path(__file__).parents[3] / "examples"


def read(document: object) -> Scenario:
    """The domain's scenario."""
    return read_scenario(json.dumps(document).encode())


def test_every_field_reaches_the_domain_and_comes_back() -> None:
    """The wire form of a scenario that states everything states it again, word for word."""
    assert scenario_to_wire(read(WHOLE)) == WHOLE


@settings(max_examples=examples(60), deadline=None)
@given(document=scenarios())
def test_a_round_trip_changes_nothing(document: Document) -> None:
    """wire → domain → wire → domain gives an equal scenario with the same digest."""
    scenario = read(document)
    again = read(scenario_to_wire(scenario))
    assert again == scenario
    assert digest(again) == digest(scenario)


@pytest.mark.parametrize("example", CONTRACT, ids=lambda example: example["name"])
def test_the_contract_examples_are_read(example: Document) -> None:
    """Every example in the contract is a scenario, and comes back."""
    scenario = read(example["scenario"])
    assert read(scenario_to_wire(scenario)) == scenario


@pytest.mark.parametrize("name", ["robyn.json", "full_funnel.json", "launch.json"])
def test_the_examples_are_scenarios(name: str) -> None:
    """What the README tells people to start from can be read, and comes back."""
    scenario = read_scenario((EXAMPLES / name).read_bytes())
    assert read(scenario_to_wire(scenario)) == scenario


def test_the_manual_s_example_is_a_scenario() -> None:
    """The example in the OpenAPI schema can be sent as it stands."""
    assert len(read(EXAMPLE).tactics) == 2


def test_order_and_number_style_do_not_change_the_digest() -> None:
    """3 and 3.0, and tactics in another order, are one scenario."""

    def reorder(document: Document) -> None:
        document["tactics"].reverse()
        document["tactics"][-1]["current_spend"] = 100.0

    assert digest(read(whole(reorder))) == digest(read(WHOLE))


def test_every_field_of_the_manual_is_described() -> None:
    """The schema is the manual: each field of what is sent has a description."""
    schema = ScenarioIn.model_json_schema()
    silent = [
        f"{model}.{name}"
        for model, body in {**schema["$defs"], "ScenarioIn": schema}.items()
        for name, field in body["properties"].items()
        if not field.get("description") and "const" not in field
    ]
    assert silent == []


def test_what_does_not_fit_the_fields_is_an_error_of_the_library() -> None:
    """One tree of errors for who calls from Python: path, problem, remedy of each finding, and never the input."""
    document = WHOLE | {"colour": 1, "budget": {"at_most": "a secret"}}
    with pytest.raises(ScenarioError) as refused:
        read(document)
    found = [refused.value, *refused.value.others]
    assert {(error.code, error.path) for error in found} == {
        ("not_a_number", "budget.at_most"),
        ("unknown_field", "colour"),
    }
    assert "secret" not in "".join(map(str, found))


@pytest.mark.parametrize("little", [5e-324, 1e-320, -1e-300, 1e-260])
def test_a_number_that_doubles_cannot_reckon_with_is_nothing(little: float) -> None:
    """Divided by it a limit is infinite, and such a budget ended in an error of ours."""
    budget = read(WHOLE | {"budget": {"at_most": little}}).budget.total
    assert budget is not None
    assert budget.at_most == 0.0
