"""Killed at any event of the database, nothing that was acknowledged is lost, and nothing is done twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from app.storage.schema import upgrade

STORIES = ["jobs", "clockwork"]


def tried(url: str, story: str, every: int) -> dict[str, Any]:
    """What came of dying at every so many-th event."""
    upgrade(url)
    command = [sys.executable, "-m", "tests.app.jobs.nursery", url, story, str(-every)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("story", STORIES)
def test_some_deaths_lose_and_double_nothing(shared_url: str, story: str) -> None:
    """A sample of the events of accepting, batching, cancelling, claiming, renewing, ending; of a due schedule, its run
    and its webhooks."""
    found = tried(shared_url, story, every=23)
    assert (found["whole"], found["wrong"]) == ([], {})
    assert found["points"] >= 4


@pytest.mark.deep
@pytest.mark.parametrize("story", STORIES)
def test_no_death_loses_or_doubles_anything(url: str, story: str) -> None:
    """Every event: more than a hundred on either database."""
    found = tried(url, story, every=1)
    assert (found["whole"], found["wrong"]) == ([], {})
    assert found["points"] >= 100
