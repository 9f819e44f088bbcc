"""What planners do, from page to page: nine stories with 3, 60 and 1,000 tactics, with and without JavaScript."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.app.pages.sizes import many
from tests.browser.conftest import Open, made
from tests.browser.sound import PHONE, fits

PERIODS = {3: 4, 60: 4, 1000: 2}
CASES = [
    pytest.param((3, False), id="3 without script"),
    pytest.param((3, True), id="3"),
    *(
        pytest.param(case, id=f"{case[0]}{'' if case[1] else ' without script'}", marks=pytest.mark.deep)
        for case in ((60, True), (60, False), (1000, True), (1000, False))
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A planner with so many tactics in front of a browser with or without JavaScript."""

    tactics: int
    script: bool
    address: str
    begin: Callable[..., Page]

    def named(self, name: str) -> str:
        """A name that no other story gives."""
        return f"{name}, {self.tactics} tactics{'' if self.script else ', no script'}"

    def scenario(self, name: str, **changed: Any) -> dict[str, Any]:
        """What this planner plans."""
        return many(self.tactics, PERIODS[self.tactics]) | {"name": name} | changed

    def plan(self, name: str, **changed: Any) -> str:
        """The id of a plan that is there already."""
        return made(self.address, self.scenario(name, **changed))


@pytest.fixture(params=CASES)
def story(request: pytest.FixtureRequest, open_page: Open, address: str) -> Story:
    """One planner's."""
    tactics, script = request.param
    begin = partial(open_page, java_script_enabled=script)
    return Story(tactics=tactics, script=script, address=address, begin=begin)


def test_the_first_page_leads_on(story: Story) -> None:
    """Recent plans, goals at risk, schedules and scenarios are a click away."""
    goal = {"name": "too much", "metric": "revenue", "at_least": 1e12}
    scenario = story.scenario(story.named("for the board"), goals=[goal])
    stored = httpx.post(f"{story.address}/v1/scenarios", json={"scenario": scenario}).json()["id"]
    plan = httpx.post(f"{story.address}/v1/plans", json={"scenario_id": stored}, timeout=120).json()["id"]
    for step in ("approval", "baseline"):
        httpx.post(f"{story.address}/v1/plans/{plan}/{step}").raise_for_status()
    page = story.begin("/")
    expect(page.locator("section[aria-labelledby=risk]")).to_contain_text("too much")
    expect(page.locator("section[aria-labelledby=stored]")).to_contain_text(story.named("for the board"))
    page.locator("form[action='/compare'] tbody").get_by_role("link", name=story.named("for the board")).first.click()
    expect(page.locator("h1")).to_contain_text(story.named("for the board"))
    fits(page, "plan")


def test_a_model_is_imported_and_its_curves_are_looked_at(story: Story, tmp_path: Path) -> None:
    """All curves, with a plan's spend on them, then one by one."""
    plan = story.plan("on the curves")
    table = tmp_path / f"{story.named('curves')}.csv"
    rows = (f"tactic {number:04d},exponential,{5000 + number},{900 + number},800" for number in range(story.tactics))
    table.write_text("\n".join(["tactic,family,ceiling,scale,current_spend", *rows]))
    page = story.begin("/curve-sets")
    page.get_by_label("File", exact=True).set_input_files(table)
    page.get_by_role("button", name="Import").click()
    expect(page.locator("tbody tr")).to_have_count(story.tactics)
    page.get_by_label("Mark the average spend of the plan").select_option(plan)
    page.get_by_role("button", name="Mark it").click()
    expect(page.get_by_role("columnheader", name="Planned spend")).to_be_visible()
    page.get_by_role("link", name="tactic 0001", exact=True).click()
    expect(page.locator("caption")).to_contain_text("exponential")
    page.locator("a[rel=next]").click()
    expect(page.locator("h1")).to_contain_text("tactic 0002")
    fits(page, "curve")


def test_a_scenario_is_stated_kept_taken_away_and_brought_back(story: Story, tmp_path: Path) -> None:
    """Tactics are pasted from a spreadsheet; the workbook of what is kept makes the plan."""
    columns = "name\tstage\tresponse.family\tresponse.ceiling\tresponse.scale\tspend.at_most"
    rows = (f"tactic {number:04d}\tupstream\texponential\t5 000\t900\t4000" for number in range(story.tactics))
    page = story.begin("/scenarios/new")
    page.get_by_role("link", name="paste rows from a spreadsheet").click()
    page.locator("[id='f-pasted']").fill("\n".join([columns, *rows]))
    page.get_by_role("button", name="Put the rows in").click()
    page.locator("[id='f-name']").fill(story.named("pasted"))
    page.locator("[id='f-budget.at_most']").fill(f"{1000 * story.tactics}")
    page.get_by_role("button", name="Keep under its name").click()
    page.wait_for_url(re.compile(r"/scenarios/scenario_"))
    expect(page.locator(".entry")).to_have_count(story.tactics)
    with page.expect_download() as told:
        page.get_by_role("link", name="This one as a workbook").click()
    told.value.save_as(tmp_path / "pasted.xlsx")
    page.get_by_role("link", name="Take a whole scenario from a workbook").click()
    page.get_by_label("Workbook, XLSX").set_input_files(tmp_path / "pasted.xlsx")
    page.get_by_role("button", name="Show it in the form").click()
    plan_it(page)
    expect(page.locator("h1")).to_contain_text(story.named("pasted"))
    expect(page.locator("section[aria-labelledby=allocation] table").first.locator("tbody tr")).to_have_count(
        story.tactics
    )


def test_a_plan_is_read_taken_away_and_approved(story: Story, tmp_path: Path) -> None:
    """Its certificate in words, each tactic and period, pictures, files, and who approved it."""
    page = story.begin(f"/plans/{story.plan('to be read')}")
    expect(page.locator(".tiles")).to_contain_text("no plan can be better by more")
    expect(page.locator("tfoot").first).to_contain_text("All")
    if page.locator("table.tight").first.is_hidden():  # few periods are open by themselves
        page.locator("summary", has_text="By period").click()
    expect(page.locator("table.tight").first).to_be_visible()
    pictures_are_there(page)
    for kind in ("Workbook", "CSV"):
        with page.expect_download() as told:
            page.get_by_role("link", name=kind).click()
        told.value.save_as(tmp_path / kind)
        assert (tmp_path / kind).stat().st_size > 100
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("section[aria-labelledby=standing]")).to_contain_text("approved")


def test_what_if_is_answered_saved_and_seen_on_the_frontier(story: Story) -> None:
    """A number that is none is said at its field; another budget has an answer and becomes a plan."""
    plan = story.plan("as it is")
    page = story.begin(f"/plans/{plan}/what-if")
    budget = page.get_by_label(re.compile(r"^budget at most \["))
    field = budget.get_attribute("id")
    budget.fill("lots")
    answer(story, page)
    expect(page.locator(f"[id='{field}-wrong']")).to_contain_text("is not a number")
    budget.fill(f"{700 * story.tactics}")
    answer(story, page)
    expect(page.locator("#answer tbody tr").nth(1)).to_contain_text(f"{700 * story.tactics:,}")
    page.get_by_label("Name of the new plan").fill("leaner")
    page.get_by_role("button", name="Save as plan").click()
    expect(page.locator("h1")).to_contain_text("leaner")
    page.get_by_role("link", name="The best plan at other budgets").click()
    expect(page.locator("tbody tr").nth(2)).to_be_visible()
    pictures_are_there(page)


def answer(story: Story, page: Page) -> None:
    """Without a script the button asks."""
    if not story.script:
        page.get_by_role("button", name="Answer").click()


def test_plans_are_compared(story: Story) -> None:
    """Ticked on the first page, side by side, and valued again on the curves of the other."""
    story.plan("all of it")
    story.plan("less of it", budget={"at_most": 900.0 * story.tactics})
    page = story.begin("/", viewport={"width": PHONE, "height": 800})
    for name in ("all of it", "less of it"):
        page.get_by_label(re.compile(f"^Compare .*{name}")).first.check()
    page.get_by_role("button", name="Compare the ticked plans").click()
    expect(page.locator("caption").first).to_have_text("Side by side")
    expect(page.locator("section[aria-labelledby=moved] tbody tr")).to_have_count(story.tactics)
    page.get_by_label("Each valued on the curves of").select_option(index=1)
    page.get_by_role("button", name="Value again").click()
    expect(page.locator("section[aria-labelledby=differ]")).to_contain_text("budget, at most")
    pictures_are_there(page)
    fits(page, "compare")


def test_a_proposal_is_reconciled_and_accepted(story: Story) -> None:
    """Its gap and the least change are told, and the accepted scenario makes a plan."""
    goal = {"name": "year", "metric": "revenue", "at_least": 3200.0 * story.tactics, "required": True}
    plan = story.plan("top down", goals=[goal], periods=["2027"])
    lines = (f"brand,tactic {number:04d},{700 if number % 2 else 400}" for number in range(story.tactics))
    page = story.begin(f"/reconcile?plan={plan}")
    page.locator("#f-lines").fill("\n".join(["owner,tactic,spend", *lines]))
    page.get_by_role("button", name="Reconcile").click()
    expect(page.locator("#verdict")).to_be_visible()
    expect(page.locator("section[aria-labelledby=changes] tbody tr").first).to_be_visible()
    page.get_by_label("Name", exact=True).fill(story.named("agreed"))
    page.get_by_role("button", name="Accept into a scenario").click()
    plan_it(page)
    expect(page.locator("h1")).to_contain_text(story.named("agreed"))


def test_actuals_are_put_in_and_a_schedule_says_keep_or_change(story: Story) -> None:
    """What happened stands beside the plan; the run's verdict is on the schedule's page."""
    plan = story.plan("under way")
    page = story.begin(f"/plans/{plan}")
    page.get_by_role("link", name="Actuals", exact=True).click()
    rows = (f"tactic {number:04d}\t2027-W01\t{500 + number}\t2000" for number in range(story.tactics))
    page.get_by_label("Book", exact=True).fill(plan)
    page.get_by_label("Or rows pasted from a spreadsheet").fill("\n".join(["tactic\tperiod\tspend\toutcome", *rows]))
    page.get_by_role("button", name="Put them in").click()
    expect(page.locator("caption").first).to_have_text("By tactic")
    pictures_are_there(page)
    page = story.begin(f"/schedules/new?plan={plan}")
    page.get_by_label("Name").fill("weekly look")
    page.get_by_label("Book of actuals").fill(plan)
    page.get_by_role("button", name="Make the schedule").click()
    expect(page.locator("section[aria-labelledby=due] li")).to_have_count(5)
    page.get_by_role("button", name="Run it now").click()
    until = time.monotonic() + 60
    while (
        not story.script and "being worked on" in page.locator("#runs-list").inner_text() and time.monotonic() < until
    ):
        page.reload()
    expect(page.locator("#runs-list .badge")).to_contain_text("the plan")


def test_a_conflict_is_mended_with_a_button(story: Story) -> None:
    """The minimal conflict stands there, each way out beside it."""
    floor = {"rule": "spend_range", "name": "floor", "at_least": 500.0}
    page = story.begin(f"/plans/{story.plan('too little', budget={'at_most': 100.0}, rules=[floor])}")
    expect(page.locator("section.conflict")).to_contain_text("floor")
    page.locator(".remedies button").first.click()
    expect(page.locator("h1 .badge")).to_have_text("proved optimal")


def plan_it(page: Page) -> None:
    """Press the button that people see."""
    page.locator(".actions button[value=solve]").click()


def pictures_are_there(page: Page) -> None:
    """Every picture of the page is drawn, when it is scrolled to."""
    for picture in page.locator("figure.chart img.only-light").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("own => own.naturalWidth") > 0
