"""The wire contract by example: every scenario whose answer can be checked by hand, over HTTP and the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.cli import app
from app.config import Settings
from app.main import create_app
from tests.oracles.recheck import recheck

Document = dict[str, Any]
Ask = Callable[[Document], Document]

EXAMPLES: list[Document] = json.loads((Path(__file__).parents[1] / "contract" / "examples.json").read_text())
RIVER = [example for example in EXAMPLES if "demand_pools" in example["scenario"]]
GIVEN = [example for example in EXAMPLES if "evaluate" in example]
CONFLICTS = [example for example in EXAMPLES if example["expect"].get("status") == "conflict"]
SOLVED = [example for example in EXAMPLES if example not in RIVER + GIVEN + CONFLICTS]
EXIT = {"optimal": 0, "feasible": 0, "conflict": 3, "no_plan": 4}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with the real solver."""
    url = f"sqlite:///{tmp_path_factory.mktemp('contract') / 'plans.sqlite3'}"
    with TestClient(create_app(Settings(database_url=url, workers=1, log_level="error"))) as client:
        yield client


@pytest.fixture(params=["http", "command line"])
def ask(request: pytest.FixtureRequest, service: TestClient, tmp_path: Path) -> Ask:
    """How a scenario becomes a plan: both ways."""

    def over_http(scenario: Document) -> Document:
        answer = service.post("/v1/plans", json=scenario)
        assert answer.status_code == 201
        stored: Document = service.get(answer.headers["location"]).json()
        assert stored == answer.json()
        return stored

    def by_command(scenario: Document) -> Document:
        file = tmp_path / "scenario.json"
        file.write_text(json.dumps(scenario))
        result = CliRunner().invoke(app, ["solve", str(file)])
        plan: Document = json.loads(result.stdout)
        assert result.exit_code == EXIT[plan["status"]]
        return plan

    return over_http if request.param == "http" else by_command


@pytest.mark.parametrize("example", SOLVED, ids=lambda example: example["name"])
def test_a_plan_is_what_the_contract_says(ask: Ask, example: Document) -> None:
    """Status, spend to the cent, value, the budget's and the goal's price, and what binds."""
    plan, expect = ask(example["scenario"]), example["expect"]
    assert plan["status"] == expect["status"]
    assert {line["tactic"]: line["spend"] for line in plan["tactics"]} == expect["spend"]
    assert plan["value"] == pytest.approx(expect["value"], rel=1e-6)
    assert recheck(example["scenario"], plan) == []
    if "budget_price" in expect:
        assert plan["budget"]["price"] == pytest.approx(expect["budget_price"], rel=1e-4)
    if "goal_price" in expect:
        assert [goal["price"] for goal in plan["goals"]] == [pytest.approx(expect["goal_price"], rel=1e-4)]
    if "binding" in expect:
        assert {rule["name"] for rule in plan["rules"] if rule["binding"]} == set(expect["binding"])


@pytest.mark.parametrize("example", CONFLICTS, ids=lambda example: example["name"])
def test_a_conflict_names_what_cannot_all_hold(ask: Ask, example: Document) -> None:
    """The names of the limits, what would mend it, and no plan."""
    plan = ask(example["scenario"])
    assert (plan["status"], plan["value"], plan["allocations"]) == ("conflict", None, [])
    conflict, expect = plan["conflict"], example["expect"]
    assert sorted(conflict["conflicting"]) == sorted(expect["conflicting"])
    changes = [{key: own[key] for key in ("item", "from", "to")} for own in conflict["relaxations"]]
    assert sorted(changes, key=itemgetter("item")) == sorted(expect["relaxations"], key=itemgetter("item"))
    assert {own["change"] for own in conflict["relaxations"]} == {30}
    assert conflict["cheapest"]["money"] == 30
    assert conflict["relaxations"][0]["sentence"] == "raise budget to 130 (by 30)"


@pytest.mark.parametrize("example", GIVEN, ids=lambda example: example["name"])
def test_a_given_allocation_is_valued(service: TestClient, example: Document) -> None:
    """Total, baseline and incremental outcome, in all and by period."""
    body = {"scenario": example["scenario"], "allocations": example["evaluate"]}
    answer, expect = service.post("/v1/evaluations", json=body).json(), example["expect"]
    for total in ("total_outcome", "baseline_outcome", "outcome"):
        assert answer["totals"][total] == pytest.approx(expect[total])
    assert [cell["outcome"] for cell in answer["allocations"]] == pytest.approx(expect["by_period"])


@pytest.mark.parametrize("example", RIVER, ids=lambda example: example["name"])
def test_demand_must_be_made_before_it_can_be_converted(ask: Ask, example: Document) -> None:
    """Value, budget price, spend and the stock of the first period."""
    plan, expect = ask(example["scenario"]), example["expect"]
    assert plan["status"] == expect["status"]
    assert plan["value"] == pytest.approx(expect["value"], rel=1e-4)
    assert plan["budget"]["price"] == pytest.approx(expect["budget_price"], rel=1e-4)
    assert {line["tactic"]: line["spend"] for line in plan["tactics"]} == expect["spend"]
    assert plan["demand"][0]["stock"] == expect["stock_in_first_period"]
    assert recheck(example["scenario"], plan) == []
