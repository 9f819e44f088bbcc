"""/v1/plans as callers see it."""

from __future__ import annotations

import itertools
import json
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.app.conftest import Start, small


def test_a_plan_is_made_stored_and_read_to_the_byte(client: TestClient, scenario: dict[str, Any]) -> None:
    """201 with Location; GET gives the same bytes; the scenario comes back and says the same."""
    made = client.post("/v1/plans", json=scenario)
    assert made.status_code == 201, made.text
    plan = made.json()
    assert made.headers["location"] == f"/v1/plans/{plan['id']}"
    assert plan["name"] == "Spring"
    assert datetime.fromisoformat(plan["created_at"]).utcoffset() is not None
    assert client.get(made.headers["location"]).content == made.content
    sent = client.get(made.headers["location"] + "/scenario").json()
    assert client.post("/v1/plans", json=sent).json()["provenance"] == plan["provenance"]


def test_a_conflict_is_a_result_and_is_kept(client: TestClient) -> None:
    """201 with status conflict: what cannot hold is worth knowing later too."""
    made = client.post("/v1/plans", json=small("conflict"))
    assert (made.status_code, made.json()["status"]) == (201, "conflict")
    [summary] = client.get("/v1/plans", params={"status": "conflict"}).json()["plans"]
    assert (summary["id"], summary["spend"]) == (made.json()["id"], None)


@pytest.mark.parametrize("path", ["/v1/plans/plan_0", "/v1/plans/plan_%00", f"/v1/plans/plan_{'0' * 30}/scenario"])
def test_an_unknown_plan_is_not_found(client: TestClient, path: str) -> None:
    """404 with a code, whatever the id looks like."""
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_plan")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_plan_cannot_be_changed(client: TestClient, method: str) -> None:
    """No method changes a plan, and the answer names those that there are."""
    answer = client.request(method, "/v1/plans/plan_0")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.headers["content-type"] == "application/problem+json"


def test_pages_show_every_plan_once_while_plans_are_made(start: Start) -> None:
    """Following `next` from the first page gives what was there, newest first, whatever is added."""
    client = start()
    ids = [client.post("/v1/plans", json=small(f"plan {number}")).json()["id"] for number in range(5)]
    seen: list[str] = []
    link: str | None = "/v1/plans?limit=2"
    while link:
        page = client.get(link).json()
        seen += [summary["id"] for summary in page["plans"]]
        client.post("/v1/plans", json=small("newcomer"))
        link = page["next"]
    assert seen == ids[::-1]


def test_a_list_is_narrowed_by_name_status_and_time(start: Start) -> None:
    """Filters hold on the next page too; money comes back to the cent."""
    client = start()
    plans = [client.post("/v1/plans", json=small(name)).json() for name in ("a & b", "c", "a & b", "a & b")]
    page = client.get("/v1/plans", params={"name": "a & b", "limit": 2}).json()
    assert [summary["id"] for summary in page["plans"]] == [plans[3]["id"], plans[2]["id"]]
    [last] = client.get(page["next"]).json()["plans"]
    assert (last["id"], last["spend"], last["currency"]) == (plans[0]["id"], 20.0, "EUR")
    between = {"created_from": plans[1]["created_at"], "created_to": plans[2]["created_at"]}
    assert [found["name"] for found in client.get("/v1/plans", params=between).json()["plans"]] == ["c"]
    assert client.get("/v1/plans", params={"status": "optimal"}).json() == {"plans": [], "next": None}


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "cursor=!", "cursor=cGxhbg==", "cursor=é", "status=fine", "name=%00",
     "created_from=yesterday", "created_from=2027-01-01T00:00:00", "colour=red"],
)  # fmt: skip
def test_a_wrong_query_is_refused_with_its_parameter(client: TestClient, query: str) -> None:
    """422, naming the parameter and never quoting its value."""
    answer = client.get(f"/v1/plans?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == query.partition("=")[0]


def test_extreme_times_are_no_trouble(client: TestClient) -> None:
    """The ends of the calendar are times like any other."""
    query = {"created_from": "0001-01-01T00:00:00+00:00", "created_to": "9999-12-31T23:59:59+00:00"}
    assert client.get("/v1/plans", params=query).status_code == 200


def test_a_time_that_no_service_takes_is_answered_with_what_this_one_takes(client: TestClient) -> None:
    """Mended once, it is right."""
    [fault] = client.post("/v1/plans", json=small("Spring") | {"solve": {"time_limit": 1e6}}).json()["errors"]
    assert (fault["code"], fault["path"]) == ("out_of_range", "solve.time_limit")
    assert fault["remedy"] == "give a number between 0.01 and 86400, here at most 300 (time_limit_max)"


@pytest.mark.parametrize(
    ("change", "status", "code", "path"),
    [
        ({"solve": {"time_limit": 301}}, 413, "time_limit_too_long", "solve.time_limit"),
        ({"periods": [str(number) for number in range(26)]}, 413, "too_many_cells", "tactics"),
        ({"currency": "euro"}, 422, "wrong_format", "currency"),
        ({"colour": "red"}, 422, "unknown_field", "colour"),
        ({"budget": None, "tactics": []}, 422, "no_tactics", "tactics"),
    ],
)
def test_what_cannot_be_planned_is_refused_and_not_stored(
    client: TestClient, scenario: dict[str, Any], change: dict[str, Any], status: int, code: str, path: str
) -> None:
    """A problem with a stable code and the path of the field; nothing is kept."""
    before = client.get("/v1/plans").json()
    answer = client.post("/v1/plans", json=scenario | change)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["errors"][0]["path"]) == (status, code, path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/v1/plans").json() == before


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("die:hang", "solver_timeout"),
        ("die:segfault", "solver_died"),
        ("die:memory", "solver_failed"),
        ("die:nonsense", "solver_failed"),
        ("another", "solver_failed"),
    ],
)
def test_a_solver_that_fails_is_a_problem_and_the_next_plan_is_made(client: TestClient, name: str, code: str) -> None:
    """503 with Retry-After; nothing is stored and the service goes on."""
    seconds = 0.1 if name == "die:hang" else 30.0
    answer = client.post("/v1/plans", json=small(name, time_limit=seconds))
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert int(answer.headers["retry-after"]) > 0
    assert client.get("/v1/plans", params={"name": name}).json()["plans"] == []
    assert client.post("/v1/plans", json=small("after")).status_code == 201


def test_reads_are_answered_while_solves_run_and_wait(start: Start) -> None:
    """With the worker busy and two solves waiting, three more are refused at once, and reads are not held up."""
    client = start(queue_length=2)
    with ThreadPoolExecutor(max_workers=12) as threads:
        solves = [threads.submit(client.post, "/v1/plans", json=small("nap:1")) for _ in range(6)]
        refused = [solve.result() for solve in itertools.islice(as_completed(solves), 3)]
        assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(503, "busy")] * 3
        reads = list(threads.map(lambda _: client.get("/v1/plans").status_code, range(20)))
        assert sum(solve.done() for solve in solves) < 6
        assert reads == [200] * 20
        assert [solve.result().status_code for solve in solves].count(201) == 3


def test_texts_survive(client: TestClient) -> None:
    """Names in any script come back as they were sent."""
    for name in ("Frühjahr 2027 – 春", "a'; DROP TABLE plans; --", "🌊" * 100):
        made = client.post("/v1/plans", content=json.dumps(small(name)), headers={"Content-Type": "application/json"})
        assert made.json()["name"] == name
        assert client.get("/v1/plans", params={"name": name}).json()["plans"][0]["id"] == made.json()["id"]


def test_a_plan_is_explained_as_json_or_text(client: TestClient, scenario: dict[str, Any]) -> None:
    """JSON unless text is asked for, by the query or by Accept; 404 for a plan that there is not."""
    address = client.post("/v1/plans", json=scenario).headers["location"] + "/explanation"
    answer = client.get(address).json()
    assert (answer["title"], answer["status"]) == ("Spring", "feasible")
    assert {"key", "title", "sentences"} == set(answer["sections"][0])
    text = client.get(address, params={"format": "text"})
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer["headline"]["text"] in text.text
    assert client.get(address, headers={"Accept": "text/plain"}).text == text.text
    both = {"Accept": "text/plain;q=0.4, application/json;q=0.8"}
    assert client.get(address, headers=both).json() == answer
    assert client.get(address, headers={"Accept": "text/plain"}, params={"format": "json"}).json() == answer
    assert client.get("/v1/plans/plan_0/explanation").status_code == 404
    assert client.get(address, params={"format": "pdf"}).status_code == 422
