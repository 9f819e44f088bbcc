"""Every page against the rules of axe-core, in both colour schemes."""

from __future__ import annotations

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Open, made, many

PAGES = ["/", "/scenarios", "/scenarios/new?example=launch", "/curve-sets", "/compare", "/reconcile", "/sign-in",
         "plan", "what-if", "compared", "conflict", "curves"]  # fmt: skip


@pytest.fixture(scope="session")
def places(address: str, funnel: str) -> dict[str, str]:
    """Addresses of pages that show something."""
    table = httpx.get(f"{address}/v1/imports/templates/parameters").content
    impossible = many(3) | {"budget": {"at_most": 100.0}}
    impossible["rules"] = [{"rule": "spend_range", "name": "floor", "at_least": 500.0}]
    imported = httpx.post(f"{address}/curve-sets", files={"file": ("curves.csv", table, "text/csv")})
    return {
        "plan": f"/plans/{funnel}",
        "what-if": f"/plans/{funnel}/what-if",
        "compared": f"/compare?plan={funnel}&plan={made(address, many(3))}",
        "conflict": f"/plans/{made(address, impossible)}",
        "curves": imported.headers["location"],
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", PAGES)
def test_no_rule_is_broken(open_page: Open, places: dict[str, str], place: str, scheme: str) -> None:
    """0 violations."""
    page = open_page(places.get(place, place), color_scheme=scheme)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
