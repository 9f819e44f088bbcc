"""Every page of the service with hostile names in it: one address, or form, for each route.

A page that is added and not shown here fails `test_every`, and with it the rules of axe-core.
"""

from __future__ import annotations

import csv
import io
import time
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from app.pages.site import ROOMS

SCRIPT = "<script>window.pwned=1</script>"
IMAGE = '"><img src=x onerror=window.pwned=1>'
TEMPLATE = "{{ 7*7 }} {% raw %} &amp; </textarea></title>"
RIGHT_TO_LEFT = "\u202eevil\u202c شركة تلفزيون"
EMOJI = "📺 & <b>télé</b>"
LONG = "x" * 260 + SCRIPT
SPACED = "a 'quoted' name with a\\backslash and `ticks` ${window.pwned=1}"
NAMES = (SCRIPT, IMAGE, TEMPLATE, RIGHT_TO_LEFT, EMOJI, LONG, SPACED)
UNESCAPED = (SCRIPT, "<img src=x", "<b>t", "</textarea></title>", "{% raw %}'")
DRAWN = "{drawing}"
NO_PAGES = ("/assets/{name}", "/sign-in/provider", "/sign-in/answer")  # files, and ways to somewhere else


class Answer(Protocol):
    """What a client answers with."""

    @property
    def status_code(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def headers(self) -> Any: ...
    def json(self) -> Any: ...


class Client(Protocol):
    """A client of the service, in this process or over HTTP."""

    def get(self, url: str, **more: Any) -> Answer: ...
    def post(self, url: str, **more: Any) -> Answer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form as it is sent, and the status of the page that answers it."""

    to: str
    fields: dict[str, str]
    status: int = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """Addresses of pages and forms, by the route that answers them."""

    pages: dict[str, list[str]]
    forms: dict[str, list[Sent]]


def routes(method: str) -> set[str]:
    """The routes of all pages; pictures and files are none."""
    found = {own.path for room in ROOMS for own in room.router.routes if method in own.methods}  # type: ignore[attr-defined]
    return {path for path in found if DRAWN not in path} - set(NO_PAGES)


def scenario(**changed: Any) -> dict[str, Any]:
    """Every name in it is hostile."""
    tactics: list[dict[str, Any]] = [
        {
            "name": name,
            "stage": "downstream" if number % 2 else "upstream",
            "tags": {"owner": name[:100]},
            "response": {"family": "exponential", "ceiling": 900.0 + number, "scale": 300.0},
            "current_spend": 80.0,
            "spend": {"at_most": 500.0},
            "revenue_per_outcome": 1.0,
            **({"draws_from": IMAGE} if number % 2 else {"feeds": IMAGE}),
        }
        for number, name in enumerate(NAMES)
    ]
    return {
        "name": f"{SCRIPT}{EMOJI}",
        "currency": "EUR",
        "periods": [RIGHT_TO_LEFT, IMAGE],
        "objective": {"maximize": "revenue"},
        "budget": {"at_most": 2500.0},
        "tactics": tactics,
        "demand_pools": [{"name": IMAGE, "initial": 500.0, "organic": 100.0, "retention": 0.5}],
        "goals": [{"name": f"goal {SCRIPT}", "metric": "revenue", "at_least": 900_000.0}],
        "rules": [{"rule": "spend_range", "name": f"rule {IMAGE}", "scope": {"tactics": [LONG]}, "at_least": 100.0}],
    } | changed


def made(client: Client, address: str, body: dict[str, Any]) -> str:
    """The id of what a POST made."""
    answer = client.post(address, json=body)
    assert answer.status_code in (200, 201), answer.text
    found: str = answer.json()["id"]
    return found


def furnished(client: Client) -> Every:
    """A workspace with something on every page."""
    stored = made(client, "/v1/scenarios", {"scenario": scenario(), "notes": SCRIPT, "tags": [EMOJI, SCRIPT]})
    plan = made(client, "/v1/plans", {"scenario_id": stored})
    other = made(client, "/v1/plans", scenario(name=LONG, budget={"at_most": 2000.0}, rules=[]))
    impossible = scenario(budget={"at_most": 10.0}, goals=[scenario()["goals"][0] | {"required": True}])
    conflict = made(client, "/v1/plans", impossible)
    for step in ("approval", "baseline"):
        assert client.post(f"/v1/plans/{plan}/{step}").status_code == 200
    curves = _curves(client)
    lines = [{"tactic": name, "period": RIGHT_TO_LEFT, "spend": 50.0, "outcome": 90.0} for name in NAMES]
    assert client.post("/v1/actuals", json={"actuals": lines}).status_code == 201
    schedule = f"/schedules/{made(client, '/v1/schedules', {'name': SCRIPT, 'cron': '0 7 * * *', 'plan': plan})}"
    _run(client, f"/v1{schedule}")
    asked = {"pressed": "yes"}
    return Every(
        pages={
            "/": ["/", "/?name=" + "%3Cscript%3Ewindow.pwned%3D1%3C/script%3E"],
            "/sign-in": ["/sign-in?next=%22%3E%3Cimg%20src=x%20onerror=window.pwned=1%3E"],
            "/jobs": ["/jobs"],
            "/jobs/{job_id}": [f"/jobs/{_stopped(client)}", "/jobs/job_0"],
            "/plans/{plan_id}": [f"/plans/{plan}", f"/plans/{conflict}", "/plans/plan_0"],
            "/plans/{plan_id}/actuals": [f"/plans/{plan}/actuals", f"/plans/{plan}/actuals?book={'%3Cb%3Et'}"],
            "/plans/{plan_id}/what-if": [f"/plans/{plan}/what-if"],
            "/plans/{plan_id}/frontier": [f"/plans/{other}/frontier"],
            "/compare": ["/compare", f"/compare?plan={plan}&plan={other}", f"/compare?plan={plan}&plan={conflict}"],
            "/scenarios": ["/scenarios", "/scenarios?search=%3Cscript%3Ewindow.pwned%3D1%3C/script%3E"],
            "/scenarios/new": [f"/scenarios/new?plan={plan}", "/scenarios/new"],
            "/scenarios/from-workbook": ["/scenarios/from-workbook"],
            "/scenarios/{scenario_id}": [f"/scenarios/{stored}"],
            "/curve-sets": ["/curve-sets"],
            "/curve-sets/{curve_set_id}": [
                f"{curves}?plan={plan}",
                f"{curves}?{urlencode({'curve': IMAGE, 'plan': plan})}",
            ],
            "/reconcile": [f"/reconcile?plan={plan}"],
            "/schedules": ["/schedules"],
            "/schedules/new": [f"/schedules/new?plan={plan}&scenario={stored}", f"/schedules/new?plan={'%3Cb%3Et'}"],
            "/schedules/{schedule_id}": [schedule],
            "/schedules/{schedule_id}/edit": [f"{schedule}/edit"],
        },
        forms={
            "/sign-in": [Sent(to="/sign-in", fields={"key": IMAGE, "next": IMAGE}, status=303)],
            "/sign-out": [Sent(to="/sign-out", fields=asked, status=303)],
            "/jobs/{job_id}/cancel": [Sent(to="/jobs/job_0/cancel", fields=asked, status=404)],
            "/plans/{plan_id}/mend/{number}": [Sent(to=f"/plans/{conflict}/mend/99", fields=asked, status=404)],
            "/examples/{key}": [Sent(to="/examples/none", fields=asked, status=404)],
            "/plans/{plan_id}/standing/{step}": [
                Sent(to=f"/plans/{conflict}/standing/approve", fields=asked, status=409)
            ],
            "/plans/{plan_id}/notes": [
                Sent(to=f"/plans/{plan}/notes", fields={"revision": "99", "notes": TEMPLATE + SCRIPT}, status=412)
            ],
            "/plans/{plan_id}/actuals": [
                Sent(to=f"/plans/{plan}/actuals", fields={"book": IMAGE, "lines": f"{SCRIPT}\t{IMAGE}\n{TEMPLATE}\t1"})
            ],
            "/plans/{plan_id}/what-if": [
                Sent(to=f"/plans/{plan}/what-if", fields={"k0": IMAGE, "k1": "", "name": SCRIPT}),
                Sent(to=f"/plans/{plan}/what-if", fields={"k0": "10"}, status=200),
            ],
            "/scenarios/new": [
                Sent(to="/scenarios/new", fields={"name": SCRIPT, "budget.at_most": IMAGE, "notes": TEMPLATE}),
                Sent(
                    to="/scenarios/new",
                    fields={"do": "paste", "into": "tactics", "pasted": f"name\t{IMAGE}\n{SCRIPT}\t1"},
                ),
                Sent(to="/scenarios/new", fields={"do": "document", "document": f'{{"{IMAGE[2:]}": "{TEMPLATE}"}}'}),
            ],
            "/scenarios/from-workbook": [Sent(to="/scenarios/from-workbook", fields={"file": SCRIPT})],
            "/scenarios/{scenario_id}": [
                Sent(to=f"/scenarios/{stored}", fields={"version": "9", "do": "again", "name": LONG}, status=200)
            ],
            "/curve-sets": [Sent(to="/curve-sets", fields={"file": SCRIPT})],
            "/reconcile": [
                Sent(
                    to="/reconcile",
                    fields={"plan": plan, "lines": f"owner\ttactic\tspend\n{SCRIPT}\t{IMAGE}\t{TEMPLATE}"},
                ),
                Sent(to="/reconcile", fields={"plan": other, "lines": _proposal()}, status=200),
            ],
            "/schedules/new": [
                Sent(to="/schedules/new", fields={"name": SCRIPT, "cron": IMAGE, "zone": TEMPLATE, "plan": SCRIPT})
            ],
            "/schedules/{schedule_id}/edit": [
                Sent(to=f"{schedule}/edit", fields={"name": IMAGE, "cron": TEMPLATE, "version": SCRIPT})
            ],
            "/schedules/{schedule_id}/delete": [Sent(to="/schedules/schedule_0/delete", fields=asked, status=404)],
            "/schedules/{schedule_id}/{step}": [Sent(to="/schedules/schedule_0/pause", fields=asked, status=404)],
        },
    )


def _stopped(client: Client) -> str:
    """A job that was cancelled before anybody began it, or after."""
    hard = scenario(name=TEMPLATE, solve={"gap": 1e-9, "time_limit": 60})
    sent = client.post("/v1/plans", json=hard, headers={"Prefer": "respond-async"})
    assert sent.status_code == 202, sent.text
    job: str = sent.json()["id"]
    client.post(f"/v1/jobs/{job}/cancel")
    return job


def _curves(client: Client) -> str:
    """The address of an imported set whose curves and tags have these names."""
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["tactic", "family", "ceiling", "scale", "current_spend", "tag:region"])
    rows.writerows([name, "exponential", 900, 300, 80, SCRIPT] for name in NAMES)
    sent = client.post("/curve-sets", files={"file": (f"{IMAGE}.csv", table.getvalue().encode(), "text/csv")})
    assert sent.status_code == 303, sent.text
    address: str = sent.headers["location"]
    return address


def _proposal() -> str:
    """Lines of every tactic in every period."""
    periods = (RIGHT_TO_LEFT, IMAGE)
    table = io.StringIO()
    rows = csv.writer(table, delimiter="\t")
    rows.writerow(["owner", "tactic", "period", "spend"])
    rows.writerows([SCRIPT, name, period, 120] for name in NAMES for period in periods)
    return table.getvalue()


def _run(client: Client, address: str) -> None:
    """A run that has ended."""
    run = client.post(f"{address}/runs").json()["id"]
    until = time.monotonic() + 60
    while client.get(f"{address}/runs/{run}").json()["state"] == "waiting" and time.monotonic() < until:
        time.sleep(0.1)
