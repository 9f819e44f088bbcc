"""Nobody sees, changes or learns of what another workspace has; nobody does what their role may not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app
from app.records.callers import Role
from app.services.workspaces import WorkspaceService
from app.storage.database import Database
from tests.app.databases import fresh, lay_out
from tests.app.routes.test_callers import give_key
from tests.app.tenants import (
    BODIES,
    SECRET,
    Parts,
    bodies_naming,
    list_of,
    operations,
    page_addresses,
    send,
    things_of,
    told,
    unknown,
)

Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class House:
    """A service on which one workspace has one of everything, and a stranger is the admin of another."""

    client: TestClient
    owner: Headers
    stranger: Headers
    things: dict[str, str]

    def kept(self) -> dict[str, str]:
        """All that the owner has, and the audit of it."""
        addresses = [f"{address}/{found}" for address, found in self.things.items()]
        return {found: self.client.get(found, headers=self.owner).text for found in (*addresses, "/v1/audit")}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.deep)])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database for all probes; in `make deep` one of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('house') / 'house.sqlite3'}"
    else:
        with fresh(request.getfixturevalue("postgresql_server")) as found:
            yield found


@pytest.fixture(scope="module")
def house(url: str) -> Iterator[House]:
    """One for all probes: none of them changes anything that another looks at."""
    lay_out(url)
    database = Database(url)
    WorkspaceService(database).create("other", "Other")
    database.close()
    settings = Settings(database_url=url, auth="keys", workers=1, log_level="error")
    with TestClient(create_app(settings, "tests.app.fake_solver:solve"), raise_server_exceptions=False) as client:
        owner, stranger = give_key(client, Role.admin), give_key(client, Role.admin, workspace="other")
        yield House(client, owner, stranger, things_of(client, owner))


def test_every_id_of_an_address_is_somebodys(house: House) -> None:
    """A new address with an id in it has to say here what its ids are of."""
    lists = {list_of(found) for found in operations(house.client) if found.names_a_thing}
    assert lists <= set(house.things)


def test_foreign_ids_answer_exactly_like_unknown_ones(house: House) -> None:
    """Every operation with an id in its address: the same status, headers and body, and nothing is given or done."""
    before = house.kept()
    denied = 0
    for operation in operations(house.client):
        if not operation.names_a_thing:
            continue
        foreign = house.things[list_of(operation)]
        absent = unknown(foreign)
        reaching = BODIES.get((operation.method, operation.path))
        for body in ({}, reaching):
            one, other = (
                told(send(house.client, operation, found, house.stranger, body), found) for found in (foreign, absent)
            )
            assert one == other, operation.path
            assert one[0] == 404 if body == reaching else 400 <= one[0] < 500, operation.path
            denied += 1
    assert house.kept() == before
    assert denied >= 2 * 20


def test_foreign_ids_in_queries_answer_exactly_like_unknown_ones(house: House) -> None:
    """Every text parameter of every operation, with every kind of id: filters, cursors, comparisons."""
    tried = 0
    for operation in operations(house.client):
        if operation.method != "get" or operation.parameters("path"):
            continue
        for name in operation.parameters("query"):
            for foreign in house.things.values():
                one, other = (
                    told(send(house.client, operation, "", house.stranger, **{name: found}), found)
                    for found in (foreign, unknown(foreign))
                )
                assert one == other, (operation.path, name)
                assert SECRET not in one[1]
                tried += 1
    assert tried >= 20


def test_foreign_ids_in_bodies_answer_exactly_like_unknown_ones(house: House) -> None:
    """Reference plans, curve sets by id and by name, scenarios by id: none is found, and nothing is made."""
    for foreign in (*house.things.values(), SECRET):
        absent = unknown(foreign) if foreign != SECRET else "nobody's own words"
        for (address, body), (_, other) in zip(bodies_naming(foreign), bodies_naming(absent), strict=True):
            answers = [
                told(house.client.post(address, json=sent, headers=house.stranger), found)
                for sent, found in ((body, foreign), (other, absent))
            ]
            assert answers[0] == answers[1], address
            assert answers[0][0] in (404, 422), address
    for address in ("/v1/plans", "/v1/scenarios", "/v1/curve-sets"):
        assert [] in house.client.get(address, headers=house.stranger).json().values(), address


def test_pages_show_nothing_of_others(house: House) -> None:
    """Every page with an id in its address: a visitor of another workspace sees what they see for an unknown id."""
    foreign = house.things["/v1/plans"]
    absent = unknown(foreign)
    visitor = TestClient(house.client.app, follow_redirects=False)
    key = house.stranger["Authorization"].removeprefix("Bearer ")
    assert visitor.post("/sign-in", data={"key": key}).status_code == 303
    pages = [path for path in page_addresses(house.client.app) if "{plan_id}" in path]
    for path in pages:
        one, other = (told(visitor.get(path.format_map(Parts(plan_id=found))), found) for found in (foreign, absent))
        assert one == other, path
        assert one[0] == 404, path
    assert len(pages) >= 3


def test_lists_show_nothing_of_others(house: House) -> None:
    """Every list, whole: neither an id nor a word of the other workspace, not in the audit either."""
    listed = 0
    for operation in operations(house.client):
        if operation.method == "get" and not operation.parameters("path"):
            text = send(house.client, operation, "", house.stranger).text
            assert SECRET not in text, operation.path
            assert not any(found in text for found in house.things.values()), operation.path
            listed += 1
    assert listed >= 7


def test_nobody_without_a_key_that_holds_is_answered(house: House) -> None:
    """401 on every operation, with no key, a wrong one, and another scheme; the same for ids that are there or not."""
    for operation in operations(house.client):
        own = house.things.get(list_of(operation), "x")
        for headers in ({}, {"Authorization": "Bearer hr_" + "x" * 43}, {"Authorization": "Basic eDp5"}):
            for identity in (own, unknown(own)):
                answer = send(house.client, operation, identity, headers)
                assert answer.status_code == 401, operation.path
                assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("role", list(Role))
def test_every_role_does_what_it_may_and_no_more(house: House, role: Role) -> None:
    """Below the role of the operation 403, whether the id is there or not; from it on never 401 or 403."""
    asker = give_key(house.client, role)
    refused = allowed = 0
    for operation in operations(house.client):
        own = house.things.get(list_of(operation), "x")
        if role.covers(operation.role):
            answer = send(house.client, operation, unknown(own), asker)
            assert answer.status_code not in (401, 403), operation.path
            allowed += 1
            continue
        for identity in (own, unknown(own)):
            answer = send(house.client, operation, identity, asker)
            assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low"), operation.path
            refused += 1
    assert allowed
    assert (refused == 0) is (role is Role.admin)
