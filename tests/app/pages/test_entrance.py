"""Signing in with a key, and out; what a session may do, and what ends it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app
from app.records.callers import LOCAL, Role
from app.services.keys import KeyService
from app.storage.database import Database
from tests.app.databases import lay_out
from tests.app.pages.browser import sent_by


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with its layout."""
    address = f"sqlite:///{tmp_path_factory.mktemp('entrance') / 'keys.sqlite3'}"
    lay_out(address)
    return address


@pytest.fixture(scope="module")
def service(url: str) -> Iterator[FastAPI]:
    """One that asks for keys."""
    settings = Settings(database_url=url, workers=1, auth="keys", log_level="error")
    app = create_app(settings, "tests.app.fake_solver:solve")
    with TestClient(app):
        yield app


@pytest.fixture
def guarded(service: FastAPI) -> TestClient:
    """A browser without cookies."""
    return TestClient(service, raise_server_exceptions=False, follow_redirects=False)


def made_key(url: str, role: Role) -> tuple[str, str]:
    """The secret and the id of a new key."""
    database = Database(url)
    made = KeyService(database).create(LOCAL, name=role.value, role=role, expires_at=None)
    database.close()
    return made.secret, made.key.id


def test_pages_lead_to_the_entrance_and_back(guarded: TestClient, url: str) -> None:
    """Whoever is not signed in comes back to the page that was asked for."""
    turned = guarded.get("/scenarios?search=x")
    assert turned.status_code == 303
    assert turned.headers["location"] == "/sign-in?next=%2Fscenarios%3Fsearch%3Dx"
    secret, _ = made_key(url, Role.viewer)
    entered = guarded.post("/sign-in", data={"key": secret, "next": "/scenarios?search=x"})
    assert entered.headers["location"] == "/scenarios?search=x"
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert secret not in cookie
    assert guarded.get("/scenarios").status_code == 200


def test_a_session_reads_the_api_and_writes_nothing_there(guarded: TestClient, url: str) -> None:
    """Links to files work; a POST without a key does not."""
    guarded.post("/sign-in", data={"key": made_key(url, Role.admin)[0], "next": "/"})
    assert guarded.get("/v1/plans").status_code == 200
    assert guarded.post("/v1/plans", json={}).status_code == 401


def test_a_viewer_plans_nothing(guarded: TestClient, url: str) -> None:
    """403, as a page."""
    guarded.post("/sign-in", data={"key": made_key(url, Role.viewer)[0], "next": "/"})
    answer = guarded.post("/examples/robyn", data={"pressed": "yes"})
    assert answer.status_code == 403
    assert "planner" in answer.text


def test_a_session_ends_with_its_key_and_by_signing_out(guarded: TestClient, url: str) -> None:
    """From the next request on."""
    secret, key_id = made_key(url, Role.viewer)
    guarded.post("/sign-in", data={"key": secret, "next": "/"})
    database = Database(url)
    KeyService(database).revoke(LOCAL, key_id)
    database.close()
    assert guarded.get("/").status_code == 303
    guarded.post("/sign-in", data={"key": made_key(url, Role.viewer)[0], "next": "/"})
    cookies = dict(guarded.cookies)
    assert guarded.get("/").status_code == 200
    guarded.post("/sign-out", data={"pressed": "yes"})
    assert guarded.get("/", cookies=cookies).status_code == 303


@pytest.mark.parametrize("key", ["", "hr_" + "A" * 43, "nonsense", "' OR 1=1"])
def test_what_is_no_key_opens_nothing(guarded: TestClient, key: str) -> None:
    """401, and no cookie."""
    answer = guarded.post("/sign-in", data={"key": key, "next": "/"})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_a_form_that_is_sent_without_a_session_is_kept(guarded: TestClient, url: str) -> None:
    """Nothing is done; the page holds every field as it was typed, and sends it again after signing in."""
    typed = {"name": "<b>'\"", "cron": "\r\n 0 7 * * *", "do": "solve", "lines": "a\tb\r\nc"}
    answer = guarded.post("/scenarios/new", data=typed)
    assert answer.status_code == 401
    assert "You are signed out" in answer.text
    kept = sent_by(answer.text, "/scenarios/new")
    assert kept == typed
    guarded.post("/sign-in", data={"key": made_key(url, Role.planner)[0], "next": "/"})
    assert guarded.post("/scenarios/new", data=kept).status_code == 422


def test_a_form_of_another_site_is_not_kept(guarded: TestClient) -> None:
    """Nor shown as ours."""
    answer = guarded.post("/scenarios/new", data={"name": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "Send it again" not in answer.text


def test_a_viewer_sees_no_button_that_would_be_refused(guarded: TestClient, url: str) -> None:
    """But what can be read is there."""
    guarded.post("/sign-in", data={"key": made_key(url, Role.viewer)[0], "next": "/"})
    for address in ("/", "/scenarios", "/curve-sets", "/reconcile", "/schedules", "/jobs", "/compare"):
        page = guarded.get(address)
        assert page.status_code == 200, address
        assert 'href="/scenarios/new"' not in page.text
        assert 'href="/schedules/new"' not in page.text
        assert page.text.count('method="post"') == page.text.count('action="/sign-out"') + page.text.count(
            'action="/reconcile"'
        ), address


@pytest.mark.parametrize(("base", "kept"), [
    ("https://testserver", "private, no-cache"),
    ("http://127.0.0.1", "private, no-cache"),
    ("http://testserver", "no-store"),
])  # fmt: skip
def test_a_page_is_kept_only_where_signing_out_has_it_forgotten(
    guarded: TestClient, url: str, base: str, kept: str
) -> None:
    """So that going back shows what was typed; browsers obey `Clear-Site-Data` over HTTPS and on this machine only."""
    entered = guarded.post(f"{base}/sign-in", data={"key": made_key(url, Role.planner)[0], "next": "/"})
    cookie = {"Cookie": entered.headers["set-cookie"].partition(";")[0]}
    assert guarded.get(f"{base}/scenarios/new", headers=cookie).headers["cache-control"] == kept
    assert guarded.get(f"{base}/sign-in").headers["cache-control"] == "no-store"
    left = guarded.post(f"{base}/sign-out", data={"pressed": "yes"}, headers=cookie)
    assert left.headers["clear-site-data"] == '"cache"'
