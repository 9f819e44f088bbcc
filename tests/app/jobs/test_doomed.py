"""A process that serves HTTP, killed at random times while it answers: nothing is lost, nothing is doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from app.storage.schema import upgrade

DEEP = 200  # servers killed on either database


def killed(url: str, points: int, seed: int) -> dict[str, Any]:
    """What came of killing so many servers."""
    upgrade(url)
    command = [sys.executable, "-m", "tests.app.jobs.doomed", url, str(points), str(seed)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_some_killed_servers_lose_and_double_nothing(shared_url: str) -> None:
    """A sample; every kind of request that stores something, with an Idempotency-Key and without."""
    found = killed(shared_url, 2, seed=1)
    assert found["wrong"] == {}
    assert found["cut_off"] > 0


@pytest.mark.deep
def test_no_killed_server_loses_or_doubles_anything(url: str) -> None:
    """200 on either database, at moments that are different each time."""
    seed = int.from_bytes(os.urandom(4))
    found = killed(url, DEEP, seed)
    assert found["wrong"] == {}, seed
    assert found["points"] == DEEP
    assert found["cut_off"] > DEEP
