"""What if, in place: found limits, addresses that follow the answers, and answers that take their time."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.app.pages.sizes import many
from tests.browser.conftest import Open, made
from tests.oracles import instances


def test_one_of_a_thousand_limits_is_found_and_turned(open_page: Open, thousand: str) -> None:
    """By its words, in place; the address bar then holds the question, and asks it again."""
    page = open_page(f"/plans/{thousand}/what-if")
    page.get_by_label("Find", exact=True).fill("tactic 0777")
    field = page.get_by_label("spend limit of tactic 0777 at most [EUR]", exact=True)
    expect(page.locator("#knobs input[type=range]")).to_have_count(1)
    expect(page.locator("#knobs input[type=range]")).to_be_visible()
    field.fill("0")
    expect(page.get_by_role("row", name=re.compile("^tactic 0777")).locator("td").nth(1)).to_have_text("0")
    expect(page).to_have_url(re.compile(r"what-if\?k\d+=0&find=tactic\+0777$"))
    page.reload()
    expect(page.get_by_role("row", name=re.compile("^tactic 0777")).locator("td").nth(1)).to_have_text("0")


def test_the_newest_of_quick_turns_is_answered(open_page: Open, address: str) -> None:
    """Whatever was asked on the way."""
    page = open_page(f"/plans/{made(address, many(60, 12))}/what-if")
    slider = page.locator("#knobs input[type=range]").first
    for _ in range(30):
        slider.press("ArrowLeft", delay=5)
    budget = page.locator("#k0").input_value().replace(" ", "+")
    expect(page).to_have_url(re.compile(rf"k0={re.escape(budget)}$"))
    expect(page.locator("#answer")).not_to_have_class(re.compile("stale"))


def test_an_old_answer_is_told_at_once(open_page: Open, address: str) -> None:
    """Before anything comes back."""
    page = open_page(f"/plans/{made(address, many(3))}/what-if")
    typed = "k0.value = 77; k0.dispatchEvent(new Event('input', { bubbles: true }))"
    assert page.evaluate(f"() => {{ {typed}; return answer.innerText }}").startswith("The answer of before\n\nSolving")


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.deep)], ids=["with script", "without"])
def test_an_answer_that_takes_its_time_comes_by_itself(open_page: Open, address: str, script: bool) -> None:
    """The stored plan stands in its place, greyed, until then."""
    slow = instances.weekly(10, 8, s_share=1.0) | {"name": "slow", "solve": {"gap": 1e-9, "time_limit": 4}}
    plan = made(address, slow)
    budget = (0.9 if script else 0.85) * slow["budget"]["at_most"]
    page = open_page("/", java_script_enabled=script)
    page.goto(f"{address}/plans/{plan}/what-if?k0={budget:.0f}", wait_until="commit")
    expect(page.locator("#answer-title")).to_contain_text("until the answer is there")
    expect(page.locator("#answer-title")).to_contain_text("The answer")
    expect(page.locator("#far")).to_have_count(0)


@pytest.mark.deep
def test_the_frontier_is_solved_when_it_is_wanted(open_page: Open, address: str) -> None:
    """Not before it is unfolded; without a script it is one press away, with the answer on it."""
    plan = made(address, many(3))
    for script in (True, False):
        page = open_page(f"/plans/{plan}/what-if?k0=2500", java_script_enabled=script)
        expect(page.locator("#answer-title")).to_contain_text("The answer")
        expect(page.locator("figure img")).to_have_count(0)
        page.get_by_text("On the frontier").click()
        if not script:
            page.get_by_role("link", name="picture and figures").click()
        expect(page.locator("figure img.only-light")).to_be_visible()
        assert "budget=2500" in (page.locator("figure img.only-light").get_attribute("src") or "")
