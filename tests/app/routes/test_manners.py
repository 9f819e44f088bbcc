"""HTTP as clients, proxies and caches expect it: methods, media types, tags, limits, deadlines, what will go."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from app.records.callers import Role
from app.routes.manual import manual
from app.routes.retiring import retiring
from tests.app.conftest import Start, small
from tests.app.routes.test_callers import give_key


@pytest.fixture
def plan(client: TestClient) -> str:
    """The address of a stored plan."""
    return str(client.post("/v1/plans", json=small("Spring")).headers["location"])


def test_every_get_has_a_head(client: TestClient, plan: str) -> None:
    """The same status and headers, and no body."""
    for path in (plan, "/v1/plans", "/v1/catalogue", "/v1/plans/plan_0", "/healthz", "/openapi.json"):
        asked, headed = client.get(path), client.head(path)
        assert (headed.status_code, headed.content) == (asked.status_code, b""), path
        own = ("x-request-id", "date")
        given, told = ({name: of[name] for name in of if name not in own} for of in (asked.headers, headed.headers))
        assert given == told, path


def test_options_and_405_name_every_method(client: TestClient, plan: str) -> None:
    """`Allow` is the same whoever asks for it, and complete."""
    for path, methods in ((plan, {"GET"}), ("/v1/plans", {"GET", "POST"}), ("/v1/frontiers", {"POST"})):
        expected = {*methods, "OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
        answered, refused = client.options(path), client.put(path)
        assert (answered.status_code, refused.status_code) == (204, 405)
        for answer in (answered, refused):
            assert set(answer.headers["allow"].split(", ")) == expected, path
    assert client.options("/v1/nothing").status_code == 404


def test_a_query_says_what_is_known_and_says_it_once(client: TestClient) -> None:
    """At every address of the manual and with every method: the rule does not depend on who wrote the route."""
    tried = 0
    for path, item in client.get("/openapi.json").json()["paths"].items():
        address = re.sub(r"{\w+}", "x", path)
        for method, operation in item.items():
            known = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
            cases = [("colour=red", "unknown_parameter", "colour"), ("a" * 99, "unknown_parameter", "a" * 60 + "…")]
            cases += [(f"{name}=1&{name}=1", "repeated_parameter", name) for name in known]
            for query, code, named in cases:
                for asked in (method, *(["head"] if method == "get" else [])):
                    answer = client.request(asked.upper(), f"{address}?{query}")
                    assert answer.status_code == 422, (asked, path, query)
                problem = client.request(method.upper(), f"{address}?{query}").json()
                assert (problem["code"], problem["errors"][0]["path"]) == (code, named), (method, path, query)
                tried += 1
    assert tried > 150
    many = client.get("/v1/plans?" + "&".join(f"p{number}" for number in range(500))).json()
    assert (len(many["errors"]), many["more"]) == (20, 480)


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("application/*;q=0.3", 200),
        ("text/html, */*;q=0.1", 200),
        ("", 200),
        ("nonsense", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("image/png, application/xml", 406),
    ],
)
def test_a_media_type_that_is_not_there_is_refused(client: TestClient, accept: str, status: int) -> None:
    """406 before anything happens; what cannot be read as a list of types is no wish."""
    listed = client.get("/v1/plans", headers={"Accept": accept})
    assert listed.status_code == status
    before = client.get("/v1/plans?limit=1").json()
    made = client.post("/v1/plans", json=small("Spring"), headers={"Accept": accept})
    assert made.status_code == {200: 201, 406: 406}[status]
    assert (client.get("/v1/plans?limit=1").json() == before) is (status == 406)


def test_a_whole_answer_has_a_tag(client: TestClient, plan: str) -> None:
    """304 without a body while it is unchanged; the whole answer when it has changed."""
    for path in (plan, f"{plan}/scenario", f"{plan}/explanation", "/v1/catalogue", "/v1/plans?limit=1", "/v1/me"):
        first = client.get(path)
        tag = first.headers["etag"]
        assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
        for stated in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            again = client.get(path, headers={"If-None-Match": stated})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), path
            assert "content-length" not in again.headers
            assert client.head(path, headers={"If-None-Match": stated}).status_code == 304
        assert client.get(path, headers={"If-None-Match": '"x"'}).content == first.content
        assert first.headers["cache-control"] == "private, no-cache"
    listed = client.get("/v1/plans").headers["etag"]
    client.post("/v1/plans", json=small("Summer"))
    assert client.get("/v1/plans", headers={"If-None-Match": listed}).status_code == 200


def test_failures_and_effects_have_no_tag(client: TestClient) -> None:
    """They are not kept by anybody."""
    for answer in (client.get("/v1/plans/plan_0"), client.post("/v1/plans", json=small("Spring"))):
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"


def limits(answer: Any) -> list[tuple[str, int, int]]:
    """Name, quota and what is left, of each policy."""
    policies = re.findall(r'"(\w+)";q=(\d+);w=\d+', answer.headers["ratelimit-policy"])
    states = re.findall(r'"(\w+)";r=(\d+);t=(\d+)', answer.headers["ratelimit"])
    assert [name for name, _ in policies] == [name for name, _, _ in states]
    assert all(int(seconds) >= 1 for _, _, seconds in states)
    return [(name, int(quota), int(left)) for (name, quota), (_, left, _) in zip(policies, states, strict=True)]


def test_a_key_that_asks_too_often_is_told_when_to_come_back(start: Start) -> None:
    """Each answer says what is left; then 429 with Retry-After, for that key alone, and health is never limited."""
    client = start(auth="keys", requests_per_minute=3)
    one, other = give_key(client, Role.viewer), give_key(client, Role.planner)
    answers = [client.get("/v1/plans", headers=one) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [limits(answer) for answer in answers] == [[("requests", 3, left)] for left in (2, 1, 0, 0)]
    assert 1 <= int(answers[3].headers["retry-after"]) <= 60
    assert answers[3].json()["code"] == "too_many_requests"
    assert client.get("/v1/plans", headers=other).status_code == 200
    assert {client.get("/v1/plans").status_code for _ in range(4)} == {401, 429}
    assert {client.get("/readyz", headers=one).status_code for _ in range(5)} == {200}


def test_posts_have_a_quota_of_their_own(start: Start) -> None:
    """Reading goes on when no more may be sent."""
    client = start(posts_per_day=1)
    made, refused = (client.post("/v1/plans", json=small("Spring")) for _ in range(2))
    assert (made.status_code, refused.status_code) == (201, 429)
    assert limits(made) == [("posts", 1, 0)]
    assert client.get("/v1/plans").status_code == 200


def test_without_a_limit_none_is_told(client: TestClient) -> None:
    """No header promises what nobody counts."""
    assert "ratelimit" not in client.get("/v1/plans").headers


def test_an_answer_comes_in_time_or_not_at_all(start: Start) -> None:
    """202 shortly before the deadline, whatever goes on behind; the plan is there later, and the key tells the job."""
    client = start(request_seconds=4)
    asked: dict[str, Any] = {"json": small("nap:8", time_limit=20), "headers": {"Idempotency-Key": "one"}}
    answer = client.post("/v1/plans", **asked)
    assert answer.status_code == 202
    assert client.get("/v1/plans").json()["plans"] == []
    again = client.post("/v1/plans", **asked)
    assert (again.json()["id"], again.headers["idempotency-replayed"]) == (answer.json()["id"], "true")
    deadline = time.monotonic() + 60
    while not client.get("/v1/plans").json()["plans"] and time.monotonic() < deadline:
        time.sleep(0.2)
    assert len(client.get("/v1/plans").json()["plans"]) == 1


def test_what_will_go_says_so(client: TestClient) -> None:
    """Headers in every answer of the address, failures too, and the mark in the manual."""
    router = APIRouter()
    ending = retiring(since=date(2027, 1, 1), sunset=date(2027, 7, 1), see="/docs/upgrading")

    @router.get("/v1/old", **ending)
    def old(count: int) -> dict[str, int]:
        return {"count": count}

    app: Any = client.app
    app.include_router(router)
    assert manual("1", router.routes)["paths"]["/v1/old"]["get"]["deprecated"]
    for answer in (client.get("/v1/old?count=3"), client.get("/v1/old?count=x")):
        assert told(answer.headers) == {
            "deprecation": "@1798761600",
            "sunset": "Thu, 01 Jul 2027 00:00:00 GMT",
            "link": '</docs/upgrading>; rel="deprecation"',
        }
    assert told(client.get("/v1/plans").headers) == {}


def told(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in ("deprecation", "sunset", "link") if name in headers}
