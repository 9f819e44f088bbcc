"""Every page and every answer to a form, with hostile names in it: the rules of axe-core in both colour schemes, no
script of a name is run, and a phone shows it without scrolling sideways."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.storage.schema import upgrade
from tests.app.pages.every import SCRIPT, TEMPLATE, Every, Sent, furnished, routes
from tests.browser.conftest import Open, opener
from tests.browser.live import CHROMIUM, listening

CONTRAST = {"runOnly": ["color-contrast"]}  # what a colour scheme changes
ELSEWHERE = (303, 404)  # another page, or the one that a plan which is not there leads to
SEND = """([to, fields]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action: to});
  if ("file" in fields) form.enctype = "multipart/form-data";
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement("textarea"), {name, value}));
  }
  document.body.append(form);
  form.submit();
}"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service of its own: everybody else's pages are not full of these names."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium: make browser installs it")
    with listening(tmp_path_factory.mktemp("hostile")) as found:
        yield found


@pytest.fixture(scope="module")
def every(hostile: str) -> Every:
    """What it shows."""
    with httpx.Client(base_url=hostile, timeout=120) as client:
        return furnished(client)


@pytest.fixture
def open_page(browser: Browser, hostile: str) -> Iterator[Open]:
    """Opens its pages, and holds that nothing went wrong."""
    yield from opener(browser, hostile)


@pytest.mark.parametrize("route", sorted(routes("GET")))
def test_pages_break_no_rule(open_page: Open, every: Every, route: str) -> None:
    """0 violations."""
    for address in every.pages[route]:
        sound(open_page(address), address)


@pytest.mark.parametrize("route", sorted(routes("POST")))
def test_answers_to_forms_break_no_rule(open_page: Open, every: Every, route: str) -> None:
    """0 violations, also where something is wrong with what was typed."""
    for sent in (own for own in every.forms[route] if own.status not in ELSEWHERE):
        page = open_page("/compare")
        send(page, sent)
        sound(page, sent.to)


def test_the_way_in_breaks_no_rule(browser: Browser, tmp_path: Path) -> None:
    """Signing in with a key or a provider, a key that opens nothing, and the form that is kept meanwhile."""
    upgrade(f"sqlite:///{tmp_path / 'browser.sqlite3'}")
    asks = {"auth": "keys", "oidc_issuer": "https://login.example", "oidc_keys": "keys.json", "oidc_client": "pages"}
    with listening(tmp_path, **asks) as address, contextmanager(opener)(browser, address) as begin:
        page = begin("/schedules")
        expect(page.get_by_role("link", name="Sign in with your organisation")).to_be_visible()
        sound(page, "/sign-in")
        for sent in (
            Sent(to="/sign-in", fields={"key": SCRIPT, "next": SCRIPT}),
            Sent(to="/scenarios/new", fields={"name": SCRIPT, "notes": TEMPLATE, "do": "keep"}),
        ):
            page = begin("/sign-in")
            send(page, sent)
            sound(page, sent.to)
        expect(page.locator("textarea[name=notes]")).to_have_value(TEMPLATE)


def send(page: Page, sent: Sent) -> None:
    """Send a form from this page, as if it stood there."""
    with page.expect_navigation(wait_until="networkidle"):
        page.evaluate(SEND, [sent.to, sent.fields])


def sound(page: Page, where: str) -> None:
    """The page as it is looked at: light, dark, on a laptop and on a phone."""
    light = Axe().run(page)
    assert light.violations_count == 0, (where, light.generate_report())
    page.emulate_media(color_scheme="dark")
    dark = Axe().run(page, options=CONTRAST)
    assert dark.violations_count == 0, (where, dark.generate_report())
    assert page.evaluate("window.pwned") is None
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, where
