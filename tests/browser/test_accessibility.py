"""Every page and every answer to a form, with hostile names in it: the rules of axe-core in both colour schemes, no
script of a name is run, and a phone shows it without scrolling sideways."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.app.pages.every import FAILURES, Sent, Stock, forms, pages, routes, stocked
from tests.app.pages.hostile import SCRIPT, TEMPLATE, scenario
from tests.browser.conftest import Open, opened
from tests.browser.live import CHROMIUM, listening
from tests.browser.sound import sound
from tests.browser.windows import Windows
from tests.effort import examples
from tests.oracles import instances

EACH = examples(2)  # pages and answers of one kind
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
def stock(hostile: str) -> Stock:
    """What it shows."""
    with httpx.Client(base_url=hostile, timeout=120) as client:
        return stocked(client, scenario())


@pytest.fixture
def open_page(windows: Windows, hostile: str) -> Iterator[Open]:
    """Opens its pages, and holds that nothing went wrong."""
    with opened(windows, hostile) as begin:
        yield begin


@pytest.mark.parametrize("route", sorted(routes("GET")))
def test_pages_break_no_rule(open_page: Open, stock: Stock, route: str) -> None:
    """0 violations; the long tests look at each of a kind."""
    for address in pages(stock)[route][:EACH]:
        sound(open_page(address), address)


@pytest.mark.parametrize("route", sorted(routes("POST")))
def test_answers_to_forms_break_no_rule(open_page: Open, stock: Stock, route: str) -> None:
    """0 violations, also where something is wrong with what was typed; the long tests look at each of a kind."""
    for sent in [own for own in forms(stock)[route] if own.status not in ELSEWHERE][:EACH]:
        page = open_page("/compare")
        send(page, sent)
        sound(page, sent.to)


@pytest.mark.parametrize("address", FAILURES)
def test_failures_break_no_rule(open_page: Open, address: str) -> None:
    """An address that is none, or that asks for what cannot be read."""
    sound(open_page(address), address)


def test_a_job_under_way_breaks_no_rule(open_page: Open, hostile: str) -> None:
    """Its own page, the list of jobs and the first page while it goes on; its button stops it."""
    slow = instances.weekly(40, 26, s_share=1.0) | {"name": SCRIPT, "solve": {"gap": 1e-9, "time_limit": 60}}
    sent = httpx.post(f"{hostile}/v1/plans", json=slow, headers={"Prefer": "respond-async"})
    assert sent.status_code == 202, sent.text
    page = open_page("/compare")
    own = f"/jobs/{sent.json()['id']}"
    for address in ("/", "/jobs", own):
        page.goto(f"{hostile}{address}")
        expect(page.locator("section[data-refresh]")).to_have_count(1)
        sound(page, address)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("main")).to_contain_text("no plan was made")


def test_the_way_in_breaks_no_rule(windows: Windows, guarded: tuple[str, str]) -> None:
    """Signing in with a key or a provider, a key that opens nothing, and the form that is kept meanwhile."""
    with opened(windows, guarded[0]) as begin:
        page = begin("/schedules")
        expect(page.get_by_role("link", name="Sign in with your organisation")).to_be_visible()
        sound(page, "/sign-in")
        for sent in (
            Sent(to="/sign-in", fields={"key": SCRIPT, "next": SCRIPT}),
            Sent(to="/scenarios/new", fields={"name": SCRIPT, "notes": TEMPLATE, "do": "keep"}),
        ):
            page.goto(f"{guarded[0]}/sign-in")
            send(page, sent)
            sound(page, sent.to)
        expect(page.locator("textarea[name=notes]")).to_have_value(TEMPLATE)


def send(page: Page, sent: Sent) -> None:
    """Send a form from this page, as if it stood there."""
    with page.expect_navigation():
        page.evaluate(SEND, [sent.to, sent.fields])
