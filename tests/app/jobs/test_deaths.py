"""Killed at any event of the database, nothing that was acknowledged is lost, and nothing is done twice."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.app.databases import lay_out
from tests.app.nest import begun

HOURS = 3 * 3600.0  # that nobody needs: `make deep` takes its time
STORIES = ["jobs", "clockwork"]


def tried(url: str, folder: Path, story: str, every: int) -> dict[str, Any]:
    """What came of dying at every so many-th event."""
    lay_out(url)
    command = ["-m", "tests.app.jobs.nursery", url, story, str(-every)]
    ended = begun(command, folder, folder / "log", os.environ).wait(HOURS)
    log = (folder / "log").read_text()
    assert ended == 0, log
    found: dict[str, Any] = json.loads(log.splitlines()[-1])
    return found


@pytest.mark.parametrize("story", STORIES)
def test_some_deaths_lose_and_double_nothing(shared_url: str, tmp_path: Path, story: str) -> None:
    """A sample of the events of accepting, batching, cancelling, claiming, renewing, ending; of a due schedule, its run
    and its webhooks."""
    found = tried(shared_url, tmp_path, story, every=23)
    assert (found["whole"], found["wrong"]) == ([], {})
    assert found["points"] >= 4


@pytest.mark.deep
@pytest.mark.parametrize("story", STORIES)
def test_no_death_loses_or_doubles_anything(url: str, tmp_path: Path, story: str) -> None:
    """Every event: more than a hundred on either database."""
    found = tried(url, tmp_path, story, every=1)
    assert (found["whole"], found["wrong"]) == ([], {})
    assert found["points"] >= 100
