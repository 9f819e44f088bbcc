"""How planners begin: an example with one click, a scenario by hand; and what a browser adds to a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Open
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


def test_a_chart_can_be_pointed_at(open_page: Open, funnel: str) -> None:
    """The picture becomes one that answers the mouse, without anything from outside."""
    page = open_page(f"/plans/{funnel}")
    figure = page.locator("figure[data-chart]").first
    figure.get_by_role("button", name="Point at values").click()
    expect(figure.locator("svg.marks")).to_be_visible(timeout=20_000)


def test_forms_are_taken_over_plain_http_by_name(browser: Browser, tmp_path: Path) -> None:
    """There a browser does not say `Sec-Fetch-Site`, and names the origin only to whom the page's policy allows."""
    with listening(tmp_path, allowed_hosts="headrace.test") as address:
        page = browser.new_page()
        page.goto(f"http://headrace.test:{address.rpartition(':')[2]}/")
        page.locator("form[action='/examples/robyn'] button").click()
        expect(page.locator("h1")).to_contain_text("Robyn")
        page.close()
