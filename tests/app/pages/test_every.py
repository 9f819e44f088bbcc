"""Every page: hostile names stay text, and nothing in it would run or be loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app
from tests.app.pages.browser import looked_at
from tests.app.pages.every import FAILURES, Answer, Stock, forms, pages, routes, stocked
from tests.app.pages.hostile import UNESCAPED, scenario


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service in which every name is hostile."""
    url = f"sqlite:///{tmp_path_factory.mktemp('every') / 'every.sqlite3'}"
    settings = Settings(database_url=url, workers=1, patience=60, log_level="error")
    with TestClient(create_app(settings), raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def stock(hostile: TestClient) -> Stock:
    """What it shows."""
    return stocked(hostile, scenario())


def test_no_page_is_left_out(stock: Stock) -> None:
    """A route that is added has an address and a form here."""
    assert set(pages(stock)) == routes("GET")
    assert set(forms(stock)) == routes("POST")


@pytest.mark.parametrize("route", sorted(routes("GET")))
def test_pages_keep_names_as_text(hostile: TestClient, stock: Stock, route: str) -> None:
    """What was typed is shown, and runs nowhere."""
    for address in pages(stock)[route]:
        answer = looked_at(hostile, address)
        assert answer.status_code in (200, 404, 422), address
        harmless(answer, address)


@pytest.mark.parametrize("route", sorted(routes("POST")))
def test_answers_to_forms_keep_text_as_text(hostile: TestClient, stock: Stock, route: str) -> None:
    """Faults repeat what was typed in its field, and nowhere as a part of the page."""
    for sent in forms(stock)[route]:
        if "file" in sent.fields:
            answer = hostile.post(sent.to, files={"file": ("<b>.xlsx", sent.fields["file"].encode())})
        else:
            answer = hostile.post(sent.to, data=sent.fields)
        assert answer.status_code == sent.status, (sent.to, answer.text[:3000])
        harmless(answer, sent.to)


@pytest.mark.parametrize("route", sorted(routes("POST")))
def test_no_field_is_too_long_for_its_form(hostile: TestClient, stock: Stock, route: str) -> None:
    """More digits than a number can have, where one is asked for and elsewhere: a page says so, or takes it as text."""
    for sent in forms(stock)[route]:
        for field in sent.fields:
            answer = hostile.post(sent.to, data=sent.fields | {field: "9" * 5000})
            assert answer.status_code < 500, (sent.to, field)


@pytest.mark.parametrize("address", FAILURES)
def test_failures_are_pages(hostile: TestClient, address: str) -> None:
    """For an address that is none, or asks for what cannot be read."""
    answer = hostile.get(address, headers={"accept": "text/html"})
    assert answer.status_code in (404, 405, 422), address
    harmless(answer, address)


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
