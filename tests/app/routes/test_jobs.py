"""/v1/jobs: plans that are made while nobody waits."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.records.callers import Caller
from app.services.plans import PlanService
from app.storage.errors import unavailable
from tests.app.conftest import Start, small

ASYNC = {"Prefer": "respond-async"}


def ended(client: TestClient, address: str, seconds: float = 20.0) -> dict[str, Any]:
    """The job once it has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job: dict[str, Any] = client.get(address).json()
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(0.02)
    raise AssertionError(f"{address} does not end")


def events(text: str) -> list[dict[str, str]]:
    """Server-sent events; comments left out."""
    blocks = [block.splitlines() for block in text.strip().split("\n\n")]
    fields = [dict(line.split(": ", 1) for line in block if not line.startswith(":")) for block in blocks]
    return [each for each in fields if "event" in each]


def test_a_plan_by_itself(client: TestClient) -> None:
    """202, the address of a job, and in the end the plan of which the job says the id."""
    answer = client.post("/v1/plans", json=small("later"), headers=ASYNC)
    assert (answer.status_code, answer.headers["preference-applied"]) == (202, "respond-async")
    job = ended(client, answer.headers["location"])
    assert (job["state"], job["name"], job["attempts"], job["priority"]) == ("done", "later", 1, "interactive")
    assert client.get(f"/v1/plans/{job['plan_id']}").json()["name"] == "later"


def test_a_plan_that_takes_long_becomes_a_job(start: Start) -> None:
    """Who waits longer than the service does gets the job that the solve has become: it is not begun again."""
    client = start(patience=0.2)
    answer = client.post("/v1/plans", json=small("nap:0.6"))
    assert (answer.status_code, answer.json()["state"]) == (202, "running")
    job = ended(client, answer.headers["location"])
    assert (job["state"], job["attempts"]) == ("done", 1)
    assert client.get(f"/v1/plans/{job['plan_id']}").status_code == 200


def test_a_caller_may_wait_longer(start: Start) -> None:
    """`Prefer: wait` goes before the setting; a plan in time is answered 201."""
    client = start(patience=0.0)
    assert client.post("/v1/plans", json=small("nap:0.3"), headers={"Prefer": "wait=20"}).status_code == 201


def test_who_would_wait_past_the_deadline_gets_the_job(start: Start) -> None:
    """202 shortly before it, not 503 and a plan that nobody hears of."""
    client = start(request_seconds=4.0)
    answer = client.post("/v1/plans", json=small("nap:5"), headers={"Prefer": "wait=20"})
    assert (answer.status_code, answer.json()["state"]) == (202, "running")


def test_a_job_that_fails_says_why(client: TestClient) -> None:
    """The problem of the job is the one that POST would have answered."""
    answer = client.post("/v1/plans", json=small("die:abort"), headers=ASYNC)
    job = ended(client, answer.headers["location"])
    assert (job["state"], job["plan_id"], job["problem"]["code"]) == ("failed", None, "solver_died")
    assert job["problem"]["status"] == 503


@pytest.mark.parametrize("manner", ["delete", "post"])
def test_cancelling_ends_the_solver_and_frees_its_place(start: Start, manner: str) -> None:
    """A job that would hang is gone at once; cancelling again changes nothing; the next one is done."""
    client = start(workers=1)
    hanging = client.post("/v1/plans", json=small("die:hang", time_limit=60.0), headers=ASYNC).headers["location"]
    while client.get(hanging).json()["state"] == "queued":
        time.sleep(0.02)
    for _ in range(2):
        answer = client.delete(hanging) if manner == "delete" else client.post(f"{hanging}/cancel")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    after = client.post("/v1/plans", json=small("after"), headers=ASYNC).headers["location"]
    assert ended(client, after)["state"] == "done"
    assert client.get(hanging).json()["plan_id"] is None


def test_a_job_that_has_ended_stays(client: TestClient) -> None:
    """Cancelling comes too late for a plan that is made."""
    address = client.post("/v1/plans", json=small("made"), headers=ASYNC).headers["location"]
    ended(client, address)
    assert client.delete(address).json()["state"] == "done"


def test_looking_again_makes_sense_while_a_job_is_open(start: Start) -> None:
    """Retry-After until the end, and not after it."""
    client = start(run_jobs=False)
    address = client.post("/v1/plans", json=small("waits"), headers=ASYNC).headers["location"]
    assert client.get(address).headers["retry-after"] == "1"
    assert client.get(address).json()["state"] == "queued"
    client.delete(address)
    assert "retry-after" not in client.get(address).headers


def test_a_list_has_pages_and_filters(start: Start) -> None:
    """Newest first, each once."""
    client = start(run_jobs=False)
    made = [client.post("/v1/plans", json=small(f"job {n}"), headers=ASYNC).json()["id"] for n in range(5)]
    seen, address = [], "/v1/jobs?limit=2&state=queued&kind=plan"
    while address:
        page = client.get(address).json()
        seen += [job["id"] for job in page["jobs"]]
        address = page["next"]
    assert seen == made[::-1]
    assert client.get("/v1/jobs?state=done").json()["jobs"] == []


def test_a_key_makes_one_job(start: Start) -> None:
    """The same Idempotency-Key names the same job, whatever became of it meanwhile."""
    client = start()
    headers = ASYNC | {"Idempotency-Key": "once"}
    first, second = (client.post("/v1/plans", json=small("keyed"), headers=headers).json()["id"] for _ in range(2))
    assert first == second
    assert len(client.get("/v1/jobs").json()["jobs"]) == 1


def test_events_end_with_the_plan(client: TestClient) -> None:
    """Progress, then the plan as GET has it; ids grow."""
    address = client.post("/v1/plans", json=small("nap:0.3"), headers=ASYNC).headers["location"]
    answer = client.get(f"{address}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = events(answer.text)
    assert told[-1]["event"] == "done"
    assert json.loads(told[-1]["data"]) == client.get(f"/v1/plans/{client.get(address).json()['plan_id']}").json()
    assert [int(each["id"]) for each in told] == sorted({int(each["id"]) for each in told})


def test_who_comes_back_misses_nothing_and_hears_nothing_twice(client: TestClient) -> None:
    """After the last event there is nothing: 204, and a browser stops asking."""
    address = client.post("/v1/plans", json=small("die:abort"), headers=ASYNC).headers["location"]
    ended(client, address)
    [last] = events(client.get(f"{address}/events").text)
    assert (last["event"], json.loads(last["data"])["code"]) == ("failed", "solver_died")
    again = client.get(f"{address}/events", headers={"Last-Event-ID": last["id"]})
    assert (again.status_code, again.text) == (204, "")
    assert events(client.get(f"{address}/events", headers={"Last-Event-ID": "1"}).text) == [last]


def test_a_database_that_is_away_at_the_end_delays_the_last_event(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stream waits for it and does not break off: whoever follows hears of the plan without asking again."""
    address = client.post("/v1/plans", json=small("made meanwhile"), headers=ASYNC).headers["location"]
    ended(client, address)
    away, plan = iter([True]), PlanService.plan

    def read(self: PlanService, caller: Caller, plan_id: str) -> str:
        if next(away, False):
            raise unavailable()
        return plan(self, caller, plan_id)

    monkeypatch.setattr(PlanService, "plan", read)
    assert [each["event"] for each in events(client.get(f"{address}/events").text)] == ["done"]
    assert not next(away, False)


def test_jobs_are_handed_on_while_the_service_still_answers(start: Start) -> None:
    """Whoever is answered last does not keep a job from the others; and a stream says what there is and ends."""
    client = start()
    address = client.post("/v1/plans", json=small("nap:5"), headers=ASYNC).headers["location"]
    while client.get(address).json()["state"] != "running":
        time.sleep(0.02)
    client.app.state.headrace.leaving.set()  # type: ignore[attr-defined]  # the application is a FastAPI
    job = client.get(address).json()
    assert (job["state"], job["attempts"]) == ("queued", 0)
    assert [each["event"] for each in events(client.get(f"{address}/events").text)] == ["progress"]


@pytest.mark.parametrize("job_id", ["job_" + "0" * 30, "plan_" + "0" * 30, "x"])
def test_unknown_jobs(client: TestClient, job_id: str) -> None:
    """404 for every way to ask."""
    answers = [
        client.get(f"/v1/jobs/{job_id}"),
        client.get(f"/v1/jobs/{job_id}/events"),
        client.delete(f"/v1/jobs/{job_id}"),
        client.post(f"/v1/jobs/{job_id}/cancel"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "unknown_job")}
