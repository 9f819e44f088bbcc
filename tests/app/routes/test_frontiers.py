"""/v1/frontiers as callers see it."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.app.conftest import Start, small


@pytest.fixture(scope="module")
def solving(start_for_all: Start) -> TestClient:
    """A service with the real solver, whose solves take 30 s at most."""
    return start_for_all("app.solving.job:answer", time_limit_max=30.0, max_cells=50)


def test_a_frontier_is_answered_point_by_point(solving: TestClient) -> None:
    """search at 3 up to 400, then tv at 2: values, prices and budgets sought by hand; nothing is stored."""
    body = {"scenario": small("two lines"), "budgets": [800, 200], "target_roi": 2.5, "target_marginal_roi": 2.5}
    answer = solving.post("/v1/frontiers", json=body)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert [(point["budget"], point["target"]) for point in document["points"]] == [(200.0, None), (800.0, None)]
    assert [point["value"] for point in document["points"]] == [600.0, 2000.0]
    assert [point["marginal"] for point in document["points"]] == pytest.approx([3.0, 2.0])
    assert [point["certificate"]["gap"] for point in document["points"]] == pytest.approx([0.0, 0.0], abs=1e-6)
    assert [row["by_period"] for row in document["points"][1]["tactics"]] == [[400.0], [400.0]]
    assert document["stops_paying"]["status"] == "unbounded"
    assert document["target_roi"]["budget"] == pytest.approx(800.0, abs=0.02)
    assert document["target_marginal_roi"]["budget"] == pytest.approx(400.0, abs=0.02)
    assert document["target_marginal_roi"]["target"] == 2.5
    assert solving.get("/v1/plans").json()["plans"] == []


def test_a_goal_and_a_range(solving: TestClient) -> None:
    """Targets in place of budgets."""
    goal = {"name": "FY", "metric": "revenue", "at_least": 900, "required": True}
    scenario = small("least") | {"objective": {"minimize": "spend"}, "goals": [goal]}
    body = {"scenario": scenario, "goal": "FY", "range": {"from": 600, "to": 3000, "points": 3}}
    document = solving.post("/v1/frontiers", json=body).json()
    assert [point["target"] for point in document["points"]] == [600.0, 1800.0, 3000.0]
    assert [point["status"] for point in document["points"]] == ["optimal", "optimal", "conflict"]
    assert [point["spend"] for point in document["points"]] == [200.0, 700.0, None]
    assert document["points"][2]["conflicting"] == ["FY", "budget", "spend limit of search"]
    assert (document["goal"], document["aim"], document["stops_paying"]) == ("FY", "spend", None)


@pytest.mark.parametrize(
    ("more", "status", "code", "path"),
    [
        ({"targets": [1]}, 422, "wrong_amounts", "targets"),
        ({"goal": "FY", "budgets": [1]}, 422, "wrong_amounts", "budgets"),
        ({"goal": "FY"}, 422, "unknown_goal", "goal"),
        ({"budgets": []}, 422, "empty", "budgets"),
        ({"budgets": [True]}, 422, "not_a_number", "budgets[0]"),
        ({"range": {"from": 9, "to": 1}}, 422, "out_of_range", "range.to"),
        ({"range": {"to": 1}}, 422, "missing_field", "range.from"),
        ({"range": {"from": 0, "to": 1, "points": 1000}}, 422, "out_of_range", "range.points"),
        ({"colour": 1}, 422, "unknown_field", "colour"),
        ({"time_limit": 31}, 413, "time_limit_too_long", "time_limit"),
        ({"scenario": small("slow", time_limit=31.0)}, 413, "time_limit_too_long", "scenario.solve.time_limit"),
    ],
)
def test_what_is_refused(solving: TestClient, more: dict[str, Any], status: int, code: str, path: str) -> None:
    """With the path of the field in the document that was sent."""
    answer = solving.post("/v1/frontiers", json={"scenario": small("x")} | more)
    assert answer.status_code == status, answer.text
    error = answer.json()["errors"][0]
    assert (error["code"], error["path"]) == (code, path)
