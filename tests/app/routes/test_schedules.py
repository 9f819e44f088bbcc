"""Schedules over HTTP: made, paused, triggered and deleted, and a real run from actuals to a draft."""

from __future__ import annotations

import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.solving.solver import FUNCTION
from tests.app.conftest import Start
from tests.optimizer.toys import Wire, line, wire

WEEKLY: dict[str, Any] = {"name": "weekly", "cron": "30 6 * * 1", "zone": "Europe/Berlin"}
UNKNOWN = "plan_" + "0" * 30


def document() -> Wire:
    """Two straight lines over three periods."""
    tactics = [
        line("a", {"family": "linear", "slope": 3}, spend={"at_most": 50}),
        line("b", {"family": "linear", "slope": 2}, spend={"at_most": 50}),
    ]
    goals = [{"name": "year", "metric": "revenue", "at_least": 600}]
    return wire(tactics, periods=["1", "2", "3"], budget={"at_most": 180}, goals=goals)


def ended(client: TestClient, address: str, run: str) -> dict[str, Any]:
    """The run, when it waits no more."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found: dict[str, Any] = client.get(f"{address}/runs/{run}").json()
        if found["state"] != "waiting":
            return found
        time.sleep(0.1)
    raise AssertionError("the run does not end")


def test_a_run_proposes_a_draft_that_can_become_the_baseline(start: Start) -> None:
    """Nothing was spent in the first period: the rest is planned again with the money that is left."""
    client = start(FUNCTION)
    stored = client.post("/v1/scenarios", json={"scenario": document() | {"name": "Year"}})
    assert stored.status_code == 201, stored.text
    scenario = stored.json()["id"]
    plan = client.post("/v1/plans", json={"scenario_id": scenario}).json()["id"]
    assert client.post(f"/v1/plans/{plan}/approval").status_code == 200
    assert client.post(f"/v1/plans/{plan}/baseline").status_code == 200
    nothing = [{"tactic": name, "period": "1", "spend": 0} for name in "ab"]
    client.post("/v1/actuals", json={"actuals": nothing})
    made = client.post("/v1/schedules", json=WEEKLY | {"scenario": scenario, "turnover": {"share": 0.9}})
    assert made.status_code == 201, made.text
    assert (made.json()["turnover"]["share"], made.json()["threshold"]["share"]) == (0.9, 0.01)
    assert made.json()["due_in_words"][0].startswith("Monday ")
    address = f"/v1/schedules/{made.json()['id']}"
    run = client.post(f"{address}/runs")
    assert (run.status_code, run.json()["state"], run.json()["cause"]) == (202, "waiting", "manual")
    done = ended(client, address, run.json()["id"])
    assert (done["state"], done["verdict"]["decision"]) == ("done", "change"), done
    assert done["verdict"]["now"] == "2"
    assert [goal["at_risk"] for goal in done["verdict"]["goals"]] == [True]
    draft = client.get(f"/v1/plans/{done['proposal']}").json()
    assert draft["totals"]["spend"] == done["verdict"]["changed"]["spend"]
    assert client.get(f"/v1/jobs/{done['job']}").json()["state"] == "done"
    assert client.get(f"{address}/runs").json()["runs"] == [done]


def test_a_schedule_is_paused_resumed_and_deleted(client: TestClient, scenario: dict[str, Any]) -> None:
    """Its due times come and go; then it is not found."""
    plan = client.post("/v1/plans", json=scenario).json()["id"]
    made = client.post("/v1/schedules", json=WEEKLY | {"plan": plan, "bookings": [{"periods": 1}]}).json()
    address = f"/v1/schedules/{made['id']}"
    assert len(made["due"]) == 5
    assert client.post(f"{address}/pause").json()["due"] == []
    assert client.get(address).json()["paused_at"] is not None
    assert client.post(f"{address}/resume").json()["next_at"] == made["next_at"]
    assert [own["id"] for own in client.get("/v1/schedules").json()["schedules"]] == [made["id"]]
    assert client.delete(address).json()["id"] == made["id"]
    for answer in (client.get(address), client.post(f"{address}/runs"), client.get(f"{address}/runs")):
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_schedule")


def test_a_schedule_is_changed_after_the_version_that_was_read(client: TestClient, scenario: dict[str, Any]) -> None:
    """428 without If-Match, 412 for a version that is over; what is the same makes none; its time says when it is due;
    it stays paused; the audit tells."""
    plan = client.post("/v1/plans", json=scenario).json()["id"]
    made = client.post("/v1/schedules", json=WEEKLY | {"plan": plan})
    address, tag = f"/v1/schedules/{made.json()['id']}", made.headers["etag"]
    assert client.get(address).headers["etag"] == tag
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    new = WEEKLY | {"plan": plan, "name": "daily", "threshold": {"amount": 5.0}}

    def put(body: dict[str, Any], tag: str | None) -> Any:
        return client.put(address, json=body, headers={} if tag is None else {"If-Match": tag})

    assert (put(new, None).status_code, put(new, '"9"').status_code) == (428, 412)
    changed = put(new, tag)
    assert changed.status_code == 200, changed.text
    assert (changed.json()["name"], changed.json()["version"], changed.json()["threshold"]["amount"]) == (
        "daily",
        2,
        5.0,
    )
    assert changed.json()["next_at"] == made.json()["next_at"]
    assert (put(new, tag).status_code, put(new, changed.headers["etag"]).json()["version"]) == (412, 2)
    daily = put(new | {"cron": "0 7 * * *"}, "*")
    assert (daily.json()["version"], daily.json()["next_at"] != made.json()["next_at"]) == (3, True)
    paused = client.post(f"{address}/pause")
    assert (paused.json()["version"], put(new, daily.headers["etag"]).status_code) == (4, 412)
    still = put(new, paused.headers["etag"])
    assert (still.json()["next_at"], still.json()["paused_at"]) == (None, paused.json()["paused_at"])
    assert put(new | {"plan": UNKNOWN}, "*").json()["code"] == "unknown_plan"
    acts = [entry["act"] for entry in client.get(f"/v1/audit?thing={made.json()['id']}").json()["entries"]]
    assert acts == ["schedule.changed", "schedule.paused", *["schedule.changed"] * 2, "schedule.created"]
    client.delete(address)
    assert put(new, "*").status_code == 404


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"cron": "every day"}, "cron", "bad_cron"),
        ({"cron": "0 0 31 2 *"}, "cron", "never_due"),
        ({"zone": "Mars"}, "zone", "unknown_zone"),
        ({"plan": UNKNOWN}, "plan", "unknown_plan"),
        ({"plan": None, "scenario": "scenario_1"}, "scenario", "unknown_scenario"),
        ({"plan": None}, "scenario", "nothing_named"),
        ({"threshold": {"share": -1.0}}, "threshold.share", "out_of_range"),
        ({"turnover": {}}, "turnover", "no_limit"),
        ({"bookings": [{"periods": 0}]}, "bookings[0].periods", "not_a_count"),
        ({"bookings": [{"periods": 1, "scope": {"periods": ["1"]}}]}, "bookings[0].scope.periods", "booked_periods"),
        ({"book": "no such book!"}, "book", None),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(
    client: TestClient, change: dict[str, Any], path: str, code: str | None
) -> None:
    """And nothing is kept."""
    answer = client.post("/v1/schedules", json=WEEKLY | {"plan": UNKNOWN} | change)
    assert answer.status_code == 422
    fault = answer.json()["errors"][0]
    assert (fault["path"], fault["code"] if code else None) == (path, code)
    assert client.get("/v1/schedules").json()["schedules"] == []
