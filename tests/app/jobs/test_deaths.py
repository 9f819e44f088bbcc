"""Killed at any event of the database, nothing that was acknowledged is lost, and nothing is done twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.app.databases import lay_out
from tests.app.nest import answered

STORIES = ["jobs", "clockwork"]


def tried(url: str, folder: Path, story: str, every: int) -> dict[str, Any]:
    """What came of dying at every so many-th event."""
    lay_out(url)
    found: dict[str, Any] = answered(["-m", "tests.app.jobs.nursery", url, story, str(-every)], folder)
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
