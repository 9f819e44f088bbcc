"""What happened, against a plan."""

from __future__ import annotations

from fastapi.testclient import TestClient


def test_without_actuals_the_page_says_how_they_come(site: TestClient, funnel: str) -> None:
    """Nothing is compared with nothing."""
    assert "The book holds nothing" in site.get(f"/plans/{funnel}/actuals", params={"book": "empty"}).text


def test_actuals_stand_beside_the_plan(site: TestClient, funnel: str) -> None:
    """Planned and actual spend of the tactic, and a picture."""
    lines = [{"tactic": "tv", "period": "2027-01", "spend": 1234567.0, "outcome": 1500000.0}]
    sent = site.post("/v1/actuals", json={"book": "pages", "actuals": lines})
    assert sent.status_code in (200, 201), sent.text
    page = site.get(f"/plans/{funnel}/actuals?book=pages")
    assert "1,234,567" in page.text
    assert site.get(f"/plans/{funnel}/actuals/tactics.svg?book=pages").text.startswith("<svg")


def test_each_view_has_its_chart(site: TestClient, funnel: str) -> None:
    """By tactic, by period and by goal, in both themes; another is refused."""
    lines = [{"tactic": "tv", "period": period, "spend": 1e6, "outcome": 1.2e6} for period in ("2027-01", "2027-02")]
    assert site.post("/v1/actuals", json={"book": "charts", "actuals": lines}).status_code == 201
    page = site.get(f"/plans/{funnel}/actuals?book=charts").text
    for name in ("tactics", "periods", "goals"):
        assert f"/plans/{funnel}/actuals/{name}.svg?book=charts&amp;theme=light" in page
        assert site.get(f"/plans/{funnel}/actuals/{name}.svg?book=charts&theme=dark").text.startswith("<svg")
    assert site.get(f"/plans/{funnel}/actuals/pie.svg?book=charts").status_code == 404


def test_actuals_are_put_in_from_the_page(site: TestClient, funnel: str) -> None:
    """As a file or pasted; what is wrong is told by its cell, and what was pasted stays."""
    address = f"/plans/{funnel}/actuals"
    table = b"tactic;period;spend;outcome\ntv;2027-01;7654321,5;8000000"
    sent = site.post(address, data={"book": "files", "decimal": "comma"}, files={"file": ("a.csv", table)})
    assert sent.status_code == 303, sent.text
    assert "7,654,32" in site.get(sent.headers["location"]).text
    pasted = "tactic\tperiod\tspend\ntv\t2027-02\tlots"
    wrong = site.post(address, data={"book": "files", "decimal": "point", "lines": pasted})
    assert wrong.status_code == 422
    assert "C2" in wrong.text
    assert "tv\t2027-02\tlots" in wrong.text
    unnamed = site.post(address, data={"book": "x" * 101, "lines": pasted.replace("lots", "5")})
    assert "<code>book</code>" in unnamed.text
