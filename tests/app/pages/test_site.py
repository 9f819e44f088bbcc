"""Addresses that no page answers."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.mark.parametrize(("address", "status"), [("/plans/", 404), ("/nowhere", 404), ("/sign-out", 405)])
def test_people_are_told_in_a_page(site: TestClient, address: str, status: int) -> None:
    """With a way on; whoever does not ask for HTML gets the problem."""
    answer = site.get(address, headers=HTML)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert "There is no such page" in answer.text
    assert site.get(address).headers["content-type"] == "application/problem+json"


def test_the_api_answers_as_ever(site: TestClient) -> None:
    """Whatever a browser accepts."""
    answer = site.get("/v1/nowhere", headers=HTML)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    refused = site.put("/v1/plans", headers=HTML)
    assert (refused.status_code, "allow" in refused.headers) == (405, True)
    assert "allow" in site.get("/sign-out", headers=HTML).headers
