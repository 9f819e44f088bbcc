"""A service with a real solver, for pages that show real plans."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.config import Settings
from app.examples import document
from app.main import create_app


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """One service for all tests of pages; they do not mind each other's plans."""
    path = tmp_path_factory.mktemp("pages") / "plans.sqlite3"
    settings = Settings(database_url=f"sqlite:///{path}", workers=1, patience=60, log_level="error")
    with TestClient(create_app(settings), raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def plan(site: TestClient, scenario: dict[str, Any]) -> str:
    """The id of a plan made for the scenario."""
    answer = site.post("/v1/plans", json=scenario)
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["id"]
    return made


def stated(key: str) -> dict[str, Any]:
    """An example's scenario."""
    scenario: dict[str, Any] = json.loads(document(key))
    return scenario


@pytest.fixture(scope="session")
def robyn(site: TestClient) -> str:
    """A plan of five tactics in one period."""
    return plan(site, stated("robyn"))


@pytest.fixture(scope="session")
def funnel(site: TestClient) -> str:
    """A plan of seven tactics in six periods, with goals and rules."""
    return plan(site, stated("full_funnel"))


@pytest.fixture(scope="session")
def impossible(site: TestClient) -> str:
    """The answer to a scenario that asks for more than its budget holds."""
    return plan(
        site,
        {
            "name": "impossible",
            "currency": "EUR",
            "objective": {"maximize": "revenue"},
            "budget": {"at_most": 100},
            "tactics": [
                {
                    "name": "tv",
                    "stage": "upstream",
                    "response": {"family": "linear", "slope": 2},
                    "spend": {"at_least": 60},
                },
                {"name": "search", "stage": "downstream", "response": {"family": "linear", "slope": 3}},
            ],
            "rules": [
                {"rule": "spend_range", "name": "search floor", "scope": {"tactics": ["search"]}, "at_least": 70}
            ],
        },
    )
