"""Plans asked for on pages: a job where they take long, and one plan however often a form is sent."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app
from tests.app.pages.browser import sent_by


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service that waits for no plan."""
    url = f"sqlite:///{tmp_path_factory.mktemp('ordering') / 'plans.sqlite3'}"
    settings = Settings(database_url=url, workers=1, patience=0, log_level="error")
    with TestClient(create_app(settings), raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def test_what_takes_long_is_a_job_that_leads_to_its_plan(hasty: TestClient) -> None:
    """Its page says how far it is; the form sent again leads to the same, and another form to another plan."""
    sent = sent_by(hasty.get("/").text, "/examples/full_funnel")
    first = hasty.post("/examples/full_funnel", data=sent)
    job = first.headers["location"]
    assert job.startswith("/jobs/job_")
    page = hasty.get(job)
    if page.status_code == 200:
        assert "How far it is" in page.text
        assert 'data-refresh="#far-told"' in page.text
    until = time.monotonic() + 60
    while (page := hasty.get(job)).status_code == 200 and time.monotonic() < until:
        time.sleep(0.1)
    plan = page.headers["location"]
    assert hasty.get(plan).status_code == 200
    assert hasty.post("/examples/full_funnel", data=sent).headers["location"] == plan
    assert len(hasty.get("/v1/plans").json()["plans"]) == 1
    other = hasty.post("/examples/full_funnel", data=sent_by(hasty.get("/").text, "/examples/full_funnel"))
    assert other.headers["location"] not in (job, plan)


def test_what_was_stopped_is_begun_again(hasty: TestClient) -> None:
    """Stop leads back to the job; the same form then begins another one."""
    page = hasty.get("/scenarios/new?example=full_funnel").text
    sent = sent_by(page, "/scenarios/new") | {"do": "solve", "solve.gap": "1e-9", "solve.time_limit": "60"}
    job = hasty.post("/scenarios/new", data=sent).headers["location"]
    assert hasty.post(f"{job}/cancel", data={"stop": "yes"}).headers["location"] == job
    assert "no plan was made" in hasty.get(job).text
    again = hasty.post("/scenarios/new", data=sent).headers["location"]
    assert again != job
    hasty.post(f"{again}/cancel", data={"stop": "yes"})
