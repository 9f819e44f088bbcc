"""/v1/scenarios and /v1/curve-sets: names, versions, preconditions, deletion."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.app.conftest import Start, small
from tests.app.databases import lay_out

CURVES: dict[str, Any] = {"name": "Model", "curves": [{"name": "tv", "response": {"family": "linear", "slope": 2}}]}


class Kind:
    """One of the two kinds: where it is, and documents of it by name."""

    def __init__(self, address: str, field: str, document: dict[str, Any]) -> None:
        self.address = address
        self.field = field
        self._document = document

    def body(self, name: str, **more: Any) -> dict[str, Any]:
        return {self.field: self._document | {"name": name}, **more}


SCENARIOS = Kind("/v1/scenarios", "scenario", small("x"))
CURVE_SETS = Kind("/v1/curve-sets", "curve_set", CURVES)


@pytest.fixture(params=[SCENARIOS, CURVE_SETS], ids=["scenarios", "curve-sets"])
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
def client(own: TestClient) -> TestClient:
    return own


def store(client: TestClient, kind: Kind, name: str, **more: Any) -> str:
    """The address of a new one."""
    answer = client.post(kind.address, json=kind.body(name, **more))
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def test_every_change_is_a_version_and_old_ones_are_read(client: TestClient, kind: Kind) -> None:
    """The document comes back as it was sent; the list of versions says who made each."""
    address = store(client, kind, "first", notes="a start", tags=["b", "a", "b"])
    changed = client.put(address, json=kind.body("second"), headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    newest = client.get(address)
    assert newest.content == changed.content
    assert newest.headers["etag"] == '"2"'
    first = client.get(f"{address}/versions/1").json()
    assert first[kind.field] == kind.body("first")[kind.field]
    assert (first["version"], first["notes"], first["tags"]) == (1, "a start", ["a", "b"])
    listed = client.get(f"{address}/versions").json()
    me = client.get("/v1/me").json()["actor"]
    assert [(entry["version"], entry["name"], entry["changed_by"]) for entry in listed["versions"]] == [
        (2, "second", me),
        (1, "first", me),
    ]
    page = client.get(f"{address}/versions?limit=1").json()
    assert client.get(page["next"]).json()["versions"] == listed["versions"][1:]
    assert client.get(f"{address}/versions/3").json()["code"] == "unknown_version"


def test_nobody_overwrites_what_they_have_not_seen(client: TestClient, kind: Kind) -> None:
    """428 without If-Match, 412 with an old or weak one; any of several, or *, will do."""
    address = store(client, kind, "one")
    bodies = iter(kind.body("one", notes=str(number)) for number in range(99))

    def put(**headers: str) -> tuple[int, str | None]:
        answer = client.put(address, json=next(bodies), headers=headers)
        return answer.status_code, answer.json().get("code")

    assert put() == (428, "no_condition")
    for stale in ('"2"', 'W/"1"', "1", '"one"', "", '"1'):
        assert put(**{"If-Match": stale}) == (412, "changed_meanwhile"), stale
    assert put(**{"If-Match": '"7", "1"'}) == (200, None)
    assert put(**{"If-Match": "*"}) == (200, None)
    assert client.get(address).headers["etag"] == '"3"'
    assert client.request("DELETE", address).status_code == 428
    assert client.request("DELETE", address, headers={"If-Match": '"2"'}).status_code == 412


def test_what_changes_nothing_is_no_version(client: TestClient, kind: Kind) -> None:
    """The newest version is answered again."""
    address = store(client, kind, "same")
    answer = client.put(address, json=kind.body("same"), headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert len(client.get(f"{address}/versions").json()["versions"]) == 1


def test_what_is_deleted_is_out_of_use_and_can_be_restored(client: TestClient, kind: Kind) -> None:
    """404 but for its versions; its name is free; restored, it is as it was, unless its name is taken."""
    address = store(client, kind, "old")
    deleted = client.request("DELETE", address, headers={"If-Match": '"1"'})
    assert (deleted.status_code, deleted.json()["deleted_at"] is None) == (200, False)
    assert client.get(address).status_code == 404
    assert client.put(address, json=kind.body("old"), headers={"If-Match": "*"}).status_code == 404
    assert client.get(f"{address}/versions/1").status_code == 200
    assert client.get(kind.address).json()["items"] == []
    [listed] = client.get(f"{kind.address}?deleted=true").json()["items"]
    assert listed == deleted.json()
    another = store(client, kind, "old")
    taken = client.post(f"{address}/restoration")
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    assert taken.json()["errors"][0]["remedy"] == "rename or delete the other one first"
    client.put(another, json=kind.body("new"), headers={"If-Match": '"1"'})
    for _ in range(2):  # restoring what is there changes nothing
        assert client.post(f"{address}/restoration").json()["deleted_at"] is None
    assert client.get(address).json()["name"] == "old"


def test_no_two_share_a_name(client: TestClient, kind: Kind) -> None:
    """409, whether it is made or renamed; nothing is kept of the attempt."""
    store(client, kind, "taken")
    other = store(client, kind, "free")
    for answer in (
        client.post(kind.address, json=kind.body("taken")),
        client.put(other, json=kind.body("taken"), headers={"If-Match": '"1"'}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    assert client.get(other).headers["etag"] == '"1"'
    assert len(client.get(kind.address).json()["items"]) == 2


def test_they_are_found_by_name_and_tag(client: TestClient, kind: Kind) -> None:
    """A part of the name, with letters of either case; a tag of the newest version; page by page."""
    store(client, kind, "Spring 50%", tags=["north"])
    store(client, kind, "spring 500", tags=["north", "2027"])
    third = store(client, kind, "Autumn_1", tags=["2027"])

    def names(query: str) -> list[str]:
        return [item["name"] for item in client.get(f"{kind.address}?{query}").json()["items"]]

    assert names("") == ["Autumn_1", "spring 500", "Spring 50%"]
    assert names("search=SPRING") == ["spring 500", "Spring 50%"]
    assert names("search=50%25") == ["Spring 50%"]
    assert names("search=n_1") == ["Autumn_1"]
    assert names("tag=2027") == ["Autumn_1", "spring 500"]
    assert names("tag=north&search=500") == ["spring 500"]
    client.put(third, json=kind.body("Autumn_1", tags=["north"]), headers={"If-Match": "*"})
    assert names("tag=2027") == ["spring 500"]
    first = client.get(f"{kind.address}?limit=2&tag=north").json()
    second = client.get(first["next"]).json()
    assert [item["name"] for item in first["items"] + second["items"]] == ["Autumn_1", "spring 500", "Spring 50%"]


def test_what_was_done_is_in_the_audit(client: TestClient, kind: Kind) -> None:
    """Made, changed, deleted and restored, each once."""
    address = store(client, kind, "a")
    client.put(address, json=kind.body("b"), headers={"If-Match": "*"})
    client.request("DELETE", address, headers={"If-Match": "*"})
    client.post(f"{address}/restoration")
    entries = client.get("/v1/audit", params={"thing": address.rpartition("/")[2]}).json()["entries"]
    acts = [f"{kind.field}.{done}" for done in ("restored", "deleted", "changed", "created")]
    assert [entry["act"] for entry in entries] == acts
    assert entries[2]["detail"] == {"name": "b", "version": 2}


def test_documents_that_cannot_be_meant_are_refused_with_their_path(client: TestClient) -> None:
    """Checked as if they were solved, and nothing is kept."""
    scenario = SCENARIOS.body("x")
    scenario["scenario"]["budget"] = {}
    curves = json.loads(json.dumps(CURVE_SETS.body("x")))
    curves["curve_set"]["curves"][0]["response"]["slope"] = -1
    for address, body, path in (
        ("/v1/scenarios", scenario, "scenario.budget"),
        ("/v1/scenarios", SCENARIOS.body("x", tags=["y" * 61]), "tags[0]"),
        ("/v1/scenarios", SCENARIOS.body("x", colour="red"), "colour"),
        ("/v1/scenarios", {}, "scenario"),
        ("/v1/curve-sets", curves, "curve_set.curves[0].response.slope"),
    ):
        problem = client.post(address, json=body).json()
        assert (problem["status"], problem["errors"][0]["path"]) == (422, path)
        assert client.get(address).json()["items"] == []


def test_of_changes_at_the_same_time_one_is_made(start: Start, url: str, kind: Kind) -> None:
    """On both databases: one version follows the one that all have read, the others are told; a name is given once."""
    lay_out(url)
    client = start(database_url=url)
    address = store(client, kind, "one")

    def change(number: int) -> int:
        body = kind.body("one", notes=str(number))
        return client.put(address, json=body, headers={"If-Match": '"1"'}).status_code

    def create(_: int) -> int:
        return client.post(kind.address, json=kind.body("two")).status_code

    with ThreadPoolExecutor() as threads:
        assert sorted(threads.map(change, range(6))) == [200, *[412] * 5]
        assert sorted(threads.map(create, range(6))) == [201, *[409] * 5]
    assert client.get(address).headers["etag"] == '"2"'
    assert [item["name"] for item in client.get(kind.address).json()["items"]] == ["two", "one"]
