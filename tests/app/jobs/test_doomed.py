"""A process that serves HTTP, killed at random times while it answers: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.app.databases import lay_out
from tests.app.nest import answered

DEEP = 200  # servers killed on either database


def killed(url: str, folder: Path, points: int, seed: int) -> dict[str, Any]:
    """What came of killing so many servers."""
    lay_out(url)
    found: dict[str, Any] = answered(["-m", "tests.app.jobs.doomed", url, str(points), str(seed)], folder)
    return found


def test_some_killed_servers_lose_and_double_nothing(shared_url: str, tmp_path: Path) -> None:
    """A sample; every kind of request that stores something, with an Idempotency-Key and without."""
    found = killed(shared_url, tmp_path, 2, seed=1)
    assert found["wrong"] == {}
    assert found["cut_off"] > 0


@pytest.mark.deep
def test_no_killed_server_loses_or_doubles_anything(url: str, tmp_path: Path) -> None:
    """200 on either database, at moments that are different each time."""
    seed = int.from_bytes(os.urandom(4))
    found = killed(url, tmp_path, DEEP, seed)
    assert found["wrong"] == {}, seed
    assert found["points"] == DEEP
    assert found["cut_off"] > DEEP
