"""Requests of other sites: what a browser says of where it comes from, on every way to change something."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.app.conftest import Start

FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"},
    {"Origin": "null"},
    {"Origin": "http://["},
]
OWN: list[dict[str, str]] = [{}, {"Origin": "http://testserver"}, {"Sec-Fetch-Site": "same-origin"}]


def planted(client: TestClient, headers: dict[str, str]) -> tuple[int, str | None]:
    """A table sent as a form, which no browser asks leave for."""
    table = {"file": ("points.csv", b"channel,spend,outcome\ntv,0,0\ntv,1,2\ntv,2,3\ntv,3,3.5\n")}
    answer = client.post("/v1/curve-sets?name=Planted&currency=EUR", files=table, headers=headers)
    return answer.status_code, answer.json().get("code")


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_site_changes_nothing(client: TestClient, headers: dict[str, str]) -> None:
    """No file, no step without a body, no form of a page; reads are free: browsers keep answers from the site."""
    assert planted(client, headers) == (403, "foreign_form")
    plan = "plan_" + 30 * "0"
    assert client.post(f"/v1/plans/{plan}/approval", headers=headers).status_code == 403
    assert client.post("/examples", headers=headers).status_code == 403
    assert client.delete("/v1/webhooks/webhook_" + 30 * "0", headers=headers).status_code == 403
    assert client.get("/v1/curve-sets", headers=headers).json()["items"] == []


@pytest.mark.parametrize("headers", OWN)
def test_our_own_pages_and_programs_are_taken(client: TestClient, headers: dict[str, str]) -> None:
    """A program says nothing of a site."""
    plan = "plan_" + 30 * "0"
    assert client.post(f"/v1/plans/{plan}/approval", headers=headers).status_code == 404


def test_a_key_is_shown_by_no_browser_alone(start: Start) -> None:
    """Who shows one may come from anywhere: this one is wrong, and told so."""
    answer = start(auth="keys").post(
        "/v1/plans", json={}, headers={"Origin": "https://tool.example", "Authorization": "Bearer hr_no"}
    )
    assert answer.status_code == 401
