"""Idempotency-Key over HTTP: one plan, one solver start and one answer for each key, whoever is killed."""

from __future__ import annotations

import json
import signal
import time
import uuid
import zlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.errors import BusyError
from app.records.callers import Role
from app.services.once import OnceService
from app.storage.database import Database
from tests.app.conftest import Start, small
from tests.app.databases import lay_out
from tests.app.routes.test_callers import give_key
from tests.app.test_server import serving
from tests.effort import examples

KEY = "Idempotency-Key"
COUNTED = "from app.main import create_app; app = lambda: create_app(function='tests.app.counting:solve')"


def post(client: TestClient | httpx.Client, key: str, name: str = "Spring", **more: Any) -> httpx.Response:
    return client.post("/v1/plans", json=small(name), headers={KEY: key} | more)


def plans(client: TestClient | httpx.Client) -> list[str]:
    return [plan["name"] for plan in client.get("/v1/plans?limit=100").json()["plans"]]


def told(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    """What the handler answered: without what belongs to each sending of it."""
    own = {"x-request-id", "idempotency-replayed", "date"}
    kept = {name: value for name, value in answer.headers.items() if name not in own}
    return answer.status_code, answer.content, kept


def test_the_same_request_gets_the_same_answer(own: TestClient) -> None:
    """One plan; status, headers and body as before, and a header that says so."""
    first, second = post(own, "one"), post(own, '"one"')
    assert told(first) == told(second)
    assert first.headers["location"] == f"/v1/plans/{first.json()['id']}"
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert plans(own) == ["Spring"]


def test_another_body_under_the_key_is_refused(own: TestClient) -> None:
    """422 that names the header; other routes have keys of their own."""
    post(own, "one")
    refused = post(own, "one", name="Summer")
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    other = own.post("/v1/evaluations", json={"scenario": small("Spring"), "allocations": []}, headers={KEY: "one"})
    assert other.status_code == 200
    assert plans(own) == ["Spring"]


def test_no_other_header_makes_it_another_request(own: TestClient) -> None:
    """What a client or a proxy writes otherwise the second time: the first answer, and one plan."""
    first = post(own, "one")
    for more in (
        {"Prefer": "respond-async"},
        {"Prefer": "wait=1"},
        {"Accept": "*/*"},
        {"Content-Type": "application/json; charset=utf-8"},
    ):
        again = post(own, "one", **more)
        assert told(again) == told(first)
        assert again.headers["idempotency-replayed"] == "true"
    assert own.post("/v1/plans?x=1", json=small("Spring"), headers={KEY: "one"}).status_code == 422
    assert plans(own) == ["Spring"]


def test_a_refusal_is_an_answer_too(own: TestClient) -> None:
    """What is wrong with a scenario stays wrong, and is told again as it was."""
    bad = small("Spring") | {"currency": "euro"}
    first, second = (own.post("/v1/plans", json=bad, headers={KEY: "bad"}) for _ in range(2))
    assert first.status_code == 422
    assert told(first) == told(second)
    assert second.headers["idempotency-replayed"] == "true"


def test_a_failure_is_tried_again(own: TestClient) -> None:
    """Neither a dead solver nor a wrong type of body is kept: the key is free again at once."""
    assert post(own, "one", name="die:exit").status_code == 503
    assert post(own, "one", name="Spring").status_code == 201
    typed = {"Content-Type": "text/plain", KEY: "two"}
    assert own.post("/v1/plans", content=json.dumps(small("x")), headers=typed).status_code == 415
    assert post(own, "two").status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, 'a"b', "\x7f", "é".encode()])
def test_a_key_is_one_word(own: TestClient, key: str | bytes) -> None:
    """Anything else is refused before anything happens."""
    answer = own.post("/v1/plans", json=small("Spring"), headers={KEY: key})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_idempotency_key")
    twice = own.post("/v1/plans", json=small("Spring"), headers=httpx.Headers([(KEY, "a"), (KEY, "b")]))
    assert twice.status_code == 422
    assert plans(own) == []


def test_a_request_in_progress_is_told_so(own: TestClient) -> None:
    """409 with Retry-After, and the answer once it is there."""
    with ThreadPoolExecutor() as threads:
        first = threads.submit(post, own, "one", "nap:1")
        time.sleep(0.4)
        early = post(own, "one", "nap:1")
        assert (early.status_code, early.json()["code"]) == (409, "request_in_progress")
        assert early.headers["retry-after"]
        assert first.result().status_code == 201
    assert told(post(own, "one", "nap:1")) == told(first.result())


def test_nobody_is_given_the_answer_of_another_caller(start: Start) -> None:
    """The key of a colleague means another request; other workspaces do not know it at all."""
    client = start(auth="keys")
    with Database(client.app.state.headrace.settings.database_url).engine.begin() as connection:  # type: ignore[attr-defined]
        connection.execute(text("INSERT INTO workspaces VALUES ('other', 'Other', 1)"))
    mine, colleague = give_key(client, Role.planner), give_key(client, Role.admin)
    stranger = give_key(client, Role.planner, workspace="other")
    assert post(client, "one").status_code == 401
    assert post(client, "one", **mine).status_code == 201
    assert post(client, "one", **colleague).json()["code"] == "idempotency_key_reused"
    strange = post(client, "one", **stranger)
    assert (strange.status_code, strange.headers.get("idempotency-replayed")) == (201, None)


def test_an_answer_that_could_not_be_kept_costs_no_second_plan(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The database fails, or the process dies, after the plan is stored: whoever takes over finds that plan."""
    starts = tmp_path / "starts"
    monkeypatch.setenv("STARTS", str(starts))
    client = start("tests.app.counting:solve")

    def lost(*_: object) -> None:
        raise BusyError("lost", "", "is lost", "try again")

    with monkeypatch.context() as broken:
        broken.setattr(OnceService, "finish", lost)
        first = post(client, "one")
    assert post(client, "one").status_code == 409
    with Database(client.app.state.headrace.settings.database_url).engine.begin() as connection:  # type: ignore[attr-defined]
        connection.execute(text("UPDATE requests SET lease_until = 0"))
    second = post(client, "one")
    assert (second.status_code, second.content) == (201, first.content)
    assert starts.read_text() == "Spring\n"
    assert plans(client) == ["Spring"]


@pytest.fixture
def servers(
    tmp_path: Path, shared_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[tuple[Any, httpx.Client]]]:
    """Two API processes on one database, which note each solver start in the file `starts`."""
    lay_out(shared_url)
    monkeypatch.setenv("STARTS", str(tmp_path / "starts"))
    with ExitStack() as stack:
        running = []
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "counted.py").write_text(COUNTED)
            settings = {"database_url": shared_url, "workers": "2", "queue_length": "200", "database_seconds": "30"}
            running.append(stack.enter_context(serving(tmp_path / name, "counted:app", **settings)))
        yield running


def test_one_plan_and_one_start_for_each_key(servers: list[tuple[Any, httpx.Client]], tmp_path: Path) -> None:
    """Each key is posted ten times at once, over two processes: all get the one answer, at once or in the end."""
    clients = [client for _, client in servers]
    keys = {str(uuid.uuid4()): f"plan {number}" for number in range(examples(20))}

    def insist(key: str, number: int) -> httpx.Response:
        while (answer := post(clients[number % 2], key, keys[key])).status_code == 409:
            time.sleep(0.2)
        return answer

    with ThreadPoolExecutor(20) as threads:
        sent = [(key, threads.submit(insist, key, number)) for key in keys for number in range(10)]
        answers = {key: {told(future.result())[:2] for of, future in sent if of == key} for key in keys}
    assert {(len(each), next(iter(each))[0]) for each in answers.values()} == {(1, 201)}
    stored = Counter(summary["name"] for client in clients[:1] for summary in _all(client))
    assert stored == Counter(keys.values())
    assert Counter((tmp_path / "starts").read_text().splitlines()) == Counter(keys.values())


def test_a_killed_process_loses_its_keys_to_another(
    servers: list[tuple[Any, httpx.Client]],
    shared_url: str,
    tmp_path: Path,
) -> None:
    """Kill -9 in the middle of a solve: the other process answers the same request once the lease is over."""
    (doomed, client), (_, other) = servers
    with ThreadPoolExecutor() as threads:
        lost = threads.submit(post, client, "one", "nap:3")
        while not (tmp_path / "starts").exists():
            time.sleep(0.05)
        doomed.send_signal(signal.SIGKILL)
        assert isinstance(lost.exception(), httpx.HTTPError)
    assert post(other, "one", "nap:3").status_code == 409
    with Database(shared_url).engine.begin() as connection:
        connection.execute(text("UPDATE requests SET lease_until = 0"))
    with ThreadPoolExecutor() as threads:
        again = threads.submit(post, other, "one", "nap:3")
        time.sleep(0.5)
        assert post(other, "one", "nap:3").status_code == 409
        assert again.result().status_code == 201
    assert plans(other) == ["nap:3"]


def _all(client: httpx.Client) -> Iterator[dict[str, Any]]:
    address: str | None = "/v1/plans?limit=100"
    while address:
        page = client.get(address).json()
        yield from page["plans"]
        address = page["next"]


def test_a_secret_is_answered_once(start: Start) -> None:
    """A new API key is kept nowhere: sent again, its request says that it was done."""
    client = start()
    asked: dict[str, Any] = {"json": {"name": "tool", "role": "planner"}, "headers": {KEY: "one"}}
    first, second = (client.post("/v1/keys", **asked) for _ in range(2))
    assert (first.status_code, second.status_code, second.json()["code"]) == (201, 409, "answer_not_kept")
    assert len(client.get("/v1/keys").json()["keys"]) == 1
    with Database(client.app.state.headrace.settings.database_url).engine.begin() as connection:  # type: ignore[attr-defined]
        assert first.json()["key"].encode() not in zlib.decompress(connection.scalar(text("SELECT body FROM requests")))
