"""Every page of the service, and every form: addresses for each route, whatever scenario there is to show.

A page that is added and not shown here fails `test_every`, and with it the rules of axe-core.
"""

from __future__ import annotations

import csv
import io
import time
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from app.pages.site import ROOMS
from tests.app.pages.hostile import EMOJI, IMAGE, LONG, SCRIPT, TEMPLATE

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
class Stock:
    """What there is to show: ids, and the addresses of the curve set and the schedule."""

    stored: str
    plan: str
    other: str
    conflict: str
    curves: str
    curve: str
    schedule: str
    stopped: str
    proposal: str
    reconciled: str


def routes(method: str) -> set[str]:
    """The routes of all pages; pictures and files are none."""
    found = {own.path for room in ROOMS for own in room.router.routes if method in own.methods}  # type: ignore[attr-defined]
    return {path for path in found if DRAWN not in path} - set(NO_PAGES)


def made(client: Client, address: str, body: dict[str, Any]) -> str:
    """The id of what a POST made."""
    answer = client.post(address, json=body)
    assert answer.status_code in (200, 201), answer.text
    found: str = answer.json()["id"]
    return found


def stocked(client: Client, stated: dict[str, Any]) -> Stock:
    """A workspace with something of this scenario on every page."""
    stored = made(client, "/v1/scenarios", {"scenario": stated, "notes": SCRIPT, "tags": [EMOJI, SCRIPT]})
    plan = made(client, "/v1/plans", {"scenario_id": stored})
    less = {"at_most": 0.8 * stated["budget"]["at_most"]}
    impossible = {"budget": {"at_most": 10.0}, "goals": [stated["goals"][0] | {"required": True}]}
    for step in ("approval", "baseline"):
        assert client.post(f"/v1/plans/{plan}/{step}").status_code == 200
    period, names = stated["periods"][0], [tactic["name"] for tactic in stated["tactics"]]
    lines = [{"tactic": name, "period": period, "spend": 50.0, "outcome": 90.0} for name in names]
    assert client.post("/v1/actuals", json={"actuals": lines}).status_code == 201
    schedule = f"/schedules/{made(client, '/v1/schedules', {'name': SCRIPT, 'cron': '0 7 * * *', 'plan': plan})}"
    _run(client, f"/v1{schedule}")
    other = made(client, "/v1/plans", stated | {"name": LONG, "budget": less, "rules": []})
    proposal = _proposal(stated["periods"], names)
    return Stock(
        stored=stored,
        plan=plan,
        other=other,
        conflict=made(client, "/v1/plans", stated | impossible),
        curves=_curves(client, names),
        curve=names[1],
        schedule=schedule,
        stopped=_stopped(client, stated),
        proposal=proposal,
        reconciled=client.post("/reconcile", data={"plan": other, "lines": proposal}).headers["location"],
    )


def pages(stock: Stock) -> dict[str, list[str]]:
    """Addresses by route: what each shows at its fullest, and empty or not there where that looks otherwise."""
    plan, other, conflict = stock.plan, stock.other, stock.conflict
    curves, schedule = stock.curves, stock.schedule
    return {
        "/": ["/", f"/?{urlencode({'name': SCRIPT})}"],
        "/sign-in": [f"/sign-in?{urlencode({'next': IMAGE})}"],
        "/jobs": ["/jobs"],
        "/jobs/{job_id}": [f"/jobs/{stock.stopped}", "/jobs/job_0"],
        "/plans/{plan_id}": [f"/plans/{plan}", f"/plans/{conflict}", "/plans/plan_0"],
        "/plans/{plan_id}/actuals": [f"/plans/{plan}/actuals", f"/plans/{plan}/actuals?{urlencode({'book': '<b>t'})}"],
        "/plans/{plan_id}/what-if": [
            f"/plans/{plan}/what-if",
            *(f"/plans/{plan}/what-if?{asked}" for asked in ("k0=10", "k0=2400", urlencode({"find": IMAGE}))),
        ],
        "/plans/{plan_id}/frontier": [f"/plans/{other}/frontier"],
        "/compare": ["/compare", f"/compare?plan={plan}&plan={other}", f"/compare?plan={plan}&plan={conflict}"],
        "/scenarios": ["/scenarios", f"/scenarios?{urlencode({'search': SCRIPT})}"],
        "/scenarios/new": [
            f"/scenarios/new?plan={plan}",
            "/scenarios/new",
            f"/scenarios/new?curves={curves.rpartition('/')[2]}",
        ],
        "/scenarios/from-workbook": ["/scenarios/from-workbook"],
        "/scenarios/{scenario_id}": [f"/scenarios/{stock.stored}"],
        "/curve-sets": ["/curve-sets"],
        "/curve-sets/{curve_set_id}": [
            f"{curves}?plan={plan}",
            f"{curves}?{urlencode({'curve': stock.curve, 'plan': plan})}",
        ],
        "/reconcile": [f"/reconcile?plan={plan}"],
        "/reconcile/{proposal_id}": [stock.reconciled, "/reconcile/proposal_0"],
        "/schedules": ["/schedules"],
        "/schedules/new": [
            f"/schedules/new?plan={plan}&scenario={stock.stored}",
            f"/schedules/new?{urlencode({'plan': '<b>t'})}",
        ],
        "/schedules/{schedule_id}": [schedule],
        "/schedules/{schedule_id}/edit": [f"{schedule}/edit"],
    }


FAILURES = ("/nowhere", "/sign-out", f"/plans/{quote(IMAGE)}", f"/?{urlencode({'cursor': SCRIPT})}")


def forms(stock: Stock) -> dict[str, list[Sent]]:
    """Forms by route, wrongly filled in with hostile text, and rightly where the answer is a page of its own."""
    plan, other, conflict, stored, schedule = stock.plan, stock.other, stock.conflict, stock.stored, stock.schedule
    asked = {"pressed": "yes"}
    return {
        "/sign-in": [Sent(to="/sign-in", fields={"key": IMAGE, "next": IMAGE}, status=303)],
        "/sign-out": [Sent(to="/sign-out", fields=asked, status=303)],
        "/jobs/{job_id}/cancel": [Sent(to="/jobs/job_0/cancel", fields=asked, status=404)],
        "/plans/{plan_id}/mend/{number}": [Sent(to=f"/plans/{conflict}/mend/99", fields=asked, status=404)],
        "/examples/{key}": [Sent(to="/examples/none", fields=asked, status=404)],
        "/plans/{plan_id}/standing/{step}": [Sent(to=f"/plans/{conflict}/standing/approve", fields=asked, status=409)],
        "/plans/{plan_id}/notes": [
            Sent(to=f"/plans/{plan}/notes", fields={"revision": "99", "notes": TEMPLATE + SCRIPT}, status=412)
        ],
        "/plans/{plan_id}/actuals": [
            Sent(to=f"/plans/{plan}/actuals", fields={"book": IMAGE, "lines": f"{SCRIPT}\t{IMAGE}\n{TEMPLATE}\t1"}),
            Sent(
                to=f"/plans/{plan}/actuals",
                fields={"lines": f"tactic\tperiod\tspend\n{SCRIPT}\t{TEMPLATE}\t1"},
                status=200,
            ),
        ],
        "/plans/{plan_id}/what-if": [
            Sent(to=f"/plans/{plan}/what-if", fields={"k0": IMAGE, "k1": "", "name": SCRIPT}),
            Sent(to=f"/plans/{plan}/what-if", fields={"k0": "10", "name": IMAGE, "find": TEMPLATE}, status=303),
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
            Sent(to="/reconcile", fields={"plan": other, "lines": stock.proposal}, status=303),
        ],
        "/reconcile/{proposal_id}/accept": [
            Sent(to="/reconcile/proposal_0/accept", fields={"name": SCRIPT}, status=404)
        ],
        "/schedules/new": [
            Sent(to="/schedules/new", fields={"name": SCRIPT, "cron": IMAGE, "zone": TEMPLATE, "plan": SCRIPT})
        ],
        "/schedules/{schedule_id}/edit": [
            Sent(to=f"{schedule}/edit", fields={"name": IMAGE, "cron": TEMPLATE, "version": SCRIPT})
        ],
        "/schedules/{schedule_id}/delete": [Sent(to="/schedules/schedule_0/delete", fields=asked, status=404)],
        "/schedules/{schedule_id}/{step}": [Sent(to="/schedules/schedule_0/pause", fields=asked, status=404)],
    }


def _stopped(client: Client, stated: dict[str, Any]) -> str:
    """A job that was cancelled before anybody began it, or after."""
    hard = stated | {"name": TEMPLATE, "solve": {"gap": 1e-9, "time_limit": 60}}
    sent = client.post("/v1/plans", json=hard, headers={"Prefer": "respond-async"})
    assert sent.status_code == 202, sent.text
    job: str = sent.json()["id"]
    client.post(f"/v1/jobs/{job}/cancel")
    return job


def _curves(client: Client, names: list[str]) -> str:
    """The address of an imported set whose curves and tags have these names."""
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["tactic", "family", "ceiling", "scale", "current_spend", "tag:region"])
    rows.writerows([name, "exponential", 900, 300, 80, SCRIPT] for name in names)
    sent = client.post("/curve-sets", files={"file": (f"{IMAGE}.csv", table.getvalue().encode(), "text/csv")})
    assert sent.status_code == 303, sent.text
    address: str = sent.headers["location"]
    return address


def _proposal(periods: list[str], names: list[str]) -> str:
    """Lines of every tactic in every period."""
    table = io.StringIO()
    rows = csv.writer(table, delimiter="\t")
    rows.writerow(["owner", "tactic", "period", "spend"])
    rows.writerows([SCRIPT, name, period, 120] for name in names for period in periods)
    return table.getvalue()


def _run(client: Client, address: str) -> None:
    """A run that has ended."""
    run = client.post(f"{address}/runs").json()["id"]
    until = time.monotonic() + 60
    while client.get(f"{address}/runs/{run}").json()["state"] == "waiting" and time.monotonic() < until:
        time.sleep(0.1)
