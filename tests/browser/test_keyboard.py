"""Everything by keyboard: stories with Tab, Enter, Space, arrows and typing alone; stops can be seen, none holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from app.records.callers import Role
from app.storage.schema import upgrade
from tests.app.pages.every import Stock, pages, stocked
from tests.app.pages.sizes import many
from tests.app.pages.test_entrance import made_key
from tests.browser.conftest import Open, made, opened
from tests.browser.live import listening
from tests.browser.windows import Windows
from tests.oracles import instances

pytestmark = pytest.mark.deep

MOST_STOPS = 400
STOP = """() => {
  const own = document.activeElement, style = getComputedStyle(own), box = own.getBoundingClientRect();
  const text = own.getAttribute("aria-label") ?? (own.labels?.[0] ?? own).textContent;
  return {
    name: text.trim().replace(/\\s+/g, " ") || own.value || own.name,
    seen: style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2
      && box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""
STOPS = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
  .filter((own) => own.tabIndex >= 0 && !own.disabled && own.checkVisibility({visibilityProperty: true})).length"""


@pytest.fixture(scope="module")
def stocked_service(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Stock]]:
    """A service with something on every page."""
    del browser  # without one there is nothing to stock it for
    with (
        listening(tmp_path_factory.mktemp("keyboard")) as found,
        httpx.Client(base_url=found, timeout=120) as client,
    ):
        yield found, stocked(client, many(3, 2))


WALKED = ("/", "/plans/{plan_id}", "/scenarios/{scenario_id}")
ROUTES = sorted(pages(Stock(**dict.fromkeys(Stock.__dataclass_fields__, ""))))


@pytest.mark.parametrize(
    "route", [pytest.param(own, marks=[] if own in WALKED else pytest.mark.deep) for own in ROUTES]
)
def test_tab_stops_everywhere_and_goes_on(windows: Windows, stocked_service: tuple[str, Stock], route: str) -> None:
    """First at the way past the navigation, then at all that can be pressed or filled in, and around again."""
    address, stock = stocked_service
    with opened(windows, address) as open_page:
        for own in pages(stock)[route]:
            page = open_page(own)
            expect(page.locator("#far")).to_have_count(0)  # an answer that comes brings stops of its own
            page.evaluate("document.body.tabIndex = -1; document.body.focus()")  # whatever the page had the focus on
            expected = page.evaluate(STOPS)
            found = list(stops(page))
            assert found[0] == "Skip to the content", own
            assert len(found) == expected, (own, found)


def stops(page: Page) -> Iterator[str]:
    """Where Tab stops, from the first place until it is there again; what has the focus can be seen."""
    first = ""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop["name"] == first or page.evaluate("document.activeElement === document.body"):
            return
        first = first or stop["name"]
        assert stop["seen"], stop
        yield stop["name"]
    raise AssertionError("Tab never comes around")


def reach(page: Page, name: str) -> None:
    """Press Tab until what has that name has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if re.match(name, stop["name"]):
            assert stop["seen"], stop
            return
    raise AssertionError(f"{name} is never reached")


def press(page: Page, name: str) -> None:
    """Go there and press Enter."""
    reach(page, name)
    page.keyboard.press("Enter")


def test_the_first_stop_leads_past_the_navigation(open_page: Open, funnel: str) -> None:
    """The next one is in the page itself."""
    page = open_page(f"/plans/{funnel}")
    press(page, "Skip to the content")
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_have_text("Plans")


def test_an_example_a_what_if_and_a_comparison(open_page: Open) -> None:
    """The slider answers to arrows."""
    page = open_page("/")
    reach(page, "Plan it")
    page.keyboard.press("Space")
    expect(page.locator("h1 .badge")).to_be_visible()
    press(page, "What if…")
    expect(page.locator("h1")).to_have_text("What if…")
    reach(page, "budget at most.*slider")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    expect(page.locator("#answer tbody tr").nth(1).locator("td").last).not_to_have_text("0")
    reach(page, "Name of the new plan")
    page.keyboard.press("Control+A")
    page.keyboard.type("by keyboard")
    press(page, "Save as plan")
    expect(page.locator("h1")).to_contain_text("by keyboard")
    press(page, "Plans")
    expect(page.locator("h1")).to_have_text("Overview")
    for _ in range(2):
        reach(page, "Compare ")
        page.keyboard.press("Space")
    press(page, "Compare the ticked plans")
    expect(page.locator("caption").first).to_have_text("Side by side")


def test_a_refused_form_is_mended(open_page: Open) -> None:
    """The focus is on what is wrong; each line leads to its field; Enter in a field plans."""
    page = open_page("/scenarios/new?example=robyn")
    reach(page, "name")
    page.keyboard.press("Control+A")
    page.keyboard.type("mended by keyboard")
    reach(page, "at most")
    page.keyboard.press("Control+A")
    page.keyboard.type("lots")
    page.keyboard.press("Enter")
    expect(page.locator("main .faults")).to_be_focused()
    press(page, "Budget, at most")
    expect(page.locator("[id='f-budget.at_most']")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("150000")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("mended by keyboard")


def test_an_entry_is_added_where_the_focus_goes_on(open_page: Open) -> None:
    """After the page is there again, the next stop is in the new entry."""
    page = open_page("/scenarios/new?example=robyn")
    press(page, "Add a goal")
    expect(page.get_by_role("group", name="Goal 1")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("[id='f-goals[0].name']")).to_be_focused()


def test_a_proposal_is_typed_and_accepted(open_page: Open, address: str) -> None:
    """Tab leaves the box of lines."""
    wanted = many(3) | {"name": "keyed", "goals": [{"name": "year", "metric": "revenue", "at_least": 9000.0,
                                                     "required": True}]}  # fmt: skip
    page = open_page(f"/reconcile?plan={made(address, wanted)}")
    reach(page, "Lines, pasted")
    for line in ("owner,tactic,spend", "brand,tactic 0001,900", "sales,tactic 0000,300", "sales,tactic 0002,300"):
        page.keyboard.type(f"{line}\n")
    press(page, "Reconcile$")
    expect(page.locator("#verdict")).to_be_visible()
    press(page, "Accept into a scenario")
    expect(page.locator("h1")).to_contain_text("reconciled")
    press(page, "Plan it")
    expect(page.locator("h1 .badge")).to_be_visible()


def test_a_schedule_is_made_and_a_conflict_mended(open_page: Open, address: str) -> None:
    """A choice is made with arrows."""
    page = open_page(f"/schedules/new?plan={made(address, many(3, 4))}")
    reach(page, "Name")
    page.keyboard.type("keyed weekly")
    reach(page, "Due")
    page.keyboard.press("ArrowDown")
    press(page, "Make the schedule")
    expect(page.locator("h1")).to_contain_text("keyed weekly")
    floor = {"rule": "spend_range", "name": "floor", "at_least": 500.0}
    page = open_page(f"/plans/{made(address, many(3) | {'budget': {'at_most': 100.0}, 'rules': [floor]})}")
    press(page, "Plan with this")
    expect(page.locator("h1 .badge")).to_have_text("proved optimal")


def test_curves_are_imported_and_looked_at(open_page: Open, address: str) -> None:
    """From the list to one curve and on to the next; a chart can be asked to answer the mouse."""
    table = httpx.get(f"{address}/v1/imports/templates/parameters").content
    sent = httpx.post(f"{address}/curve-sets?name=keyed", files={"file": ("keyed.csv", table, "text/csv")})
    page = open_page(sent.headers["location"])
    press(page, "tv$")
    expect(page.locator("h1")).to_contain_text("tv")
    press(page, "search →")
    expect(page.locator("h1")).to_contain_text("search")
    press(page, "Point at values")
    expect(page.locator("svg.marks")).to_be_visible()


def test_actuals_are_put_in_and_asked_about(open_page: Open, address: str) -> None:
    """What is wrong has the focus and leads to the box; what replaces figures is confirmed by a second button."""
    page = open_page(f"/plans/{made(address, many(3, 2) | {'name': 'followed'})}")
    press(page, "Actuals")
    expect(page.locator("h1")).to_have_text("What happened, against the plan")
    reach(page, "Book$")
    page.keyboard.press("Control+A")
    page.keyboard.type("keyed")
    reach(page, "Or rows pasted")
    page.keyboard.type("tactic 0000,2027-W01,900\n")
    press(page, "Put them in")
    expect(page.locator("main .faults")).to_be_focused()
    press(page, "Rows")
    expect(page.locator("#f-lines")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("tactic,period,spend\ntactic 0000,2027-W01,EUR 900\n")
    press(page, "Put them in")
    expect(page.locator("#put")).to_contain_text("One row was read")
    reach(page, "Put actuals in")
    page.keyboard.press("Enter")
    reach(page, "Or rows pasted")
    page.keyboard.type("tactic,period,spend\ntactic 0000,2027-W01,950\n")
    press(page, "Put them in")
    expect(page.locator("main .faults")).to_be_focused()
    press(page, "Put them in all the same")
    expect(page.locator("#put")).to_contain_text("spend 950")


def test_a_job_is_followed_and_stopped(open_page: Open, address: str) -> None:
    """From the list of what goes on; its page tells that it was stopped."""
    slow = instances.weekly(40, 26, s_share=1.0) | {"name": "keyed job", "solve": {"gap": 1e-9, "time_limit": 60}}
    for _ in range(2):
        sent = httpx.post(f"{address}/v1/plans", json=slow, headers={"Prefer": "respond-async"})
        assert sent.status_code == 202, sent.text
    page = open_page("/jobs")
    press(page, "Cancel keyed job")
    expect(page.locator("#running-table tbody tr")).to_have_count(1)
    press(page, "keyed job")
    expect(page.locator("h1")).to_have_text("keyed job")
    press(page, "Stop")
    expect(page.locator("main")).to_contain_text("no plan was made")


def test_one_signs_in_and_out(windows: Windows, tmp_path: Path) -> None:
    """A key that opens nothing has the focus on what is wrong; one that does leads on to what was wanted."""
    url = f"sqlite:///{tmp_path / 'browser.sqlite3'}"
    upgrade(url)
    key, _ = made_key(url, Role.planner)
    with listening(tmp_path, auth="keys") as own, opened(windows, own) as begin:
        page = begin("/schedules")
        for typed in ("hr_nothing", key):
            reach(page, "API key")
            page.keyboard.type(typed)
            page.keyboard.press("Enter")
            if typed != key:
                expect(page.locator("#wrong")).to_be_focused()
        expect(page.locator("h1")).to_have_text("Schedules")
        press(page, "Sign out")
        expect(page.locator("h1")).to_have_text("Sign in")
