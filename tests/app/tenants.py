"""Probes of who may see what, made from the OpenAPI document: every operation, every id, every role."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi.testclient import TestClient
from httpx import Response

from app.records.callers import Role
from tests.app.conftest import small

Document = dict[str, Any]

SECRET = "victim's own words"
CURVES = {"name": SECRET, "curves": [{"name": "tv", "response": {"family": "linear", "slope": 2}}]}
PUBLIC = {"/v1/catalogue/{key}", "/v1/imports/charts/{form}", "/v1/imports/templates/{name}"}  # what is nobody's
OTHERWISE = {"number": "1", "drawing": "svg"}  # parts of an address that are no ids

# a body that reaches the service, for operations whose body is checked before the id is looked up
BODIES: dict[tuple[str, str], Document] = {
    ("put", "/v1/plans/{plan_id}/standing"): {"notes": "x"},
    ("put", "/v1/scenarios/{thing_id}"): {"scenario": small("x")},
    ("put", "/v1/curve-sets/{thing_id}"): {"curve_set": CURVES | {"name": "x"}},
    ("post", "/v1/keys/{key_id}/rotation"): {},
    ("put", "/v1/schedules/{schedule_id}"): {"name": "x", "cron": "0 6 * * 1", "scenario": "scenario_" + "0" * 30},
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the manual."""

    method: str
    path: str
    stated: Document

    @property
    def role(self) -> Role:
        """The least role that it takes."""
        [scheme] = self.stated["security"]
        return Role(next(iter(scheme.values()))[0])

    def parameters(self, where: str) -> list[str]:
        """The names of those that are free text, in the address or in the query."""
        found = [given for given in self.stated.get("parameters", []) if given["in"] == where]
        return [given["name"] for given in found if where == "path" or "string" in str(given["schema"])]

    @property
    def names_a_thing(self) -> bool:
        """Whether its address has an id of something that belongs to somebody."""
        return bool(self.parameters("path")) and self.path not in PUBLIC

    def address(self, identity: str) -> str:
        """Its address, with the id in the place of ids."""
        address = self.path
        for name in self.parameters("path"):
            address = address.replace(f"{{{name}}}", OTHERWISE.get(name, identity))
        return address


def operations(client: TestClient) -> list[Operation]:
    """All of them that take a caller."""
    document = client.get("/openapi.json").json()
    return [
        Operation(method, path, stated)
        for path, item in document["paths"].items()
        for method, stated in item.items()
        if path.startswith("/v1/")
    ]


def things_of(client: TestClient, headers: dict[str, str]) -> dict[str, str]:
    """One of everything that has an id, made by a caller, by the address of its list."""
    made: dict[str, str] = {}
    weekly = {"name": SECRET, "cron": "0 6 * * 1"}
    for address, body in (
        ("/v1/plans", small(SECRET)),
        ("/v1/scenarios", {"scenario": small(SECRET), "notes": SECRET, "tags": [SECRET]}),
        ("/v1/curve-sets", {"curve_set": CURVES, "notes": SECRET}),
        ("/v1/keys", {"name": SECRET, "role": "viewer"}),
        ("/v1/webhooks", {"url": f"https://192.88.98.1/{quote(SECRET)}", "events": ["goal.at_risk"]}),
    ):
        answer = client.post(address, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        made[address] = answer.json()["id"]
    schedule = client.post("/v1/schedules", json=weekly | {"plan": made["/v1/plans"]}, headers=headers)
    batch = client.post("/v1/batches", json={"name": SECRET, "scenarios": [small(SECRET)]}, headers=headers)
    while client.get(f"/v1/batches/{batch.json()['id']}", headers=headers).json()["state"] != "done":
        time.sleep(0.05)
    job = client.get("/v1/jobs", headers=headers).json()["jobs"][0]
    return made | {"/v1/schedules": schedule.json()["id"], "/v1/batches": batch.json()["id"], "/v1/jobs": job["id"]}


def unknown(identity: str) -> str:
    """An id of the same form and time that nobody has."""
    return identity[:-16] + secrets.token_hex(8)


def list_of(operation: Operation) -> str:
    """The address of the list that the operation's id is from."""
    return "/".join(operation.path.split("/")[:3])


def send(
    client: TestClient,
    operation: Operation,
    identity: str,
    headers: dict[str, str],
    body: Document | None = None,
    **query: str,
) -> Response:
    """One request."""
    given = headers | {"If-Match": "*"}
    taken = {"json": body} if body is not None else {}
    return client.request(operation.method.upper(), operation.address(identity), params=query, headers=given, **taken)


def told(answer: Response, identity: str) -> tuple[int, str, dict[str, str]]:
    """All that an answer says, but for what differs by itself: the request's id, the time, how often was asked, and the
    id that was sent along, with the ETag of a text that repeats it."""
    own = {"x-request-id", "date", "ratelimit", "content-length"} | ({"etag"} if identity in answer.text else set())
    headers = {name: value for name, value in answer.headers.items() if name not in own}
    return answer.status_code, answer.text.replace(identity, "ID"), headers


class Parts(dict[str, str]):
    """Parts of an address; those that are not given are some word."""

    def __missing__(self, name: str) -> str:
        return OTHERWISE.get(name, "x")


def page_addresses(router: Any) -> list[str]:
    """The addresses of all pages that can be read; routers that were included hold routes of their own."""
    found = []
    for route in router.routes:
        if inner := getattr(route, "original_router", None):
            found += page_addresses(inner)
        elif "GET" in getattr(route, "methods", ()) and not route.path.startswith("/v1"):
            found.append(route.path)
    return found


def bodies_naming(identity: str) -> Iterator[tuple[str, Document]]:
    """Bodies that name something stored, by the address they are sent to."""
    rule = {"rule": "turnover_limit", "name": "near", "amount": 5, "reference_plan": identity}
    near = small("near") | {"rules": [rule]}
    fitted = small("fitted")
    fitted["tactics"][1]["response"] = {"curve_set": identity, "curve": "tv"}
    usual = small("usual") | {"curve_set": {"name": identity}}
    usual["tactics"][1]["response"] = {"curve": "tv"}
    for scenario in (near, fitted, usual):
        yield "/v1/plans", scenario
        yield "/v1/scenarios", {"scenario": scenario}
        yield "/v1/evaluations", {"scenario": scenario, "allocations": []}
        yield "/v1/frontiers", {"scenario": scenario}
        yield "/v1/reconciliations", {"scenario": scenario, "proposal": []}
    yield "/v1/plans", {"scenario_id": identity}
    yield "/v1/plans", {"scenario_id": identity, "version": 1}
