"""/v1/evaluations and /v1/comparisons as callers see them."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.app.conftest import small


def test_an_allocation_is_valued_and_nothing_is_stored(client: TestClient, scenario: dict[str, Any]) -> None:
    """Value and broken limits from the true curves: 500 at slope 3, above the limit of 400."""
    before = client.get("/v1/plans").json()
    cells = [{"tactic": "search", "period": "all", "spend": 500.0}]
    answer = client.post("/v1/evaluations", json={"scenario": scenario, "allocations": cells})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["value"], answer.json()["feasible"]) == (1500.0, False)
    assert [found["name"] for found in answer.json()["violations"]] == ["spend limit of search"]
    assert client.get("/v1/plans").json() == before


def test_errors_of_an_evaluation_carry_their_path(client: TestClient, scenario: dict[str, Any]) -> None:
    """The path is that of the document that was sent."""
    cells = [{"tactic": "nobody", "period": "all", "spend": 1.0}]
    answer = client.post("/v1/evaluations", json={"scenario": scenario, "allocations": cells})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "allocations[0].tactic")


def test_plans_are_compared_on_common_curves(client: TestClient) -> None:
    """Each plan under its id, the differences named, every allocation valued on the curves asked for."""
    second = small("better")
    second["tactics"][1]["response"]["slope"] = 4.0
    ids = [client.post("/v1/plans", json=scenario).json()["id"] for scenario in (small("base"), second)]
    answer = client.get("/v1/comparisons", params={"plans": ",".join(ids), "common": ids[1]})
    assert answer.status_code == 200, answer.text
    comparison = answer.json()
    assert (comparison["labels"], comparison["common"]) == (ids, ids[1])
    assert [found["value"] for found in comparison["revalued"]] == [70.0, 70.0]
    assert comparison["differences"]


@pytest.mark.parametrize("plans", ["", "plan_0", ",".join(["{id}"] * 2), ",".join(["{id}"] * 7), "{id},{id},"])
def test_two_to_six_different_plans(client: TestClient, plans: str) -> None:
    """One, seven, or one twice cannot be compared."""
    plan_id = client.post("/v1/plans", json=small("x")).json()["id"]
    answer = client.get("/v1/comparisons", params={"plans": plans.replace("{id}", plan_id)})
    assert answer.status_code in (404, 422)


def test_which_of_them_is_not_there_is_told(client: TestClient) -> None:
    """404 at its place."""
    ids = [client.post("/v1/plans", json=small("x")).json()["id"], "plan_0"]
    answer = client.get("/v1/comparisons", params={"plans": ",".join(ids)})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (404, "plans[1]")


def test_the_common_plan_is_one_of_them(client: TestClient) -> None:
    """422 at `common` for a plan that is not compared."""
    ids = [client.post("/v1/plans", json=small(name)).json()["id"] for name in "abc"]
    answer = client.get("/v1/comparisons", params={"plans": ",".join(ids[:2]), "common": ids[2]})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "common")
