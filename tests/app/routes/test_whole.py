"""A POST with a key that stores something: whenever its process dies, it has happened once or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import func, select, text

from app.config import Settings
from app.main import ROOMS, create_app
from app.routes.once import Attempt
from app.routes.whole import MARK
from app.services.once import OnceService
from app.storage.database import Database
from app.storage.requests import RequestRows
from app.storage.tables import metadata
from tests.app.conftest import small
from tests.app.databases import fresh, lay_out
from tests.app.tenants import CURVES, things_of

KEY = "Idempotency-Key"
NOTHING_KEPT = {
    "/v1/evaluations",
    "/v1/frontiers",
    "/v1/imports",
    "/v1/imports/charts/{form}",
    "/v1/reconciliations",
    "/v1/scenarios/from-workbook",
}
SEEDED = {"/v1/plans", "/v1/batches"}
STORED: dict[str, Any] = {
    "/v1/actuals": {"actuals": [{"tactic": "tv", "period": "1", "spend": 10}]},
    "/v1/scenarios": {"scenario": small("whole")},
    "/v1/curve-sets": {"curve_set": CURVES | {"name": "whole"}},
    "/v1/keys": {"name": "tool", "role": "viewer"},
    "/v1/keys/{key_id}/rotation": {},
    "/v1/webhooks": {"url": "https://192.88.98.1/whole", "events": ["plan.ready"]},
    "/v1/webhooks/{webhook_id}/test": None,
    "/v1/webhooks/{webhook_id}/enable": None,
    "/v1/schedules": {"name": "whole", "cron": "0 6 * * 1"},
    "/v1/schedules/{schedule_id}/runs": None,
    "/v1/schedules/{schedule_id}/pause": None,
    "/v1/schedules/{schedule_id}/resume": None,
    "/v1/plans/{plan_id}/approval": None,
    "/v1/plans/{plan_id}/baseline": None,
    "/v1/jobs/{job_id}/cancel": None,
    "/v1/scenarios/{thing_id}/restoration": None,
    "/v1/curve-sets/{thing_id}/restoration": None,
}


class Killed(Exception):
    """The process is gone."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service on a database of either kind; its workers take no jobs, so that nothing changes by itself."""
    if request.param == "sqlite":
        yield from _served(f"sqlite:///{tmp_path_factory.mktemp('whole') / 'whole.sqlite3'}")
    else:
        with fresh(request.getfixturevalue("postgresql_server")) as url:
            yield from _served(url)


def _served(url: str) -> Iterator[TestClient]:
    lay_out(url)
    settings = Settings(database_url=url, workers=1, log_level="error", solver_priority="low")
    with TestClient(create_app(settings, "tests.app.fake_solver:solve"), raise_server_exceptions=False) as first:
        things = things_of(first, {})
    settings = settings.model_copy(update={"run_jobs": False})
    with TestClient(create_app(settings, "tests.app.fake_solver:solve"), raise_server_exceptions=False) as client:
        client.things = things  # type: ignore[attr-defined]  # for the addresses below
        yield client


def posts() -> Iterator[APIRoute]:
    for room in ROOMS:
        for route in room.router.routes:
            if isinstance(route, APIRoute) and "POST" in route.methods:
                yield route


def test_every_post_is_whole_or_seeded_or_keeps_nothing() -> None:
    """A new one has to be one of these."""
    whole = {route.path for route in posts() if hasattr(route.endpoint, MARK)}
    assert whole == set(STORED)
    assert {route.path for route in posts()} - whole == NOTHING_KEPT | SEEDED


def counts(client: TestClient) -> dict[str, int]:
    """How many rows each table has, but for those of the keys of requests."""
    with _engine(client).begin() as connection:
        kept = [table for table in metadata.sorted_tables if table.name != "requests"]
        return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in kept}


def _engine(client: TestClient) -> Any:
    database: Database = client.app.state.headrace.keys._database  # type: ignore[attr-defined]
    return database.engine


def prepared(client: TestClient, path: str) -> str:
    """The address, once what it needs to have an effect is so."""
    things: dict[str, str] = client.things  # type: ignore[attr-defined]
    thing = things.get("/".join(path.split("/")[:3]), "")
    address = "/".join(thing if part.startswith("{") else part for part in path.split("/"))
    if path.endswith("/restoration"):
        client.delete(address.removesuffix("/restoration"), headers={"If-Match": "*"})
    if path.endswith("/resume"):
        client.post(address.replace("/resume", "/pause"))
    if path.endswith("/enable"):
        with _engine(client).begin() as connection:
            connection.execute(text("UPDATE webhooks SET disabled_at = 1"))
    if path.endswith("/cancel"):
        waits = client.post("/v1/plans", json=small("waits"), headers={"Prefer": "respond-async"})
        address = f"/v1/jobs/{waits.json()['id']}/cancel"
    if path.endswith("/approval"):
        client.delete(address)
    if path.endswith("/baseline"):
        named = client.post("/v1/plans", json={"scenario_id": things["/v1/scenarios"]}).json()
        address = f"/v1/plans/{named['id']}/baseline"
        client.post(address.replace("/baseline", "/approval"))
    return address


def body_of(client: TestClient, path: str) -> Any:
    body = STORED[path]
    plan: str = client.things["/v1/plans"]  # type: ignore[attr-defined]
    return body | {"plan": plan} if path == "/v1/schedules" else body


def lost(client: TestClient) -> None:
    """The holder of every request is gone for long enough."""
    with _engine(client).begin() as connection:
        connection.execute(text("UPDATE requests SET lease_until = 0"))


@pytest.mark.parametrize("path", sorted(STORED))
def test_it_happens_once_whenever_it_is_cut_off(client: TestClient, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the effect and the kept answer: nothing has happened, and sent again it does. Killed after that,
    before the answer is sent: it has happened, and sent again it is answered as it was."""
    address, body = prepared(client, path), body_of(client, path)
    before = counts(client)

    def send(key: str) -> Any:
        return client.post(address, json=body, headers={KEY: f"{path} {key}".replace(" ", "-")})

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(RequestRows, "finish", killed)
        broken.setattr(OnceService, "give_up", lambda *_: None)
        assert send("1").status_code == 500
    assert counts(client) == before
    lost(client)

    together: Callable[..., Any] = Attempt.together

    def dies_after(attempt: Attempt, *arguments: Any, **named: Any) -> None:
        together(attempt, *arguments, **named)
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(Attempt, "together", dies_after)
        broken.setattr(OnceService, "give_up", lambda *_: None)
        assert send("1").status_code == 500
    after = counts(client)
    assert after["audit"] > before["audit"], "it had an effect"
    lost(client)
    again = send("1")
    assert again.headers["idempotency-replayed"] == "true"
    assert again.status_code in (200, 201, 202) or again.json()["code"] == "answer_not_kept"
    assert counts(client) == after


def test_the_answer_is_as_without_a_key(client: TestClient) -> None:
    """Status, media type and fields are those of the same request without a key, headers included."""
    lines = STORED["/v1/actuals"]
    plain, keyed = (client.post("/v1/actuals", json=lines, headers=own) for own in ({}, {KEY: "as-without"}))
    assert plain.status_code == keyed.status_code == 201
    assert list(plain.json()) == list(keyed.json())
    assert set(plain.headers) == set(keyed.headers)
    things: dict[str, str] = client.things  # type: ignore[attr-defined]
    approval = f"/v1/plans/{things['/v1/plans']}/approval"
    plain, keyed = (client.post(approval, headers=own) for own in ({}, {KEY: "as-without-2"}))
    assert (plain.content, plain.headers["etag"]) == (keyed.content, keyed.headers["etag"])


def test_whoever_was_taken_over_undoes_what_it_did(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that was thought dead, and is only slow, cannot keep its answer: then nothing of it is kept."""
    before = counts(client)
    finish = RequestRows.finish

    def late(rows: RequestRows, *arguments: Any) -> bool:
        rows._connection.execute(text("UPDATE requests SET holder = 'another'"))
        return finish(rows, *arguments)

    monkeypatch.setattr(RequestRows, "finish", late)
    answer = client.post("/v1/actuals", json=STORED["/v1/actuals"], headers={KEY: "slow"})
    assert (answer.status_code, answer.json()["code"]) == (409, "request_in_progress")
    assert counts(client) == before


def test_a_refusal_undoes_what_came_before_it(client: TestClient) -> None:
    """What is refused is kept as an answer, and nothing else."""
    before = counts(client)
    taken = client.get("/v1/scenarios").json()["items"][0]["name"]
    first, second = (
        client.post("/v1/scenarios", json={"scenario": small(taken)}, headers={KEY: "taken"}) for _ in range(2)
    )
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert first.status_code == 409
    assert second.headers["idempotency-replayed"] == "true"
    assert counts(client) == before
