"""One service and one browser for all tests; each test has a page of its own that notes what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.app.pages.conftest import stated
from tests.browser.live import CHROMIUM, chromium, listening

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
def browser() -> Iterator[Browser]:
    """Chromium."""
    if CHROMIUM is None:
        pytest.skip(MISSING)
    expect.set_options(timeout=30_000)
    with chromium() as started:
        yield started


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Open]:
    """Opens pages; at the end nothing may have failed, been said on the console, or left this machine."""
    with opened(browser, address) as begin:
        yield begin


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[Open]:
    """The same for a service that listens at this address."""
    troubles: list[str] = []
    contexts = []

    def begin(path: str, **settings: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: troubles.append(said.text) if wrong(said, page) else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(address) else troubles.append(asked.url))
        page.goto(address + path)
        return page

    yield begin
    for context in contexts:
        for page in context.pages:
            page.wait_for_load_state("networkidle")  # what goes wrong late goes wrong, too
        context.close()
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
