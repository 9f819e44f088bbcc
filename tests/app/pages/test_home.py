"""Home, and the examples that one begins with."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app
from tests.app.pages.conftest import stated


def test_an_empty_workspace_invites_to_begin(tmp_path: Path) -> None:
    """One click makes the plan of an example, and leads to it."""
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'new.sqlite3'}", workers=1, log_level="error")
    with TestClient(create_app(settings), follow_redirects=False) as site:
        page = site.get("/").text
        assert "Nothing has been planned here yet" in page
        assert 'action="/examples/robyn"' in page
        answer = site.post("/examples/robyn", data={"pressed": "yes"})
        assert answer.status_code == 303
        assert "proved optimal" in site.get(answer.headers["location"]).text
        assert "Robyn 5_277_2, one week" in site.get("/").text


def test_the_search_finds_by_name(site: TestClient, robyn: str) -> None:
    """A name that no plan has is said."""
    assert f"/plans/{robyn}" in site.get("/", params={"name": "Robyn 5_277_2, one week"}).text
    assert "No plan has the name" in site.get("/", params={"name": "<nobody>"}).text


def test_a_goal_that_the_baseline_misses_is_at_risk(tmp_path: Path) -> None:
    """With what the plan in force reaches of it, and the way there."""
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'risk.sqlite3'}", workers=1, patience=60, log_level="error"
    )
    with TestClient(create_app(settings), follow_redirects=False) as site:
        wanted = stated("robyn") | {
            "name": "wanted",
            "goals": [{"name": "dream", "metric": "revenue", "at_least": 1e9}],
        }
        scenario = site.post("/v1/scenarios", json={"scenario": wanted}).json()["id"]
        made = site.post("/v1/plans", json={"scenario_id": scenario}).json()["id"]
        assert "Goals at risk" not in site.get("/").text
        assert site.post(f"/v1/plans/{made}/approval").status_code == 200
        assert "the approved plan wanted" in site.get("/").text
        later = site.post("/v1/plans", json={"scenario_id": scenario}).json()["id"]
        assert site.post(f"/v1/plans/{later}/approval").status_code == 200
        assert site.get("/").text.count("the approved plan wanted") == 1
        assert f"/plans/{later}" in site.get("/").text.partition("Goals at risk")[2].partition("</table>")[0]
        assert site.post(f"/v1/plans/{later}/baseline").status_code == 200
        assert "the approved plan wanted" not in site.get("/").text
        page = site.get("/").text
        for own, standing in ((made, "approved"), (later, "baseline")):
            mark = f'<bdi>wanted</bdi></a> <span class="badge optimal">{standing}</span>'
            assert f'<a href="/plans/{own}">{mark}' in page
        assert "<bdi>wanted</bdi> <span" in site.get("/compare").text
        assert "Goals at risk" in page
        assert "1,000,000,000" in page
        assert "the baseline of wanted" in page
