"""`make screenshots`: every page that the README shows, on a fresh service with real plans."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import Browser

from tests.app.pages.conftest import stated
from tests.app.pages.sizes import many
from tests.browser.conftest import made
from tests.browser.live import CHROMIUM, chromium, listening

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"
WIDTH, HEIGHT = 1100, 760


def pages(address: str) -> dict[str, str]:
    """The address of each page, by the name of its picture."""
    funnel, launch = made(address, stated("full_funnel")), made(address, stated("launch"))
    free = stated("full_funnel") | {"name": "First half of 2027, without the brand rule"}
    free["rules"] = [rule for rule in free["rules"] if rule["name"] != "brand share"]
    impossible = many(3) | {"name": "More than there is", "budget": {"at_most": 100.0}}
    impossible["rules"] = [{"rule": "spend_range", "name": "floor", "at_least": 500.0}]
    table = httpx.get(f"{address}/v1/imports/templates/parameters").content
    curves = httpx.post(f"{address}/curve-sets", files={"file": ("curves.csv", table, "text/csv")}).headers["location"]
    schedule, tracked = scheduled(address)
    return {
        "schedule": schedule,
        "actuals": f"/plans/{tracked}/actuals",
        "plan": f"/plans/{funnel}",
        "river": f"/plans/{launch}#river",
        "what-if": f"/plans/{funnel}/what-if?k0=39000000",
        "frontier": f"/plans/{funnel}/frontier",
        "reconcile": reconciled(address),
        "compare": f"/compare?plan={funnel}&plan={made(address, free)}",
        "conflict": f"/plans/{made(address, impossible)}",
        "scenario": "/scenarios/new?example=full_funnel#l-tactics",
        "curves": curves,
        "curve": f"{curves}?curve=tv",
        "home": "/",
    }


def reconciled(address: str) -> str:
    """The address of a proposal that misses its goal."""
    wanted = many(3) | {"name": "Spring", "goals": [{"name": "revenue", "metric": "revenue", "at_least": 9500.0}]}
    wanted["tactics"] = [
        own | {"name": name} for own, name in zip(wanted["tactics"], ("tv", "search", "out_of_home"), strict=True)
    ]
    lines = "owner,tactic,spend\nbrand,search,900\nsales,tv,400\nsales,out_of_home,300"
    sent = {"plan": made(address, wanted), "lines": lines}
    return httpx.post(f"{address}/reconcile", data=sent).headers["location"]


def scheduled(address: str) -> tuple[str, str]:
    """The address of a schedule whose newest run has ended, and the id of its plan."""
    made_it = {"scenario": stated("full_funnel") | {"name": "Half year"}}
    scenario = httpx.post(f"{address}/v1/scenarios", json=made_it).json()["id"]
    plan = httpx.post(f"{address}/v1/plans", json={"scenario_id": scenario}, timeout=120).json()
    for step in ("approval", "baseline"):
        httpx.post(f"{address}/v1/plans/{plan['id']}/{step}").raise_for_status()
    spent = [
        {"tactic": own["tactic"], "period": own["period"], "spend": round(0.8 * own["spend"], 2)}
        for own in plan["allocations"]
        if own["period"] in ("2027-01", "2027-02")
    ]
    httpx.post(f"{address}/v1/actuals", json={"actuals": spent}).raise_for_status()
    terms = {"name": "Monday review", "cron": "30 6 * * 1", "zone": "Europe/Berlin", "scenario": scenario}
    schedule = httpx.post(f"{address}/v1/schedules", json=terms).json()["id"]
    run = httpx.post(f"{address}/v1/schedules/{schedule}/runs").json()["id"]
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if httpx.get(f"{address}/v1/schedules/{schedule}/runs/{run}").json()["state"] != "waiting":
            break
        time.sleep(0.2)
    return f"/schedules/{schedule}", plan["id"]


def photograph(browser: Browser, address: str, name: str, path: str, scheme: str) -> None:
    """One picture of what is seen first."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address + path, wait_until="networkidle")
    page.wait_for_timeout(500)
    page.screenshot(path=FOLDER / f"{name}.png")
    context.close()


def main() -> None:
    """All pictures; those of the plan in both schemes."""
    if CHROMIUM is None:
        raise SystemExit("Chromium is not there: make browser installs it")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, listening(Path(folder)) as address, chromium() as browser:
        for name, path in pages(address).items():
            photograph(browser, address, name, path, "light")
            if name == "plan":
                photograph(browser, address, "plan-dark", path, "dark")


if __name__ == "__main__":
    main()
