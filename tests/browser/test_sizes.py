"""Every page of a workspace with 3, 60 and 1,000 tactics: no rule of axe-core is broken, nothing is said on the
console, nothing leaves this machine, no page is wider than its window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import httpx
import pytest
from playwright.sync_api import expect

from tests.app.pages.every import Stock, pages, routes, stocked
from tests.app.pages.sizes import many
from tests.browser.conftest import Open, opened
from tests.browser.live import listening
from tests.browser.sound import sound
from tests.browser.windows import Windows

PERIODS = {3: 4, 60: 12, 1000: 2}


@pytest.fixture(scope="module")
def stocks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], tuple[str, Stock]]]:
    """A service for each size, made when it is first asked for, and what it shows."""
    with ExitStack() as services:

        @cache
        def of(tactics: int) -> tuple[str, Stock]:
            address = services.enter_context(listening(tmp_path_factory.mktemp(f"sized{tactics}")))
            with httpx.Client(base_url=address, timeout=300) as client:
                return address, stocked(client, many(tactics, PERIODS[tactics]))

        yield of


@pytest.mark.deep
@pytest.mark.parametrize("route", sorted(routes("GET")))
@pytest.mark.parametrize("tactics", PERIODS)
def test_every_page(windows: Windows, stocks: Callable[[int], tuple[str, Stock]], tactics: int, route: str) -> None:
    """Laptop and phone, light and dark."""
    service, stock = stocks(tactics)
    with opened(windows, service) as open_page:
        for address in pages(stock)[route]:
            sound(open_page(address), address)


def test_the_form_of_sixty_tactics(open_page: Open, address: str) -> None:
    """The same of the page that grows most with its tactics."""
    sent = httpx.post(f"{address}/v1/scenarios", json={"scenario": many(60, PERIODS[60])})
    path = f"/scenarios/{sent.json()['id']}"
    page = open_page(path)
    expect(page.locator(".entry")).to_have_count(61)  # and its goal
    sound(page, path)
