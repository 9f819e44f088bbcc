"""Plans of stored scenarios, with curves of stored curve sets."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.app.conftest import small

TV: dict[str, Any] = {
    "name": "tv",
    "response": {"family": "linear", "slope": 2.0},
    "adstock": {"family": "geometric", "retention": 0.5},
    "current_spend": 50.0,
    "revenue_per_outcome": 3.0,
    "tags": {"region": "north", "model": "october"},
    "assumptions": ["fitted on few weeks"],
}


@pytest.fixture
def client(own: TestClient) -> TestClient:
    return own


def store_curves(client: TestClient, slope: float = 2.0, **more: Any) -> str:
    """The id of a curve set `Model`."""
    curves = [TV | {"response": {"family": "linear", "slope": slope}}]
    made = client.post("/v1/curve-sets", json={"curve_set": {"name": "Model", "curves": curves} | more})
    assert made.status_code == 201, made.text
    found: str = made.json()["id"]
    return found


def naming(response: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The small scenario, with a curve that is named instead of stated."""
    document = small("Spring")
    document["tactics"][1] = {"name": "tv", "stage": "upstream", "response": response} | more
    return document


def kept(client: TestClient, document: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A plan, and the tactic of the scenario that was kept with it."""
    made = client.post("/v1/plans", json=document)
    assert made.status_code == 201, made.text
    scenario = client.get(made.headers["location"] + "/scenario").json()
    return made.json(), scenario["tactics"][1]


def test_a_tactic_takes_what_goes_with_its_curve(client: TestClient) -> None:
    """By name or id; what the scenario keeps says everything by itself, and the plan tells the version."""
    curve_set = store_curves(client)
    for name in ("Model", curve_set):
        plan, tactic = kept(client, naming({"curve_set": name}))
        assert tactic == TV | {"stage": "upstream"}
        assert plan["provenance"]["curve_sets"] == [{"id": curve_set, "name": "Model", "version": 1}]


def test_a_tactic_keeps_what_it_states_itself(client: TestClient) -> None:
    """Its own adstock, spend, worth and tags stand above those of the curve."""
    store_curves(client)
    own = {
        "adstock": {"family": "geometric", "retention": 0.25},
        "current_spend": 10.0,
        "revenue_per_outcome": 4.0,
        "tags": {"region": "south"},
        "spend": {"at_most": 70.0},
    }
    _, tactic = kept(client, naming({"curve_set": "Model", "curve": "tv"}, **own))
    assert tactic == TV | own | {"stage": "upstream", "tags": {"region": "south", "model": "october"}}


def test_a_version_stays_and_the_newest_moves(client: TestClient) -> None:
    """What names version 1 keeps its curve; what names none has the newest when it is solved."""
    curve_set = store_curves(client)
    changed = [TV | {"response": {"family": "linear", "slope": 5.0}}]
    body = {"curve_set": {"name": "Renamed", "curves": changed}}
    assert client.put(f"/v1/curve-sets/{curve_set}", json=body, headers={"If-Match": "*"}).status_code == 200
    for response, usual, slope, version in (
        ({"curve_set": curve_set, "version": 1}, None, 2.0, 1),
        ({"curve_set": "Renamed"}, None, 5.0, 2),
        ({"curve": "tv"}, {"name": "Renamed"}, 5.0, 2),
        ({"curve": "tv"}, {"name": "Renamed", "version": 1}, 2.0, 1),
    ):
        more = {} if usual is None else {"curve_set": usual}
        plan, tactic = kept(client, naming(response) | more)
        assert tactic["response"]["slope"] == slope
        assert [found["version"] for found in plan["provenance"]["curve_sets"]] == [version]


def test_a_stored_scenario_is_planned_by_its_id(client: TestClient) -> None:
    """Its newest version, or the one named; the list finds its plans, which tell where they come from."""
    store_curves(client)
    body = {"scenario": naming({"curve_set": "Model"})}
    scenario = client.post("/v1/scenarios", json=body).json()["id"]
    changed = {"scenario": naming({"curve_set": "Model"}) | {"budget": {"at_most": 7}}}
    client.put(f"/v1/scenarios/{scenario}", json=changed, headers={"If-Match": "*"})
    for asked, version, budget in (({}, 2, 7.0), ({"version": 1}, 1, 1000.0)):
        made = client.post("/v1/plans", json={"scenario_id": scenario} | asked)
        assert made.status_code == 201, made.text
        assert made.json()["provenance"]["scenario"] == {"id": scenario, "name": "Spring", "version": version}
        assert client.get(made.headers["location"] + "/scenario").json()["budget"] == {"at_most": budget}
    client.post("/v1/plans", json=small("other"))
    listed = client.get("/v1/plans", params={"scenario_id": scenario}).json()["plans"]
    assert [(plan["scenario_id"], plan["scenario_version"]) for plan in listed] == [(scenario, 1), (scenario, 2)]


@pytest.mark.parametrize(
    ("response", "more", "code", "path"),
    [
        ({"curve_set": "nothing"}, {}, "unknown_curve_set", "response.curve_set"),
        ({"curve_set": "curve_set_" + "0" * 30}, {}, "unknown_curve_set", "response.curve_set"),
        ({"curve_set": "Model", "version": 9}, {}, "unknown_version", "response.curve_set"),
        ({"curve_set": "Model", "version": 0}, {}, "out_of_range", "response.version"),
        ({"curve_set": "Model", "version": 10**30}, {}, "out_of_range", "response.version"),
        ({"curve_set": "Model", "curve": "radio"}, {}, "unknown_curve", "response.curve"),
        ({"curve": "tv"}, {}, "no_curve_set", "response.curve_set"),
        ({"curve_set": "Model"}, {"currency": "USD"}, "other_currency", "response.curve_set"),
    ],
)
def test_a_curve_that_is_not_there_is_wrong_in_its_field(
    client: TestClient, response: dict[str, Any], more: dict[str, Any], code: str, path: str
) -> None:
    """422 rather than 404, also where a scenario is stored; nothing is made."""
    store_curves(client, currency="EUR")
    document = naming(response) | more
    for address, body, prefix in (
        ("/v1/plans", document, ""),
        ("/v1/scenarios", {"scenario": document}, "scenario."),
        ("/v1/evaluations", {"scenario": document, "allocations": []}, "scenario."),
        ("/v1/frontiers", {"scenario": document}, "scenario."),
        ("/v1/reconciliations", {"scenario": document, "proposal": []}, "scenario."),
    ):
        problem = client.post(address, json=body).json()
        found = (problem["status"], problem["code"], problem["errors"][0]["path"])
        assert found == (422, code, f"{prefix}tactics[1].{path}"), address
    assert client.get("/v1/plans").json()["plans"] == []


@pytest.mark.parametrize(
    ("named", "more", "code", "field"),
    [
        ({"name": "nothing"}, {}, "unknown_curve_set", "name"),
        ({"name": "Model", "version": 9}, {}, "unknown_version", "version"),
        ({"name": "Model"}, {"currency": "USD"}, "other_currency", "name"),
    ],
)
def test_the_curve_set_of_a_scenario_is_there_whether_it_is_used_or_not(
    client: TestClient, named: dict[str, Any], more: dict[str, Any], code: str, field: str
) -> None:
    """Refused when the scenario is stored, changed, planned or put in a batch; nothing is made."""
    store_curves(client, currency="EUR")
    stored = client.post("/v1/scenarios", json={"scenario": small("fine")}).json()["id"]
    document = small("x") | {"curve_set": named} | more
    for method, address, body, path in (
        ("POST", "/v1/plans", document, "curve_set"),
        ("POST", "/v1/scenarios", {"scenario": document}, "scenario.curve_set"),
        ("PUT", f"/v1/scenarios/{stored}", {"scenario": document}, "scenario.curve_set"),
        ("POST", "/v1/batches", {"name": "b", "scenarios": [document]}, "scenarios[0].curve_set"),
        ("POST", "/v1/evaluations", {"scenario": document, "allocations": []}, "scenario.curve_set"),
    ):
        problem = client.request(method, address, json=body, headers={"If-Match": "*"}).json()
        found = (problem["status"], problem["code"], problem["errors"][0]["path"])
        assert found == (422, code, f"{path}.{field}"), address
        assert problem["errors"][0]["remedy"]
    assert [each["version"] for each in client.get("/v1/scenarios").json()["items"]] == [1]


def test_a_scenario_that_is_not_there_is_not_planned(client: TestClient) -> None:
    """404 for an id, 422 for a body that says anything else beside it."""
    answer = client.post("/v1/plans", json={"scenario_id": "scenario_" + "0" * 30})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_scenario")
    stored = client.post("/v1/scenarios", json={"scenario": small("x")}).json()["id"]
    answer = client.post("/v1/plans", json={"scenario_id": stored, "version": 2})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_version")
    for version in (0, -1, 2**31, 10**30):
        answer = client.post("/v1/plans", json={"scenario_id": stored, "version": version})
        assert (answer.status_code, answer.json()["code"]) == (422, "out_of_range")
    answer = client.post("/v1/plans", json={"scenario_id": stored, "name": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_field")


def test_a_deleted_scenario_is_planned_in_no_version(client: TestClient) -> None:
    """404 with a version as without one, also in a batch."""
    stored = client.post("/v1/scenarios", json={"scenario": small("gone")}).json()["id"]
    client.request("DELETE", f"/v1/scenarios/{stored}", headers={"If-Match": "*"})
    for asked in ({}, {"version": 1}):
        chosen = {"scenario_id": stored} | asked
        for answer in (
            client.post("/v1/plans", json=chosen),
            client.post("/v1/plans", json=chosen, headers={"Prefer": "respond-async"}),
            client.post("/v1/batches", json={"name": "b", "scenarios": [chosen]}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_scenario")
