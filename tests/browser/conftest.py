"""One service and one browser for all tests; what goes wrong on the pages of a test is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from app.records.callers import Role
from app.storage.schema import upgrade
from tests.app.pages.conftest import stated
from tests.app.pages.sizes import many
from tests.app.pages.test_entrance import made_key
from tests.browser.live import CHROMIUM, chromium, listening
from tests.browser.windows import Windows

Open = Callable[..., Page]
MISSING = "needs Chromium: make browser installs it"


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the service listens."""
    if CHROMIUM is None:
        pytest.skip(MISSING)
    with listening(tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where a service listens that asks for keys or a provider and solves nothing, and a planner's key."""
    if CHROMIUM is None:
        pytest.skip(MISSING)
    folder = tmp_path_factory.mktemp("guarded")
    upgrade(f"sqlite:///{folder / 'browser.sqlite3'}")
    key, _ = made_key(f"sqlite:///{folder / 'browser.sqlite3'}", Role.planner)
    asks = {"auth": "keys", "oidc_issuer": "https://login.example", "oidc_keys": "keys.json", "oidc_client": "pages"}
    with listening(folder, "tests.app.fake_solver:solve", **asks) as found:
        yield found, key


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    if CHROMIUM is None:
        pytest.skip(MISSING)
    expect.set_options(timeout=30_000)
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    """Its windows."""
    return Windows(browser)


@pytest.fixture
def open_page(windows: Windows, address: str) -> Iterator[Open]:
    """Opens pages; at the end nothing may have failed, been said on the console, or left this machine."""
    with opened(windows, address) as begin:
        yield begin


@contextmanager
def opened(windows: Windows, address: str) -> Iterator[Open]:
    """The same for a service that listens at this address."""
    troubles: list[str] = []
    taken: list[tuple[str, Page, dict[str, Callable[..., None]]]] = []

    def begin(path: str, **settings: Any) -> Page:
        kind, page = windows.take(**settings)
        heard: dict[str, Callable[..., None]] = {
            "console": lambda said: troubles.append(said.text) if wrong(said, page) else None,
            "pageerror": lambda error: troubles.append(str(error)),
            "request": lambda asked: None if asked.url.startswith(address) else troubles.append(asked.url),
        }
        for event, listener in heard.items():
            page.on(event, listener)  # type: ignore[call-overload]
        taken.append((kind, page, heard))
        page.goto(address + path)
        return page

    yield begin
    for kind, page, heard in taken:
        page.wait_for_load_state("networkidle")  # what goes wrong late goes wrong, too
        for event, listener in heard.items():
            page.remove_listener(event, listener)
        windows.give_back(kind, page)
    assert troubles == []


def wrong(said: ConsoleMessage, page: Page) -> bool:
    """Whether it should not have been said; that the page itself has a status of 4xx is what was asked for."""
    own = said.location.get("url", "").partition("?")[0] == page.url.partition("?")[0]
    return said.type in ("error", "warning") and not (own and "status of 4" in said.text)


def made(address: str, scenario: dict[str, Any]) -> str:
    """The id of a plan made for the scenario."""
    answer = httpx.post(f"{address}/v1/plans", json=scenario, timeout=120)
    assert answer.status_code == 201, answer.text
    plan_id: str = answer.json()["id"]
    return plan_id


@pytest.fixture(scope="session")
def funnel(address: str) -> str:
    """A plan of seven tactics in six periods."""
    return made(address, stated("full_funnel"))


@pytest.fixture(scope="session")
def thousand(address: str) -> str:
    """A plan of a thousand tactics, to look at."""
    return made(address, many(1000))
