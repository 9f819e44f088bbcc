"""What holds of every page, whoever made it and whatever it shows."""

from __future__ import annotations

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS, Axe
from playwright.sync_api import Page, expect

from tests.browser.windows import LAPTOP

CONTRAST = {"runOnly": ["color-contrast"]} | DEFAULT_OPTIONS  # what a colour scheme changes
PHONE = 390
ANSWERED = 120_000  # milliseconds: a frontier of 1,000 tactics on a machine with other work


def sound(page: Page, where: str) -> None:
    """No rule of axe-core is broken, light or dark; no text was run; no width makes it scroll sideways."""
    expect(page.locator("#far")).to_have_count(0, timeout=ANSWERED)  # what waits for an answer is another page soon
    page.set_viewport_size(LAPTOP)
    page.emulate_media(color_scheme="light")
    light = Axe().run(page)
    assert light.violations_count == 0, (where, light.generate_report())
    page.emulate_media(color_scheme="dark")
    dark = AxeResults(page.evaluate("options => axe.run(options)", CONTRAST))  # it is on the page since the light
    assert dark.violations_count == 0, (where, dark.generate_report())
    assert page.evaluate("window.pwned") is None
    fits(page, where)


def fits(page: Page, where: str) -> None:
    """On a laptop and on a phone the page is no wider than the window."""
    for width in (LAPTOP["width"], PHONE):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (where, width)
