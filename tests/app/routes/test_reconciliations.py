"""/v1/reconciliations and `headrace reconcile`, with the real library."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.cli import app
from app.config import Settings
from app.main import create_app

PAGE = (Path(__file__).parents[3] / "docs" / "reconciliation.md").read_text()
[SHOWN] = re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with the real solver."""
    url = f"sqlite:///{tmp_path_factory.mktemp('reconciliations') / 'plans.sqlite3'}"
    with TestClient(create_app(Settings(database_url=url, workers=1, log_level="error"))) as client:
        yield client


def body(**change: Any) -> dict[str, Any]:
    """The page's example, changed."""
    document: dict[str, Any] = json.loads(SHOWN)
    return document | change


def test_the_example_of_the_page_is_reconciled(service: TestClient) -> None:
    """600 + 1400 of 2300 with 900 spent: 100 more on search bring the 300, the least that can be moved."""
    answer = service.post("/v1/reconciliations", json=body())
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["status"], found["fits"]) == ("optimal", False)
    assert [(each["tactic"], each["spend_to"]) for each in found["changes"]] == [("search", 300.0)]
    assert found["changes"][0]["owners"] == [{"owner": "north team", "spend_from": 200.0, "spend_to": 300.0}]
    assert [each["flagged"] for each in found["expectations"]] == [True]
    assert found["summary"] == [
        "The proposal spends 900 EUR and earns a revenue of 2,000 EUR.",
        "It misses FY.",
        "Moving 100 EUR on 1 line closes the gap; no plan closes it by moving less than 100 EUR.",
    ]
    assert service.get("/v1/plans").json()["plans"] == []


def test_the_command_line_answers_the_same(service: TestClient, tmp_path: Path) -> None:
    """The same document; exit code 3 for a conflict, 2 for a wrong file."""
    file = tmp_path / "proposal.json"
    file.write_text(json.dumps(body()))
    result = CliRunner().invoke(app, ["reconcile", str(file)])
    assert (result.exit_code, json.loads(result.stdout)) == (0, service.post("/v1/reconciliations", json=body()).json())
    high = body()["scenario"] | {"goals": [{"name": "FY", "metric": "revenue", "at_least": 9999}]}
    file.write_text(json.dumps(body(scenario=high)))
    assert CliRunner().invoke(app, ["reconcile", str(file)]).exit_code == 3
    file.write_text(json.dumps(body(method="most_money")))
    assert CliRunner().invoke(app, ["reconcile", str(file)]).exit_code == 2


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"method": "most_money"}, "unknown_value", "method"),
        ({"proposal": [{"owner": "a", "tactic": "radio", "spend": 1}]}, "unknown_tactic", "proposal[0].tactic"),
        ({"proposal": [{"owner": "", "tactic": "tv", "spend": 1}]}, "empty_name", "proposal[0].owner"),
        ({"proposal": [{"owner": "a", "tactic": "tv", "spend": -1}]}, "out_of_range", "proposal[0].spend"),
        (
            {"proposal": [{"owner": "a", "tactic": "tv", "period": "9", "spend": 1}]},
            "unknown_period",
            "proposal[0].period",
        ),
        ({"scenario": {}}, "missing_field", "scenario.name"),
        ({"colour": 1}, "unknown_field", "colour"),
    ],
)
def test_what_is_wrong_is_told_where_it_is(service: TestClient, change: dict[str, Any], code: str, path: str) -> None:
    """422, code and path."""
    answer = service.post("/v1/reconciliations", json=body(**change))
    assert (answer.status_code, answer.json()["code"], answer.json()["errors"][0]["path"]) == (422, code, path)


def test_the_limits_of_the_installation_hold(service: TestClient) -> None:
    """A time limit above what is allowed here is refused."""
    scenario = body()["scenario"] | {"solve": {"time_limit": 80000}}
    assert service.post("/v1/reconciliations", json=body(scenario=scenario)).json()["code"] == "time_limit_too_long"


def test_lines_without_a_scenario_are_told_so(service: TestClient) -> None:
    """A CSV says nothing of goals: the plan or the scenario is to be named."""
    lines = "owner,tactic,period,spend\nnorth,tv,all,5\n"
    answer = service.post("/v1/reconciliations", content=lines, headers={"Content-Type": "text/csv"})
    assert (answer.status_code, answer.json()["code"]) == (422, "no_scenario")
    assert "name the plan" in answer.json()["detail"]
