"""Risk over HTTP and on the command line: from draws in a document to what a plan loses against knowing the draw."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.cli import app
from app.config import Settings
from app.main import create_app
from app.schemas.scenario import ScenarioIn, scenario_to_wire

Document = dict[str, Any]

# tv: 10 or 1 a unit, radio: 3 or 2; of 100 in all, 60 at most each. The worst half is the draw that is worst.
SCENARIO: Document = {
    "name": "risky",
    "currency": "EUR",
    "objective": {"maximize": "revenue"},
    "budget": {"at_most": 100},
    "tactics": [
        {
            "name": "tv",
            "stage": "upstream",
            "response": {"family": "linear", "draws": [{"slope": 10}, {"slope": 1}]},
            "spend": {"at_most": 60},
        },
        {
            "name": "radio",
            "stage": "downstream",
            "response": {"family": "linear", "draws": [{"slope": 3}, {"slope": 2}]},
            "spend": {"at_most": 60},
        },
    ],
    "goals": [{"name": "enough", "metric": "revenue", "at_least": 200}],
}
CAUTIOUS = SCENARIO | {"objective": {"maximize": "revenue", "confidence": 0.5}}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with the real solver."""
    url = f"sqlite:///{tmp_path_factory.mktemp('risk') / 'plans.sqlite3'}"
    with TestClient(create_app(Settings(database_url=url, workers=1, log_level="error"))) as client:
        yield client


def test_confidence_spends_for_the_worst_draw(service: TestClient) -> None:
    """Expected value fills tv (5.5 a unit); the worst draw fills radio (2 a unit): 60·2 + 40·1."""
    bold, careful = (service.post("/v1/plans", json=each).json() for each in (SCENARIO, CAUTIOUS))
    assert [line["spend"] for line in bold["tactics"]] == [60, 40]
    assert [line["spend"] for line in careful["tactics"]] == [40, 60]
    assert (careful["status"], careful["value"]) == ("optimal", 160)
    assert careful["risk"]["value"] == {"mean": 370, "low": 160, "high": 580, "cvar": 160}
    assert bold["risk"]["value"] == {"mean": 430, "low": 140, "high": 720, "cvar": 140}
    assert careful["risk"]["goals"] == [{"name": "enough", "chance": 0.5}]


def test_a_stored_plan_is_weighed_against_knowing_the_draw(service: TestClient) -> None:
    """Under the first draw 60·10 + 40·3 was to be had; under the second the careful plan is the best there is."""
    made = service.post("/v1/plans", json=CAUTIOUS)
    answer = service.get(made.headers["location"] + "/risk")
    assert answer.status_code == 200
    told = answer.json()
    assert told["risk"] == made.json()["risk"]
    hindsight = told["hindsight"]
    assert (hindsight["asked"], hindsight["solved"]) == (2, 2)
    assert [(each["draw"], each["value"], round(each["regret"], 6)) for each in hindsight["draws"]] == [
        (1, 160, 0),
        (0, 580, 140),
    ]
    assert (round(hindsight["mean"], 6), round(hindsight["worst_at_most"], 6)) == (70, 140)
    one = service.get(made.headers["location"] + "/risk", params={"draws": 1}).json()["hindsight"]
    assert one["solved"] == 1
    wrong = service.get(made.headers["location"] + "/risk", params={"draw": 1})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown_parameter")


def test_evaluations_tell_risk(service: TestClient) -> None:
    cells = [{"tactic": "tv", "spend": 40}, {"tactic": "radio", "spend": 60}]
    told = service.post("/v1/evaluations", json={"scenario": CAUTIOUS, "allocations": cells}).json()
    assert (told["value"], told["risk"]["value"]["cvar"]) == (160, 160)


def test_what_has_no_risk_is_a_problem(service: TestClient) -> None:
    certain = SCENARIO | {"tactics": [SCENARIO["tactics"][0] | {"response": {"family": "linear", "slope": 2}}]}
    made = service.post("/v1/plans", json=certain)
    assert made.json()["risk"] is None
    answer = service.get(made.headers["location"] + "/risk")
    assert (answer.status_code, answer.json()["code"]) == (422, "no_draws")
    assert service.get("/v1/plans/plan_0/risk").status_code == 404
    assert service.get(made.headers["location"] + "/risk", params={"draws": 0}).status_code == 422


def test_draws_that_do_not_belong_together_are_refused(service: TestClient) -> None:
    tactics = json.loads(json.dumps(CAUTIOUS["tactics"]))
    tactics[1]["response"]["draws"].append({"slope": 5})
    answer = service.post("/v1/plans", json=CAUTIOUS | {"tactics": tactics})
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (422, "unequal_draws")
    assert error["path"] == "tactics[1].response.draws"


def test_a_record_is_weighed_on_the_command_line(tmp_path: Path) -> None:
    scenario, record = tmp_path / "scenario.json", tmp_path / "record.json"
    scenario.write_text(json.dumps(CAUTIOUS))
    record.write_text(CliRunner().invoke(app, ["solve", "--with-scenario", str(scenario)]).stdout)
    result = CliRunner().invoke(app, ["risk", str(record), "--draws", "2"])
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["risk"]["draws"], round(told["hindsight"]["worst"], 6)) == (2, 140)
    assert CliRunner().invoke(app, ["risk", str(scenario)]).exit_code == 2


def test_confidence_is_written_as_it_was_read() -> None:
    scenario = ScenarioIn.model_validate(CAUTIOUS).to_domain()
    assert scenario_to_wire(scenario)["objective"] == {"maximize": "revenue", "confidence": 0.5}
    assert ScenarioIn.model_validate(scenario_to_wire(scenario)).to_domain() == scenario
