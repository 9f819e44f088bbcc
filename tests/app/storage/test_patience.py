"""A PostgreSQL server that went silent is given up, wherever the silence begins."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from app.errors import BusyError
from app.storage.database import Database
from app.storage.patience import PatientConnection
from app.storage.schema import upgrade
from tests.app.conftest import Start, small
from tests.app.storage.proxy import Proxy, proxied

SECONDS = 1
LONGEST = 30 * SECONDS  # on a slow machine; without patience it is for ever


@pytest.fixture
def proxy(postgresql: str) -> Iterator[Proxy]:
    upgrade(postgresql)
    with proxied(postgresql) as proxy:
        yield proxy


def busy_after(act: Callable[[], None]) -> float:
    """How long it takes [s] until `act` fails as busy."""
    began = time.monotonic()
    with pytest.raises(BusyError):
        act()
    return time.monotonic() - began


@pytest.mark.parametrize("silent_before", ["connect", "checkout", "statement", "commit"])
def test_a_silent_network_is_busy_in_time(proxy: Proxy, silent_before: str) -> None:
    """Whether it goes silent before a connection, on one that waits in the pool, in a transaction or at its end."""
    database = Database(proxy.url, seconds=SECONDS)
    if silent_before != "connect":
        with database.engine.begin() as connection:
            connection.execute(text("SELECT 1"))

    def act() -> None:
        if silent_before in ("connect", "checkout"):
            proxy.silence()
        with database.transaction("default"), database.engine.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS odd (id INTEGER)"))
            if silent_before in ("statement", "commit"):
                proxy.silence()
            if silent_before == "statement":
                connection.execute(text("SELECT 2"))

    assert busy_after(act) < LONGEST
    proxy.resume()
    with database.engine.begin() as connection:
        assert connection.scalar(text("SELECT 3")) == 3
    database.close()


def test_a_silence_is_waited_for_once(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a connection of the pool; no new one is tried after it, which would be silent for as long again."""
    database = Database(proxy.url, seconds=SECONDS)
    tried: list[object] = []
    usual = PatientConnection.connect.__func__  # type: ignore[attr-defined]  # a class method

    def connect(kind: type[PatientConnection], *own: object, **named: object) -> object:
        tried.append(None)
        return usual(kind, *own, **named)

    monkeypatch.setattr(PatientConnection, "connect", classmethod(connect))
    with database.engine.begin() as connection:
        connection.execute(text("SELECT 1"))
    proxy.silence()
    with pytest.raises(BusyError), database.reading("default"):
        pass
    assert len(tried) == 1
    proxy.resume()
    with database.engine.begin() as connection:
        assert connection.scalar(text("SELECT 3")) == 3
    database.close()


def test_no_thread_is_left_behind(proxy: Proxy) -> None:
    """Twenty callers in a silence all come back."""
    database = Database(proxy.url, seconds=SECONDS)

    def ask() -> None:
        with pytest.raises(BusyError), database.transaction("default"), database.engine.begin() as connection:
            connection.execute(text("SELECT 1"))

    proxy.silence()
    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)
    assert not any(thread.is_alive() for thread in threads)
    database.close()


def test_requests_in_a_silence_are_answered(proxy: Proxy, start: Start) -> None:
    """Over HTTP: 503 with Retry-After for whatever needs the database, not ready meanwhile, and all well afterwards."""
    client = start(database_url=proxy.url, database_seconds=SECONDS)
    assert client.get("/v1/plans").status_code == 200
    proxy.silence()
    listed, made = client.get("/v1/plans"), client.post("/v1/plans", json=small("x"), headers={"Idempotency-Key": "k"})
    assert {(each.status_code, each.json()["code"]) for each in (listed, made)} == {(503, "database_unavailable")}
    assert listed.headers["retry-after"]
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    proxy.resume()
    assert client.get("/readyz").status_code == 200
    assert client.post("/v1/plans", json=small("x"), headers={"Idempotency-Key": "k"}).status_code == 201
