"""What happened, against a plan."""

from __future__ import annotations

from fastapi.testclient import TestClient


def test_without_actuals_the_page_says_how_they_come(site: TestClient, funnel: str) -> None:
    """Nothing is compared with nothing."""
    assert "POST /v1/actuals" in site.get(f"/plans/{funnel}/actuals", params={"book": "empty"}).text


def test_actuals_stand_beside_the_plan(site: TestClient, funnel: str) -> None:
    """Planned and actual spend of the tactic, and a picture."""
    lines = [{"tactic": "tv", "period": "2027-01", "spend": 1234567.0, "outcome": 1500000.0}]
    sent = site.post("/v1/actuals", json={"book": "pages", "actuals": lines})
    assert sent.status_code in (200, 201), sent.text
    page = site.get(f"/plans/{funnel}/actuals?book=pages")
    assert "1,234,567" in page.text
    assert site.get(f"/plans/{funnel}/actuals/tactics.svg?book=pages").text.startswith("<svg")
