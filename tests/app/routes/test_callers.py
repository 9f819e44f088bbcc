"""Who may ask: keys, roles, and a listener without keys that only this machine reaches."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.records.callers import Role
from app.records.keys import Key
from app.records.moments import new_id
from app.security.secrets import hash_of, new_secret, prefix_of
from app.services.access import ListenerError
from app.storage.database import Database
from tests.app.conftest import Start, small


def give_key(client: TestClient, role: Role, workspace: str = "default", **more: Any) -> dict[str, str]:
    """The header of a new key."""
    secret = new_secret()
    times: dict[str, Any] = {"created_at": 1, "expires_at": None, "revoked_at": None, "last_used_at": None}
    key = Key(id=new_id("key", 1), name=str(role), role=role, prefix=prefix_of(secret), **times | more)
    database = Database(client.app.state.headrace.settings.database_url)  # type: ignore[attr-defined]
    with database.transaction(workspace) as rows:
        rows.keys.add(key, hash_of(secret))
    database.close()
    return {"Authorization": f"Bearer {secret}"}


def test_without_a_key_nothing_is_answered(start: Start) -> None:
    """401 with the scheme, before the body is looked at; a wrong key says no more than that it is wrong."""
    client = start(auth="keys")
    none = client.post("/v1/plans", content="{")
    assert (none.status_code, none.json()["code"]) == (401, "no_key")
    assert none.headers["www-authenticate"] == 'Bearer realm="headrace"'
    expired, revoked = (give_key(client, Role.admin, **{when: 5}) for when in ("expires_at", "revoked_at"))
    answers = [
        client.get("/v1/plans", headers=headers)
        for headers in (expired, revoked, {"Authorization": f"Bearer {new_secret()}"}, {"Authorization": "Bearer hr_x"})
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(401, "bad_key")}
    assert answers[0].headers["www-authenticate"] == 'Bearer realm="headrace", error="invalid_token"'
    assert client.get("/healthz").status_code == 200


def test_a_role_that_does_not_reach_is_refused(start: Start) -> None:
    """A viewer reads and does not plan; a planner does both."""
    client = start(auth="keys")
    viewer, planner = give_key(client, Role.viewer), give_key(client, Role.planner)
    refused = client.post("/v1/plans", json=small("Spring"), headers=viewer)
    assert (refused.status_code, refused.json()["code"]) == (403, "role_too_low")
    assert client.post("/v1/plans", json=small("Spring"), headers=planner).status_code == 201
    assert len(client.get("/v1/plans", headers=viewer).json()["plans"]) == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "headrace.example"])
def test_without_keys_it_does_not_listen_to_others(start: Start, host: str) -> None:
    """Started on an address that others reach, it says what to do instead."""
    with pytest.raises(ListenerError, match="HEADRACE_AUTH=keys"):
        start(host=host)
    start(host=host, auth="keys")


def test_a_server_started_around_the_settings_is_open_to_nobody(start: Start) -> None:
    """The address that a request came to is looked at, too."""
    app = start().app
    for address, status in (("http://192.0.2.1", 401), ("http://127.0.0.1", 200), ("http://testserver", 200)):
        client = TestClient(app, base_url=address, headers={"Host": "localhost"})
        assert client.get("/v1/plans").status_code == status
