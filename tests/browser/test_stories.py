"""What planners do, from page to page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.pages.sizes import many
from tests.browser.conftest import Open, made
from tests.browser.live import listening


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_from_an_example_over_what_if_to_a_comparison(open_page: Open, script: bool) -> None:
    """One click makes a plan; another budget is answered and saved; both are held against each other."""
    page = open_page("/", java_script_enabled=script)
    page.locator("form[action='/examples/robyn'] button").click()
    expect(page.locator("h1")).to_contain_text("Robyn")
    page.get_by_role("link", name="What if…").click()
    page.get_by_label(re.compile(r"^budget at most \[")).fill("120000")
    if script:
        expect(page.locator("#answer tbody tr").nth(1)).to_contain_text("120,000")
    page.get_by_label("Name of the new plan").fill("leaner")
    page.get_by_role("button", name="Save as plan").click()
    expect(page.locator("h1")).to_contain_text("leaner")
    page.get_by_role("link", name="Plans").first.click()
    page.locator("input[name=plan]").nth(0).check()
    page.locator("input[name=plan]").nth(1).check()
    page.get_by_role("button", name="Compare the ticked plans").click()
    expect(page.locator("caption").first).to_have_text("Side by side")


def test_a_scenario_is_stated_by_hand(open_page: Open) -> None:
    """A wrong number is said at its field; the mended one makes a plan."""
    page = open_page("/scenarios/new")
    page.locator("[id='f-name']").fill("by hand")
    page.locator("[id='f-budget.at_most']").fill("lots")
    page.locator("[id='f-tactics[0].name']").fill("tv")
    page.locator("[id='f-tactics[0].response.family']").select_option("linear")
    page.get_by_role("button", name="Show the fields of what is chosen").click()
    page.locator("[id='f-tactics[0].response.slope']").fill("2")
    plan_it(page)
    expect(page.locator("[id='f-budget.at_most-wrong']")).to_contain_text("is not a number")
    page.locator("[id='f-budget.at_most']").fill("1 000")
    plan_it(page)
    expect(page.locator("h1")).to_contain_text("by hand")
    expect(page.locator(".tiles")).to_contain_text("2,000")


def plan_it(page: Page) -> None:
    """Press the button that people see."""
    page.locator(".actions button[value=solve]").click()


def test_a_conflict_is_mended_with_a_button(open_page: Open, address: str) -> None:
    """The minimal conflict stands there, each way out beside it."""
    scenario = many(3) | {"budget": {"at_most": 100.0}}
    scenario["rules"] = [{"rule": "spend_range", "name": "floor", "at_least": 500.0}]
    page = open_page(f"/plans/{made(address, scenario)}")
    expect(page.locator("section.conflict")).to_contain_text("floor")
    page.locator(".remedies button").first.click()
    expect(page.locator("h1 .badge")).to_have_text("proved optimal")


def test_a_chart_can_be_pointed_at(open_page: Open, funnel: str) -> None:
    """The picture becomes one that answers the mouse, without anything from outside."""
    page = open_page(f"/plans/{funnel}")
    figure = page.locator("figure[data-chart]").first
    figure.get_by_role("button", name="Point at values").click()
    expect(figure.locator("svg.marks")).to_be_visible(timeout=20_000)


@pytest.mark.parametrize(("tactics", "periods"), [(3, 1), (60, 12), (1000, 1)])
def test_small_and_large_plans_are_shown(open_page: Open, address: str, tactics: int, periods: int) -> None:
    """On a laptop and on a phone the page is no wider than the window."""
    plan = made(address, many(tactics, periods))
    for width in (1280, 390):
        page = open_page(f"/plans/{plan}", viewport={"width": width, "height": 800})
        assert page.locator("section[aria-labelledby=allocation] tbody tr").count() >= tactics
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page = open_page(f"/scenarios/new?plan={plan}")
    assert page.locator(".entry").count() >= tactics


def test_everything_is_reached_by_keyboard(open_page: Open, funnel: str) -> None:
    """The first stop is the way past the navigation; what has the focus can be seen."""
    page = open_page(f"/plans/{funnel}")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_forms_are_taken_over_plain_http_by_name(browser: Browser, tmp_path: Path) -> None:
    """There a browser does not say `Sec-Fetch-Site`, and names the origin only to whom the page's policy allows."""
    with listening(tmp_path, allowed_hosts="headrace.test") as address:
        page = browser.new_page()
        page.goto(f"http://headrace.test:{address.rpartition(':')[2]}/")
        page.locator("form[action='/examples/robyn'] button").click()
        expect(page.locator("h1")).to_contain_text("Robyn")
        page.close()
