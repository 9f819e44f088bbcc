"""Back and forward: what was typed is there still, and nothing is after signing out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.records.callers import LOCAL, Role
from app.services.keys import KeyService
from app.storage.database import Database
from app.storage.schema import upgrade
from tests.app.pages.sizes import many
from tests.browser.conftest import made
from tests.browser.live import CHROMIUM, chromium, listening


@pytest.fixture(scope="module", params=[False, True], ids=["from the cache", "kept whole"])
def either(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A browser that keeps pages whole to go back to, as people's do, and one that reads them again."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium: make browser installs it")
    with chromium(whole=request.param) as started:
        yield started


def away(page: Page, link: str) -> None:
    """To another page, whatever is said of what was typed."""
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name=link, exact=True).click()
    page.wait_for_load_state()


@pytest.mark.parametrize("path", ["/scenarios/new", "/reconcile", "/schedules/new"])
def test_what_was_typed_is_there_when_one_comes_back(either: Browser, address: str, path: str) -> None:
    """In every text of the form."""
    plan = made(address, many(3))
    page = either.new_page()
    page.goto(f"{address}{path}?plan={plan}")
    field = page.locator("main form[method=post] :is(input[type=text], input:not([type]), textarea):visible").first
    field.fill("typed and not sent")
    away(page, "Curves")
    expect(page.locator("h1")).to_contain_text("Curves")
    page.go_back(wait_until="commit")
    expect(field).to_have_value("typed and not sent")
    page.close()


def test_nothing_is_shown_after_signing_out(either: Browser, tmp_path: Path) -> None:
    """Back leads to the page where one signs in."""
    url = f"sqlite:///{tmp_path / 'browser.sqlite3'}"
    upgrade(url)
    database = Database(url)
    secret = KeyService(database).create(LOCAL, name="p", role=Role.planner, expires_at=None).secret
    database.close()
    with listening(tmp_path, auth="keys") as address:
        page = either.new_page()
        page.goto(f"{address}/scenarios")
        page.get_by_label("API key").fill(secret)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("h1")).to_have_text("Scenarios")
        page.get_by_role("button", name="Sign out").click()
        expect(page.locator("h1")).to_contain_text("Sign in")
        page.go_back(wait_until="commit")
        expect(page.locator("h1")).to_contain_text("Sign in")
        page.close()
