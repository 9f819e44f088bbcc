"""Jobs as pages: what goes on, what came of it, and the way to stop it."""

from __future__ import annotations

import time

from fastapi.testclient import TestClient

from tests.app.pages.conftest import stated


def test_a_job_leads_to_its_plan(site: TestClient) -> None:
    """Once it has ended."""
    sent = site.post("/v1/plans", json=stated("robyn") | {"name": "<job>"}, headers={"Prefer": "respond-async"})
    assert sent.status_code == 202, sent.text
    address = f"/v1{sent.headers['location'].partition('/v1')[2]}"
    until = time.monotonic() + 60
    while (job := site.get(address).json())["state"] not in ("done", "failed") and time.monotonic() < until:
        time.sleep(0.1)
    page = site.get("/jobs").text
    assert f"/plans/{job['plan_id']}" in page
    assert "&lt;job&gt;" in page
    assert site.post(f"/jobs/{job['id']}/cancel", data={"pressed": "yes"}).status_code == 303
    assert site.get(address).json()["state"] == "done"


def test_what_goes_on_shows_how_far_it_is(site: TestClient) -> None:
    """Rounds, the gap and the seconds; it is cancelled with a button."""
    hard = stated("full_funnel") | {"name": "slow", "solve": {"gap": 1e-9, "time_limit": 60}}
    sent = site.post("/v1/batches", json={"name": "many", "scenarios": [hard] * 3})
    assert sent.status_code in (201, 202), sent.text
    home = site.get("/").text
    assert 'data-refresh="#running-table"' in home
    assert "Being worked on" in home
    for job in site.get("/v1/jobs?limit=50").json()["jobs"]:
        if job["state"] in ("queued", "running"):
            assert site.post(f"/jobs/{job['id']}/cancel", data={"pressed": "yes"}).status_code == 303
    assert "cancelled" in site.get("/jobs").text
