"""Signing in on the pages with an identity provider, and every answer of it that lets nobody in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app
from tests.app.databases import lay_out
from tests.app.provider import Provider, providing


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """One that is reached on this machine."""
    with providing() as found:
        yield found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[FastAPI]:
    """One that the provider knows as a client."""
    url = f"sqlite:///{tmp_path_factory.mktemp('oidc') / 'oidc.sqlite3'}"
    lay_out(url)
    settings = Settings(database_url=url, workers=1, auth="keys", log_level="error", oidc_issuer=provider.issuer,
                        oidc_keys=f"{provider.issuer}/keys", oidc_private=True, oidc_client="pages",
                        oidc_client_secret="hush/")  # fmt: skip
    app = create_app(settings, "tests.app.fake_solver:solve")
    with TestClient(app):
        yield app


@pytest.fixture
def pages(service: FastAPI, provider: Provider) -> TestClient:
    """A browser without cookies; the provider answers as it should."""
    provider.claims = {}
    return TestClient(service, follow_redirects=False)


def sent_back(pages: TestClient, provider: Provider, wanted: str = "/scenarios") -> str:
    """The address that a person comes back to who signed in at the provider."""
    away = pages.get("/sign-in/provider", params={"next": wanted})
    assert away.status_code == 303, away.text
    assert away.headers["location"].startswith(f"{provider.issuer}/authorize?")
    return provider.authorize(away.headers["location"]).removeprefix("http://testserver")


def test_a_person_is_signed_in_with_name_and_role(pages: TestClient, provider: Provider) -> None:
    """And comes back to the page that was asked for; signing out ends the session."""
    assert "Sign in with your organisation" in pages.get("/sign-in").text
    entered = pages.get(sent_back(pages, provider))
    assert (entered.status_code, entered.headers["location"]) == (303, "/scenarios")
    assert "HttpOnly" in entered.headers["set-cookie"]
    assert pages.get("/scenarios").status_code == 200
    assert pages.get("/v1/me").json() == {"workspace": "default", "actor": "oidc:ada", "role": "planner"}
    assert pages.post("/v1/plans", json={}).status_code == 401
    pages.post("/sign-out", data={"pressed": "yes"})
    assert pages.get("/scenarios").status_code == 303


def refused(pages: TestClient, address: str) -> None:
    """Nobody is let in, and the page says so."""
    answer = pages.get(address)
    assert answer.status_code == 401
    assert "You are not signed in" in answer.text
    assert "headrace_session=" not in answer.headers.get("set-cookie", "")
    assert pages.get("/").status_code == 303


def test_an_answer_counts_once_and_in_the_browser_that_asked(pages: TestClient, provider: Provider) -> None:
    """Neither with another state, nor without the cookie, nor with a code that was used."""
    address = sent_back(pages, provider)
    answered = dict(parse_qsl(urlsplit(address).query))
    refused(pages, f"/sign-in/answer?code={answered['code']}&state=other")
    refused(pages, address)  # the attempt is over
    used = sent_back(pages, provider)
    held = dict(pages.cookies)
    assert pages.get(used).status_code == 303
    pages.cookies.clear()
    pages.cookies.update(held)
    refused(pages, used)
    refused(pages, "/sign-in/answer?error=access_denied&state=x")


@pytest.mark.parametrize(
    "claims",
    [{"nonce": "another"}, {"nonce": None}, {"aud": "headrace"}, {"iss": "https://other.example"}, {"roles": []},
     {"exp": int(time.time()) - 3600}, {"sub": ""}],
)  # fmt: skip
def test_a_token_for_something_else_lets_nobody_in(
    pages: TestClient, provider: Provider, claims: dict[str, Any]
) -> None:
    """Of another attempt, client, issuer or time; or without a role."""
    provider.claims = claims
    refused(pages, sent_back(pages, provider))


def test_only_our_own_pages_are_come_back_to(pages: TestClient, provider: Provider) -> None:
    """Anything else leads home."""
    assert pages.get(sent_back(pages, provider, "//elsewhere.example")).headers["location"] == "/"


def test_without_a_provider_the_address_is_not_there(site: TestClient) -> None:
    """404."""
    assert site.get("/sign-in/provider").status_code == 404
    assert site.get("/sign-in/answer?code=a&state=b").status_code == 404


def test_a_provider_that_is_silent_is_said(tmp_path: Path, provider: Provider) -> None:
    """503, and keys go on."""
    url = f"sqlite:///{tmp_path / 'silent.sqlite3'}"
    lay_out(url)
    settings = Settings(database_url=url, workers=1, auth="keys", log_level="error", oidc_issuer="http://127.0.0.1:9",
                        oidc_keys=f"{provider.issuer}/keys", oidc_private=True, oidc_client="pages")  # fmt: skip
    with TestClient(create_app(settings, "tests.app.fake_solver:solve"), follow_redirects=False) as client:
        assert client.get("/sign-in/provider").status_code == 503
