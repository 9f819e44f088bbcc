"""From HTTP to the real solver and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app
from app.routes.documents import WireDocuments
from app.schemas.scenario import ScenarioIn
from app.solving.job import solve
from optimizer.optimize import SizeLimits
from tests.app.conftest import small


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with the real solver."""
    url = f"sqlite:///{tmp_path_factory.mktemp('stories') / 'plans.sqlite3'}"
    with TestClient(create_app(Settings(database_url=url, log_level="error"))) as client:
        yield client


def test_a_budget_is_planned_and_proved(planner: TestClient) -> None:
    """400 at slope 3 and 600 at slope 2 make 2400, with a bound that says so."""
    plan = planner.post("/v1/plans", json=small("Spring")).json()
    assert (plan["status"], plan["value"]) == ("optimal", 2400.0)
    assert plan["certificate"]["gap"] <= 1e-6
    assert {cell["tactic"]: cell["spend"] for cell in plan["allocations"]} == {"search": 400.0, "tv": 600.0}
    assert planner.get("/v1/plans").json()["plans"][0]["spend"] == 1000.0


def test_a_goal_out_of_reach_is_a_conflict_that_names_it(planner: TestClient) -> None:
    """201 with the goal among those that cannot all hold."""
    goal = {"name": "moon", "metric": "revenue", "at_least": 1e6, "required": True}
    answer = planner.post("/v1/plans", json=small("Conflict") | {"goals": [goal]})
    assert (answer.status_code, answer.json()["status"]) == (201, "conflict")
    assert "moon" in answer.json()["conflict"]["conflicting"]


def test_what_if_then_compare(planner: TestClient) -> None:
    """A second plan with a share for brand costs 400 of value; one made by hand is valued beside them."""
    rule = {"rule": "share_range", "name": "brand", "scope": {"stage": "upstream"}, "at_least": 1.0}
    base, brand = small("Base"), small("Brand") | {"rules": [rule]}
    ids = [planner.post("/v1/plans", json=scenario).json()["id"] for scenario in (base, brand)]
    comparison = planner.get("/v1/comparisons", params={"plans": ",".join(ids)}).json()
    assert comparison["values"] == pytest.approx([2400.0, 2000.0])
    cells = [{"tactic": "search", "spend": 100.0}, {"tactic": "tv", "spend": 900.0}]
    answer = planner.post("/v1/evaluations", json={"scenario": base, "allocations": cells}).json()
    assert (answer["value"], answer["feasible"]) == (2100.0, True)


def test_the_same_scenario_gives_the_same_plan_whatever_runs_beside(planner: TestClient) -> None:
    """Byte for byte but for id, name, time and seconds, also when both workers are busy."""
    with ThreadPoolExecutor() as threads:
        plans = list(threads.map(lambda _: planner.post("/v1/plans", json=small("Same")).json(), range(8)))
    assert len({_substance(plan) for plan in plans}) == 1


def test_a_plan_is_the_one_that_the_library_makes(planner: TestClient) -> None:
    """Process, pipe and storage add nothing and take nothing."""
    scenario = ScenarioIn.model_validate(small("Library")).to_domain()
    answer = planner.post("/v1/plans", json=small("Library"))
    library = solve(scenario, SizeLimits())
    stored = WireDocuments().plan(answer.text)
    assert (stored.allocations, stored.certificate) == (library.allocations, library.certificate)
    assert (stored.totals, stored.goals, stored.rules) == (library.totals, library.goals, library.rules)


def _substance(plan: dict[str, object]) -> str:
    provenance = plan["provenance"]
    assert isinstance(provenance, dict)
    own = {"id": None, "created_at": None, "provenance": provenance | {"seconds": None}}
    return json.dumps(plan | own)
