"""Back and forward: what was typed is there still, and nothing is after signing out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.app.pages.sizes import many
from tests.browser.conftest import MISSING, made
from tests.browser.live import CHROMIUM, chromium


@pytest.fixture(scope="module", params=[False, True], ids=["from the cache", "kept whole"])
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """In a browser that keeps pages whole to go back to, as people's do, and in one that reads them again."""
    if CHROMIUM is None:
        pytest.skip(MISSING)
    with chromium(whole=request.param) as started:
        shown = started.new_page()
        shown.on("dialog", lambda dialog: dialog.accept())  # whatever is said of what was typed
        yield shown


@pytest.fixture(scope="module")
def plan(address: str) -> str:
    """One to begin with."""
    return made(address, many(3))


@pytest.mark.parametrize("path", ["/scenarios/new", "/reconcile", "/schedules/new"])
def test_what_was_typed_is_there_when_one_comes_back(page: Page, address: str, plan: str, path: str) -> None:
    """In every text of the form."""
    page.goto(f"{address}{path}?plan={plan}")
    field = page.locator("main form[method=post] :is(input[type=text], input:not([type]), textarea):visible").first
    field.fill("typed and not sent")
    page.get_by_role("link", name="Curves", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Curves")
    page.wait_for_load_state()
    page.go_back(wait_until="commit")
    expect(field).to_have_value("typed and not sent")


def test_nothing_is_shown_after_signing_out(page: Page, guarded: tuple[str, str]) -> None:
    """Back leads to the page where one signs in."""
    address, key = guarded
    page.goto(f"{address}/scenarios")
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).to_have_text("Scenarios")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_contain_text("Sign in")
    page.go_back(wait_until="commit")
    expect(page.locator("h1")).to_contain_text("Sign in")
