"""A rule that names a stored plan is compared with that plan's spends."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from tests.app.conftest import small


def near(identity: str, **more: Any) -> dict[str, Any]:
    """The small scenario, near a stored plan."""
    rule = {"rule": "turnover_limit", "name": "near", "amount": 5, "reference_plan": identity}
    return small("near") | {"rules": [rule]} | more


def test_the_stored_scenario_holds_the_lines_and_not_the_id(client: TestClient) -> None:
    """What is kept says everything by itself, and gives the same plan again."""
    first = client.post("/v1/plans", json=small("first")).json()
    made = client.post("/v1/plans", json=near(first["id"]))
    assert made.status_code == 201, made.text
    [rule] = client.get(made.headers["location"] + "/scenario").json()["rules"]
    lines = [{"tactic": "search", "spend": 10.0}, {"tactic": "tv", "spend": 10.0}]
    assert rule == {"rule": "turnover_limit", "name": "near", "amount": 5.0, "reference": lines}


def test_an_unknown_plan_is_refused_at_its_field(client: TestClient) -> None:
    """422 rather than 404: the address is there, the field is wrong."""
    for body, address, path in (
        (near("plan_0"), "/v1/plans", "rules[0].reference_plan"),
        ({"scenario": near("plan_0"), "allocations": []}, "/v1/evaluations", "scenario.rules[0].reference_plan"),
        ({"scenario": near("plan_0")}, "/v1/frontiers", "scenario.rules[0].reference_plan"),
        ({"scenario": near("plan_0"), "proposal": []}, "/v1/reconciliations", "scenario.rules[0].reference_plan"),
    ):
        answer = client.post(address, json=body)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "unknown_plan")
        assert problem["errors"][0]["path"] == path


def test_an_evaluation_compares_with_a_stored_plan(client: TestClient) -> None:
    """10 each there; 10 and 18 here: 8 moved, 5 allowed."""
    first = client.post("/v1/plans", json=small("first")).json()
    spends = [{"tactic": "tv", "spend": 10}, {"tactic": "search", "spend": 18}]
    found = client.post("/v1/evaluations", json={"scenario": near(first["id"]), "allocations": spends}).json()
    assert found["violations"] == [{"name": "near", "amount": 3.0}]


def test_a_plan_that_cannot_be_compared_with_is_refused(client: TestClient) -> None:
    """Without allocations, in another currency, of other tactics; or beside lines."""
    first = client.post("/v1/plans", json=small("first")).json()["id"]
    none = client.post("/v1/plans", json=small("conflict")).json()["id"]
    others = [tactic | {"name": tactic["name"] + " 2"} for tactic in small("")["tactics"]]
    both = near(first)
    both["rules"][0]["reference"] = []
    for body, code in (
        (near(none), "no_allocations"),
        (near(first, currency="USD"), "other_currency"),
        (near(first, tactics=others), "nothing_in_common"),
        (both, "two_references"),
    ):
        problem = client.post("/v1/plans", json=body).json()
        assert (problem["code"], problem["errors"][0]["path"]) == (code, "rules[0].reference_plan")
