"""Home, and the examples that one begins with."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app


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
