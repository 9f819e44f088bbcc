"""Draft, approved, baseline: who may, in which order, and one baseline of a scenario."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.records.callers import Role
from tests.app.conftest import Start, small
from tests.app.databases import lay_out
from tests.app.routes.test_callers import give_key

Headers = dict[str, str]


@pytest.fixture
def client(start: Start, url: str) -> TestClient:
    """On both databases."""
    lay_out(url)
    return start(auth="keys", database_url=url)


@pytest.fixture
def planner(client: TestClient) -> Headers:
    return give_key(client, Role.planner)


@pytest.fixture
def approver(client: TestClient) -> Headers:
    return give_key(client, Role.approver)


def made(client: TestClient, planner: Headers, body: dict[str, Any]) -> str:
    """The address of a new plan."""
    answer = client.post("/v1/plans", json=body, headers=planner)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def stored(client: TestClient, planner: Headers) -> str:
    """The id of a new scenario."""
    found: str = client.post("/v1/scenarios", json={"scenario": small("Spring")}, headers=planner).json()["id"]
    return found


def test_a_plan_is_approved_and_locked(client: TestClient, planner: Headers, approver: Headers) -> None:
    """By an approver; then planners do not change what is said of it, and the plan itself is the same to the byte."""
    plan = made(client, planner, small("Spring"))
    text = client.get(plan, headers=planner).content
    assert client.post(f"{plan}/approval", headers=planner).status_code == 403
    approved = client.post(f"{plan}/approval", headers=approver).json()
    assert (approved["state"], approved["revision"]) == ("approved", 1)
    assert approved["approved_by"].startswith("approver (hr_")
    assert client.post(f"{plan}/approval", headers=approver).json() == approved
    locked = client.put(f"{plan}/standing", json={"notes": "x"}, headers=planner | {"If-Match": "*"})
    assert (locked.status_code, locked.json()["code"]) == (403, "locked")
    noted = client.put(f"{plan}/standing", json={"notes": "x"}, headers=approver | {"If-Match": '"1"'})
    assert (noted.status_code, noted.headers["etag"]) == (200, '"2"')
    draft = client.delete(f"{plan}/approval", headers=approver).json()
    assert (draft["state"], draft["approved_by"], draft["notes"]) == ("draft", None, "x")
    assert client.get(plan, headers=planner).content == text


def test_notes_and_pins_are_for_the_revision_that_was_read(client: TestClient, planner: Headers) -> None:
    """428 without If-Match, 412 with an old one; the list finds what is pinned."""
    plan = made(client, planner, small("Spring"))
    made(client, planner, small("other"))
    standing = client.get(f"{plan}/standing", headers=planner)
    assert (standing.headers["etag"], standing.json()["state"]) == ('"0"', "draft")
    body = {"notes": "first\nsecond", "pinned": True}
    assert client.put(f"{plan}/standing", json=body, headers=planner).status_code == 428
    assert client.put(f"{plan}/standing", json=body, headers=planner | {"If-Match": '"1"'}).status_code == 412
    for _ in range(2):  # what is the same changes nothing
        done = client.put(f"{plan}/standing", json=body, headers=planner | {"If-Match": '"0", "1"'})
        assert (done.status_code, done.json()["revision"]) == (200, 1)
    for pinned, count in (("true", 1), ("false", 1)):
        listed = client.get(f"/v1/plans?pinned={pinned}", headers=planner).json()["plans"]
        assert [found["pinned"] for found in listed] == [pinned == "true"] * count


def test_a_scenario_has_one_baseline(client: TestClient, planner: Headers, approver: Headers) -> None:
    """Only an approved plan of a stored scenario; the next one takes its place; it is released before it is a draft."""
    scenario = stored(client, planner)
    first, second = (made(client, planner, {"scenario_id": scenario}) for _ in range(2))
    refused = client.post(f"{first}/baseline", headers=approver)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_approved")
    for plan in (first, second):
        client.post(f"{plan}/approval", headers=approver)
        assert client.post(f"{plan}/baseline", headers=approver).json()["state"] == "baseline"
    listed = client.get(f"/v1/plans?scenario_id={scenario}", headers=planner).json()["plans"]
    assert [found["state"] for found in listed] == ["baseline", "approved"]
    refused = client.delete(f"{second}/approval", headers=approver)
    assert (refused.status_code, refused.json()["code"]) == (409, "is_baseline")
    for _ in range(2):
        assert client.delete(f"{second}/baseline", headers=approver).json()["state"] == "approved"
    assert client.get("/v1/plans?state=baseline", headers=planner).json()["plans"] == []
    entries = client.get("/v1/audit", params={"thing": first.rpartition("/")[2]}, headers=planner).json()["entries"]
    acts = ["plan.replaced", "plan.made_baseline", "plan.approved", "plan.made"]
    assert [entry["act"] for entry in entries] == acts


def test_a_deleted_scenario_is_held_to_nothing_new(client: TestClient, planner: Headers, approver: Headers) -> None:
    """A plan that was made before is approved, but becomes its baseline only after it is restored; one that was the
    baseline stays what it was."""
    scenario = stored(client, planner)
    before, after = (made(client, planner, {"scenario_id": scenario}) for _ in range(2))
    client.post(f"{before}/approval", headers=approver)
    client.post(f"{before}/baseline", headers=approver)
    client.delete(f"/v1/scenarios/{scenario}", headers=planner | {"If-Match": "*"})
    assert client.post(f"{after}/approval", headers=approver).json()["state"] == "approved"
    refused = client.post(f"{after}/baseline", headers=approver)
    assert (refused.status_code, refused.json()["code"]) == (409, "scenario_deleted")
    assert client.get(f"{before}/standing", headers=planner).json()["state"] == "baseline"
    client.post(f"/v1/scenarios/{scenario}/restoration", headers=planner)
    assert client.post(f"{after}/baseline", headers=approver).json()["state"] == "baseline"
    assert client.get(f"{before}/standing", headers=planner).json()["state"] == "approved"


def test_what_has_no_allocations_or_no_scenario_is_refused(
    client: TestClient, planner: Headers, approver: Headers
) -> None:
    """A conflict is not approved; a plan of a scenario that was sent along is no baseline."""
    conflict = made(client, planner, small("conflict"))
    refused = client.post(f"{conflict}/approval", headers=approver)
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_approve")
    alone = made(client, planner, small("Spring"))
    client.post(f"{alone}/approval", headers=approver)
    refused = client.post(f"{alone}/baseline", headers=approver)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_scenario")


def test_approvers_at_the_same_time_leave_one_baseline(client: TestClient, planner: Headers, approver: Headers) -> None:
    """The database holds it: every answer is a baseline or says that it was changed meanwhile, and one is left."""
    scenario = stored(client, planner)
    plans = [made(client, planner, {"scenario_id": scenario}) for _ in range(4)]
    for plan in plans:
        client.post(f"{plan}/approval", headers=approver)
    with ThreadPoolExecutor() as threads:
        answers = list(threads.map(lambda plan: client.post(f"{plan}/baseline", headers=approver), plans))
    assert {answer.status_code for answer in answers} <= {200, 412}
    listed = client.get("/v1/plans?state=baseline", headers=planner).json()["plans"]
    assert len(listed) == 1
