"""Everything by keyboard."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open


def test_everything_is_reached_by_keyboard(open_page: Open, funnel: str) -> None:
    """The first stop is the way past the navigation; what has the focus can be seen."""
    page = open_page(f"/plans/{funnel}")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
