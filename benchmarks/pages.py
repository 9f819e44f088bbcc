"""Pages of a plan of 60 tactics in 52 weeks: what the service takes for each, and when a browser has the whole page."""

from __future__ import annotations

import statistics
import tempfile
import time

import httpx

from benchmarks.load import served
from benchmarks.timing import milliseconds
from tests.app.pages.sizes import many
from tests.browser.live import CHROMIUM, chromium

TACTICS, WEEKS, CALLS = 60, 52, 9
HEAD = ["page", "first", f"median of {CALLS}", "KiB"]
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd / 1000"


def rows() -> list[list[str]]:
    """One line a page: from asking to the last byte of its HTML, then what a browser's first load takes."""
    with tempfile.TemporaryDirectory() as folder, served(f"sqlite:///{folder}/pages.sqlite3") as client:
        plan = made(client, many(TACTICS, WEEKS))
        other = made(client, many(TACTICS, WEEKS) | {"name": "other", "budget": {"at_most": 2_500_000}})
        address = f"/plans/{plan}"
        addresses = {
            f"plan, {TACTICS} x {WEEKS}": address,
            "home": "/",
            "what if": f"{address}/what-if",
            "compare": f"/compare?plan={plan}&plan={other}",
            "scenario form": f"/scenarios/new?plan={plan}",
            **{f"chart {name}": f"{address}/charts/{name}.svg" for name in ("tactics", "periods", "responses")},
        }
        found = [HEAD, *(_row(client, words, where) for words, where in addresses.items())]
        return [*found, *_browsers(str(client.base_url), {"plan": address, "home": "/"})]


def made(client: httpx.Client, scenario: dict[str, object]) -> str:
    """The id of a plan of the scenario."""
    answer = client.post("/v1/plans", json=scenario, headers={"Prefer": "wait=100"})
    assert answer.status_code == 201, answer.text
    plan: str = answer.json()["id"]
    return plan


def _row(client: httpx.Client, words: str, where: str) -> list[str]:
    first, size = _asked(client, where)
    taken = [_asked(client, where)[0] for _ in range(CALLS)]
    return [words, milliseconds(first), milliseconds(statistics.median(taken)), f"{size / 1024:.0f}"]


def _asked(client: httpx.Client, where: str) -> tuple[float, int]:
    start = time.perf_counter()
    answer = client.get(where)
    assert answer.status_code == 200, answer.text
    return time.perf_counter() - start, len(answer.content)


def _browsers(base: str, addresses: dict[str, str]) -> list[list[str]]:
    """From an empty cache to the load event, with style, script and the pictures in sight."""
    if CHROMIUM is None:
        return [["in a browser", "Chromium is not there", "", ""]]
    found = []
    with chromium() as browser:
        for words, where in addresses.items():
            taken = []
            for _ in range(CALLS):
                context = browser.new_context(viewport={"width": 1280, "height": 900})
                page = context.new_page()
                page.goto(base + where, wait_until="load")
                page.wait_for_function("performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
                taken.append(float(page.evaluate(LOADED)))
                context.close()
            found.append([f"{words}, in a browser", milliseconds(taken[0]), milliseconds(statistics.median(taken)), ""])
    return found
