"""Every page: hostile names stay text, and nothing in it would run or be loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app
from tests.app.pages.every import UNESCAPED, Answer, Every, furnished, routes


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service in which every name is hostile."""
    url = f"sqlite:///{tmp_path_factory.mktemp('every') / 'every.sqlite3'}"
    settings = Settings(database_url=url, workers=1, patience=60, log_level="error")
    with TestClient(create_app(settings), raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def every(hostile: TestClient) -> Every:
    """What it shows."""
    return furnished(hostile)


def test_no_page_is_left_out(every: Every) -> None:
    """A route that is added has an address and a form here."""
    assert set(every.pages) == routes("GET")
    assert set(every.forms) == routes("POST")


@pytest.mark.parametrize("route", sorted(routes("GET")))
def test_pages_keep_names_as_text(hostile: TestClient, every: Every, route: str) -> None:
    """What was typed is shown, and runs nowhere."""
    for address in every.pages[route]:
        answer = hostile.get(address)
        assert answer.status_code in (200, 404, 422), address
        harmless(answer, address)


@pytest.mark.parametrize("route", sorted(routes("POST")))
def test_answers_to_forms_keep_text_as_text(hostile: TestClient, every: Every, route: str) -> None:
    """Faults repeat what was typed in its field, and nowhere as a part of the page."""
    for sent in every.forms[route]:
        if "file" in sent.fields:
            answer = hostile.post(sent.to, files={"file": ("<b>.xlsx", sent.fields["file"].encode())})
        else:
            answer = hostile.post(sent.to, data=sent.fields)
        assert answer.status_code == sent.status, (sent.to, answer.text[:3000])
        harmless(answer, sent.to)


def harmless(answer: Answer, where: str) -> None:
    """No markup of a name, no inline style or script, no address of another host; and the policy says so, too."""
    for sign in UNESCAPED:
        assert sign not in answer.text, (where, sign)
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/")
        return
    assert answer.headers["content-type"].startswith("text/html")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<style" not in answer.text
    assert "</html>" in answer.text
