"""What if, as a browser sees it: from the moment a budget is typed until its answer stands in place."""

from __future__ import annotations

import statistics
import tempfile
from typing import Any

import httpx
from playwright.sync_api import Page

from benchmarks.load import served
from benchmarks.pages import made
from benchmarks.timing import milliseconds
from tests.app.pages.sizes import many
from tests.browser.live import CHROMIUM, chromium
from tests.oracles import instances

ANSWERS = 9
HEAD = ["what if", "of it the solver", "in place, median", f"slowest of {ANSWERS}"]
ANSWERED = """budget => new Promise(done => {
  const place = document.querySelector("#answer"), field = document.querySelector("#k0");
  const began = performance.now();
  new MutationObserver((_, watching) => {
    if (place.classList.contains("stale") || place.querySelector("#far")) return;
    watching.disconnect();
    done((performance.now() - began) / 1000);
  }).observe(place, {attributes: true, childList: true, subtree: true});
  field.value = budget;
  field.dispatchEvent(new Event("input", {bubbles: true}));
})"""  # the form waits 0.2 s for more to be typed; that is counted
SIZES: dict[str, dict[str, Any]] = {
    "20 x 12": many(20, 12),
    "60 x 52": many(60, 52),
    "20 x 12, adstock and seasons": instances.weekly(20, 12, weeks=12),
    "60 x 52, adstock and seasons": instances.weekly(60, 12, weeks=52),
}


def rows() -> list[list[str]]:
    """One line a size: budgets from 30 % less to 30 % more, each asked once."""
    if CHROMIUM is None:
        return [HEAD, ["Chromium is not there", *[""] * (len(HEAD) - 1)]]
    with (
        tempfile.TemporaryDirectory() as folder,
        served(f"sqlite:///{folder}/what_if.sqlite3") as client,
        chromium() as browser,
    ):
        page = browser.new_page()
        return [HEAD, *(_row(client, page, words, scenario) for words, scenario in SIZES.items())]


def _row(client: httpx.Client, page: Page, words: str, scenario: dict[str, Any]) -> list[str]:
    page.goto(f"{client.base_url}/plans/{made(client, scenario)}/what-if")
    budget = scenario["budget"]["at_most"]
    taken = [float(page.evaluate(ANSWERED, f"{(0.7 + 0.075 * step) * budget:.0f}")) for step in range(1, ANSWERS + 1)]
    solved = [_solved(client, scenario, (0.7 + 0.075 * step) * budget) for step in range(1, ANSWERS + 1, 4)]
    times = (statistics.median(solved), statistics.median(taken), max(taken))
    return [words, *map(milliseconds, times)]


def _solved(client: httpx.Client, scenario: dict[str, Any], budget: float) -> float:
    """Seconds that the solver says the same took."""
    sent = scenario | {"budget": {"at_most": round(budget)}}
    return float(client.post("/v1/plans", json=sent).json()["provenance"]["seconds"])
