"""What planners do besides planning: import, paste, approve, reconcile, schedule; each from page to page."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from app.records.callers import LOCAL, Role
from app.services.sessions import OpenSessions
from tests.app.pages.conftest import stated
from tests.app.pages.sizes import many
from tests.browser.conftest import Open, made
from tests.browser.sound import fits
from tests.oracles import instances

LINES = "owner,tactic,spend\nbrand,tactic 0001,900\nsales,tactic 0000,300\nsales,tactic 0002,300"


def test_rows_are_pasted_and_a_workbook_brings_them_back(open_page: Open, tmp_path: Path) -> None:
    """What is wrong with a row is said at the box, with the row in it; the kept scenario goes out and in as XLSX."""
    page = open_page("/scenarios/new?example=robyn")
    page.get_by_role("link", name="paste rows from a spreadsheet").click()
    page.locator("[id='f-pasted']").fill("name\tspend.at_most\ntv\tlots")
    page.get_by_role("button", name="Put the rows in").click()
    expect(page.locator("[id='f-pasted-wrong']")).to_contain_text("row 2 (tv)")
    page.locator("[id='f-pasted']").fill("name\tspend.at_most\ntv\t90 000")
    page.get_by_role("button", name="Put the rows in").click()
    page.locator("[id='f-name']").fill("pasted")
    page.get_by_role("button", name="Keep under its name").click()
    with page.expect_download() as told:
        page.get_by_role("link", name="This one as a workbook").click()
    told.value.save_as(tmp_path / "pasted.xlsx")
    page.get_by_role("link", name="Take a whole scenario from a workbook").click()
    page.get_by_label("Workbook, XLSX").set_input_files(tmp_path / "pasted.xlsx")
    page.get_by_role("button", name="Show it in the form").click()
    page.locator(".actions button[value=solve]").click()
    expect(page.locator("h1")).to_contain_text("pasted")
    expect(page.locator("section[aria-labelledby=allocation]")).to_contain_text("90,000")


def test_a_plan_is_approved_and_two_note_takers_lose_nothing(open_page: Open, address: str) -> None:
    """The slower one sees what the faster one wrote, and has the own text still."""
    plan = made(address, many(3))
    first, second = open_page(f"/plans/{plan}"), open_page(f"/plans/{plan}")
    for page, words in ((first, "for the board"), (second, "typed meanwhile")):
        page.get_by_label("Notes").fill(words)
        page.get_by_role("button", name="Keep the notes").click()
    expect(second.locator(".quoted")).to_have_text("for the board")
    expect(second.get_by_label("What you typed")).to_have_value("typed meanwhile")
    second.get_by_role("button", name="Keep this in its place").click()
    second.get_by_role("button", name="Approve").click()
    expect(second.locator("section[aria-labelledby=standing]")).to_contain_text("approved")
    expect(second.get_by_label("Notes")).to_have_value("typed meanwhile")


def test_a_proposal_is_reconciled_and_accepted(open_page: Open, address: str, tmp_path: Path) -> None:
    """A file is shown as rows, its gap and the least change are told, and the accepted scenario makes a plan."""
    wanted = many(3)
    wanted["goals"] = [{"name": "year", "metric": "revenue", "at_least": 9000.0, "required": True}]
    plan = made(address, wanted)
    table = tmp_path / "proposal.csv"
    table.write_text(LINES)
    page = open_page(f"/reconcile?plan={plan}", java_script_enabled=False)
    page.get_by_label("Or a file with these lines").set_input_files(table)
    page.get_by_role("button", name="Reconcile").click()
    expect(page.locator("#verdict")).to_be_visible()
    expect(page.locator("section[aria-labelledby=changes] tbody tr").first).to_be_visible()
    page.get_by_label("Name", exact=True).fill("agreed")
    page.get_by_role("button", name="Accept into a scenario").click()
    page.locator(".actions button[value=solve]").click()
    expect(page.locator("h1")).to_contain_text("agreed")


def test_what_goes_on_is_followed_without_a_reload(open_page: Open, address: str) -> None:
    """Rounds and seconds change in place; what has ended leads to its plan."""
    slow = instances.weekly(10, 8, s_share=1.0) | {"name": "slow job", "solve": {"gap": 1e-9, "time_limit": 6}}
    sent = httpx.post(f"{address}/v1/plans", json=slow, headers={"Prefer": "respond-async"})
    assert sent.status_code == 202, sent.text
    page = open_page("/")
    expect(page.locator("#running-table")).to_contain_text("slow job")
    seconds = page.locator("#running-table tbody tr").first.locator("td").nth(3)
    before = seconds.text_content()
    expect(seconds).not_to_have_text(before or "")
    expect(page.get_by_role("link", name="slow job").first).to_be_visible()


def test_an_emptied_field_of_what_if_says_so_in_place(open_page: Open, thousand: str) -> None:
    """With 1,000 tactics too: the answer of another budget stands beside the stored plan."""
    page = open_page(f"/plans/{thousand}/what-if")
    budget = page.get_by_label("budget at most [EUR]", exact=True)
    budget.fill("")
    expect(page.locator("#k0-wrong")).to_contain_text("is empty")
    expect(page.locator("#answer")).to_contain_text("No answer yet")
    budget.fill("900000")
    expect(page.locator("#answer tbody tr").nth(1)).to_contain_text("900,000")
    expect(page.locator("#k0-wrong")).to_be_hidden()


def test_the_slider_follows_what_is_typed_and_answers_are_gone_back_to(open_page: Open, address: str) -> None:
    """However its thousands are set apart; each answer that was shown is one step back."""
    page = open_page(f"/plans/{made(address, stated('robyn'))}/what-if")
    budget, slider = page.locator("#k0"), page.locator("[data-for=k0]")
    spend = page.locator("#answer tbody tr").nth(1)
    stored = spend.text_content() or ""
    now = float((budget.get_attribute("value") or "").replace(" ", ""))
    first = page.evaluate("history.length")
    for part, mark in ((0.95, "."), (0.9, " "), (0.85, ",")):
        typed = f"{now * part:,.0f}".replace(",", mark) + {".": ",00", " ": "", ",": ".00"}[mark]
        budget.fill(typed)
        assert float(slider.input_value()) == round(now * part), typed
    expect(spend).to_contain_text(f"{now * 0.85:,.0f}")
    budget.fill(f"{now * 0.8:.0f}")
    expect(spend).to_contain_text(f"{now * 0.8:,.0f}")
    shown = page.evaluate("history.length") - first  # a quick answer may come between what is typed quickly
    assert 2 <= shown <= 4
    page.go_back()
    expect(spend).to_contain_text(f"{now * 0.85:,.0f}")
    page.evaluate("steps => history.go(-steps)", shown - 1)
    expect(page).to_have_url(re.compile(r"/what-if$"))
    expect(spend).to_have_text(stored)


def test_a_viewer_sees_the_answer_of_an_address_come(
    open_page: Open, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself, with a script, too."""
    slow = made(
        address, instances.weekly(10, 8, s_share=1.0) | {"name": "slow", "solve": {"gap": 1e-3, "time_limit": 3}}
    )
    monkeypatch.setattr(OpenSessions, "caller", lambda *_: replace(LOCAL, role=Role.viewer))
    page = open_page(f"/plans/{slow}/what-if?k0=79000")
    expect(page.locator("#answer-title")).to_contain_text("The answer")
    expect(page.locator("#k0")).not_to_be_editable()


def test_a_thousand_tactics_are_compared_without_a_script(open_page: Open, address: str, thousand: str) -> None:
    """Side by side, on the common curves, on a phone."""
    less = made(address, many(1000) | {"name": "less", "budget": {"at_most": 9e5}})
    asked = f"plan={thousand}&plan={less}"
    page = open_page(f"/compare?{asked}", java_script_enabled=False, viewport={"width": 390, "height": 800})
    expect(page.locator("caption").first).to_have_text("Side by side")
    assert page.locator("section[aria-labelledby=moved] tbody tr").count() == 1000
    pictures_are_there(page)


def test_a_thousand_tactics_are_shown_and_edited(open_page: Open, thousand: str) -> None:
    """On a laptop and on a phone the plan and its form are no wider than the window."""
    page = open_page(f"/plans/{thousand}")
    expect(page.locator("section[aria-labelledby=allocation] tbody tr")).to_have_count(1000)
    fits(page, "plan")
    page = open_page(f"/scenarios/new?plan={thousand}")
    expect(page.locator(".entry")).to_have_count(1001)
    fits(page, "form")


def pictures_are_there(page: Page) -> None:
    """Every picture of the page is drawn, when it is scrolled to."""
    for figure in page.locator("figure.chart img.only-light").all():
        figure.scroll_into_view_if_needed()
        until = time.monotonic() + 30
        while not figure.evaluate("own => own.complete && own.naturalWidth > 0") and time.monotonic() < until:
            time.sleep(0.1)
        assert figure.evaluate("own => own.naturalWidth") > 0


def test_a_printed_plan_is_whole(open_page: Open, address: str) -> None:
    """No table is wider than the paper, every picture is there, in the colours of paper, and the figures stand open."""
    plan = made(address, many(3, 24) | {"name": "on paper"})
    for scheme in ("light", "dark"):
        page = open_page(f"/plans/{plan}", color_scheme=scheme, viewport={"width": 700, "height": 990})
        page.emulate_media(media="print")
        for box in page.locator(".scroll").all():
            assert box.evaluate("own => own.scrollWidth <= own.clientWidth")
        pictures_are_there(page)
        assert page.locator("img.only-dark").evaluate_all("all => all.every(own => own.offsetHeight === 0)")
        assert page.locator("details.figures table").first.bounding_box()
        assert page.locator("details.figures table").count() == 3
