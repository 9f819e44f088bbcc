"""How planners begin: an example with one click, a scenario by hand; and what a browser adds to a page."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from app.schemas.scenario import ScenarioIn
from tests.browser.conftest import Open
from tests.browser.live import NAMED
from tests.browser.windows import Windows


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


WANTED: dict[str, Any] = {
    "name": "Spring 2027",
    "currency": "EUR",
    "periods": ["2027-01", "2027-02", "2027-03"],
    "objective": {"maximize": "revenue"},
    "budget": {"at_most": 900000.0, "by_period": {"2027-01": {"at_most": 400000.0}}},
    "tactics": [
        {
            "name": "tv",
            "stage": "upstream",
            "current_spend": 100000.0,
            "response": {"family": "hill", "ceiling": 400000.0, "half_saturation": 120000.0, "shape": 1.6},
            "spend": {"at_most": 300000.0},
            "adstock": {"family": "geometric", "retention": 0.6, "carry_in": [80000.0]},
            "feeds": "north",
            "lead": 1,
            "demand_per_outcome": 2.0,
            "tags": {"region": "north"},
        },
        {
            "name": "search",
            "stage": "downstream",
            "response": {"family": "tabulated", "points": [[0.0, 0.0], [50000.0, 210000.0], [200000.0, 380000.0]]},
            "draws_from": "north",
        },
    ],
    "goals": [{"name": "FY", "metric": "revenue", "at_least": 200000.0, "required": True}],
    "rules": [{"rule": "share_range", "name": "brand", "at_least": 0.2, "at_most": 0.6,
               "scope": {"stage": "upstream"}}],
    "demand_pools": [{"name": "north", "initial": 100000.0, "organic": 40000.0, "retention": 0.8, "end_value": 0.3}],
}  # fmt: skip


def test_a_scenario_is_built_from_nothing(open_page: Open, address: str) -> None:
    """Periods, curves, carry-over, a pool, a goal and a rule, in fields alone; a wrong number is said at its field."""
    page = open_page("/scenarios/new")
    fill(page, "", {own: WANTED[own] for own in ("name", "currency", "periods", "objective")})
    field(page, "budget.at_most").fill("lots")
    plan_it(page)
    expect(page.locator("main .faults")).to_be_focused()
    page.get_by_role("link", name="Budget, at most").click()
    expect(field(page, "budget.at_most")).to_be_focused()
    expect(field(page, "budget.at_most-wrong")).to_contain_text("is not a number")
    field(page, "budget.at_most").fill("900 000")
    page.get_by_text("Limits of single periods").click()
    page.get_by_role("button", name="Add a period").click()
    fill(page, "budget.by_period[0].", {"key_": "2027-01", "at_most": 400000.0})
    page.get_by_role("button", name="Add a tactic").click()
    chosen(page, "tactics[0].adstock.family", "geometric", "Tactic 1", "Carry-over into later periods")
    chosen(page, "tactics[1].response.family", "tabulated", "Tactic 2")
    for number, tactic in enumerate(WANTED["tactics"]):
        unfolded(page, f"Tactic {number + 1}")
        fill(page, f"tactics[{number}].", tactic)
    for one, name in (("demand pool", "demand_pools"), ("goal", "goals")):
        page.get_by_role("button", name=f"Add a {one}").click()
        fill(page, f"{name}[0].", WANTED[name][0])
    page.get_by_role("button", name="Add a rule").click()
    chosen(page, "rules[0].rule", "share_range", "Rule 1")
    fill(page, "rules[0].", WANTED["rules"][0])
    plan_it(page)
    expect(page.locator("h1")).to_contain_text("Spring 2027")
    made = httpx.get(f"{address}/v1/plans/{page.url.rpartition('/')[2]}/scenario").json()
    assert ScenarioIn.model_validate(made).to_domain() == ScenarioIn.model_validate(WANTED).to_domain()


def field(page: Page, address: str) -> Locator:
    """The field of a part of the scenario."""
    return page.locator(f"[id='f-{address}']")


def fill(page: Page, prefix: str, stated: dict[str, Any]) -> None:
    """Type what is stated, or choose it."""
    for name, value in stated.items():
        own = field(page, f"{prefix}{name}")
        match value:
            case bool():
                own.set_checked(value)
            case dict() if name != "tags":
                fill(page, f"{prefix}{name}.", value)
            case dict():
                own.fill("\n".join(f"{left} = {right}" for left, right in value.items()))
            case list():
                own.fill("\n".join(" ".join(map(str, each)) if isinstance(each, list) else str(each) for each in value))
            case _ if own.evaluate("own => own.tagName") == "SELECT":
                own.select_option(str(value))
            case _:
                own.fill(str(value))


def chosen(page: Page, address: str, value: str, entry: str, fold: str = "") -> None:
    """Choose a family or a rule, and have its fields shown."""
    within = page.get_by_role("group", name=entry, exact=True)
    if fold:
        within.get_by_text(fold).click()
    field(page, address).select_option(value)
    shown = within.get_by_role("button", name=re.compile("^Show (its|the) fields"))
    shown.nth(1 if fold else 0).click()
    expect(field(page, address)).to_have_value(value)


def unfolded(page: Page, entry: str) -> None:
    """Open what is folded away in an entry."""
    for fold in page.get_by_role("group", name=entry, exact=True).locator("details:not([open]) > summary").all()[::-1]:
        fold.click()


def plan_it(page: Page) -> None:
    """Press the button that people see."""
    page.locator(".actions button[value=solve]").click()


def test_a_chart_can_be_pointed_at(open_page: Open, funnel: str) -> None:
    """The picture becomes one that answers the mouse, without anything from outside."""
    page = open_page(f"/plans/{funnel}")
    figure = page.locator("figure[data-chart]").first
    figure.get_by_role("button", name="Point at values").click()
    expect(figure.locator("svg.marks")).to_be_visible(timeout=20_000)


def test_forms_are_taken_over_plain_http_by_name(windows: Windows, address: str) -> None:
    """There a browser does not say `Sec-Fetch-Site`, and names the origin only to whom the page's policy allows."""
    kind, page = windows.take()
    page.goto(f"http://{NAMED}:{address.rpartition(':')[2]}/")
    page.locator("form[action='/examples/robyn'] button").click()
    expect(page.locator("h1")).to_contain_text("Robyn")
    windows.give_back(kind, page)
