"""Every page of a workspace with 3, 60 and 1,000 tactics: no rule of axe-core is broken, nothing is said on the
console, nothing leaves this machine, no page is wider than its window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import httpx
import pytest

from tests.app.pages.every import Stock, pages, routes, stocked
from tests.app.pages.sizes import many
from tests.browser.conftest import opened
from tests.browser.live import listening
from tests.browser.sound import sound
from tests.browser.windows import Windows

PERIODS = {3: 4, 60: 12, 1000: 2}
SHORT = "/scenarios/{scenario_id}"  # tried in `make test`, too
CASES = [
    pytest.param(size, route, marks=[] if size == 60 and route == SHORT else pytest.mark.deep)
    for size in PERIODS
    for route in sorted(routes("GET"))
]


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


@pytest.mark.parametrize(("tactics", "route"), CASES)
def test_every_page(windows: Windows, stocks: Callable[[int], tuple[str, Stock]], tactics: int, route: str) -> None:
    """Laptop and phone, light and dark."""
    service, stock = stocks(tactics)
    with opened(windows, service) as open_page:
        for address in pages(stock)[route]:
            sound(open_page(address), address)
