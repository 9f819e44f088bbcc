"""/v1/keys and /v1/me as admins see them, and what a key opens."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text


@pytest.fixture
def client(own: TestClient) -> TestClient:
    return own


@pytest.fixture
def admin(client: TestClient) -> dict[str, str]:
    """The header of the client's own key."""
    return {"Authorization": client.headers["authorization"]}


def bearer(answer: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer['key']}"}


def make(client: TestClient, admin: dict[str, str], **more: Any) -> dict[str, Any]:
    answer = client.post("/v1/keys", json={"name": "tool", "role": "viewer"} | more, headers=admin)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_key_is_shown_once_and_kept_as_a_hash(client: TestClient, admin: dict[str, str]) -> None:
    """Neither list nor database hold the secret; the key says who asks."""
    made = make(client, admin)
    assert made["key"].startswith(made["prefix"])
    assert client.get("/v1/me", headers=bearer(made)).json() == {
        "workspace": client.get("/v1/me", headers=admin).json()["workspace"],
        "actor": f"tool ({made['prefix']})",
        "role": "viewer",
    }
    listed = client.get("/v1/keys", headers=admin)
    assert listed.json()["keys"][0] == {name: value for name, value in made.items() if name != "key"} | {
        "last_used_at": listed.json()["keys"][0]["last_used_at"]
    }
    engine = create_engine(client.app.state.headrace.settings.database_url)  # type: ignore[attr-defined]
    with engine.connect() as connection:
        rows = str(connection.execute(text("SELECT * FROM api_keys")).all())
    assert made["prefix"] in rows
    assert made["key"] not in rows + listed.text


def test_a_revoked_key_opens_nothing_from_the_next_request_on(client: TestClient, admin: dict[str, str]) -> None:
    """However often it was used before; revoking again keeps the first time."""
    made = make(client, admin)
    for _ in range(3):
        assert client.get("/v1/plans", headers=bearer(made)).status_code == 200
    revoked = client.delete(f"/v1/keys/{made['id']}", headers=admin).json()
    assert client.get("/v1/plans", headers=bearer(made)).status_code == 401
    assert client.delete(f"/v1/keys/{made['id']}", headers=admin).json()["revoked_at"] == revoked["revoked_at"]
    assert client.get(f"/v1/keys/{made['id']}", headers=admin).json()["revoked_at"] == revoked["revoked_at"]


def test_rotation_overlaps(client: TestClient, admin: dict[str, str]) -> None:
    """Both keys open until the overlap is over; without one, only the new one does. What is over is not rotated."""
    old = make(client, admin)
    new = client.post(f"/v1/keys/{old['id']}/rotation", json={}, headers=admin).json()
    assert (new["name"], new["role"], new["expires_at"]) == ("tool", "viewer", None)
    assert [client.get("/v1/me", headers=bearer(key)).status_code for key in (old, new)] == [200, 200]
    newest = client.post(f"/v1/keys/{new['id']}/rotation", json={"overlap": 0}, headers=admin).json()
    assert [client.get("/v1/me", headers=bearer(key)).status_code for key in (new, newest)] == [401, 200]
    refused = client.post(f"/v1/keys/{new['id']}/rotation", json={}, headers=admin)
    assert (refused.status_code, refused.json()["code"]) == (409, "key_is_over")


def test_a_key_ends_by_itself(client: TestClient, admin: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """At its expiry, not a moment later; rotated, the new one lives as long as this one was to."""
    hour = 3600 * 10**9
    now = time.time_ns()
    made = make(client, admin, expires_at="2999-01-01T00:00:00Z")
    access = client.app.state.headrace.access  # type: ignore[attr-defined]
    ends = 32_472_144_000 * 10**9
    for clock, status in ((now + hour, 200), (ends - 1000, 200), (ends, 401)):
        monkeypatch.setattr(access, "_clock", lambda clock=clock: clock)
        assert client.get("/v1/me", headers=bearer(made)).status_code == status
    monkeypatch.setattr(access, "_clock", time.time_ns)
    rotated = client.post(f"/v1/keys/{made['id']}/rotation", json={}, headers=admin).json()
    life = [
        datetime.fromisoformat(key["expires_at"]) - datetime.fromisoformat(key["created_at"]) for key in (made, rotated)
    ]
    assert life[0] == life[1]


def test_the_last_use_is_noted_once_a_minute(client: TestClient, admin: dict[str, str]) -> None:
    """A use is seen in the list; the next one within the minute writes nothing."""
    made = make(client, admin)

    def last() -> str | None:
        client.app.state.headrace.access._notes.submit(int).result()  # type: ignore[attr-defined]
        found: str | None = client.get(f"/v1/keys/{made['id']}", headers=admin).json()["last_used_at"]
        return found

    assert last() is None
    client.get("/v1/me", headers=bearer(made))
    first = last()
    client.get("/v1/me", headers=bearer(made))
    assert first is not None
    assert last() == first


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"role": "boss"}, "unknown_value", "role"),
        ({"name": " "}, "bad_text", "name"),
        ({"expires_at": "tomorrow"}, "bad_time", "expires_at"),
        ({"expires_at": "2027-01-01T00:00:00"}, "bad_time", "expires_at"),
        ({"expires_at": 1}, "bad_time", "expires_at"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "in_the_past", "expires_at"),
        ({"workspace": "other"}, "unknown_field", "workspace"),
    ],
)
def test_a_key_that_cannot_be_meant_is_refused(
    client: TestClient, admin: dict[str, str], change: dict[str, Any], code: str, path: str
) -> None:
    """422 with the field."""
    problem = client.post("/v1/keys", json={"name": "tool", "role": "viewer"} | change, headers=admin).json()
    assert (problem["status"], problem["code"], problem["errors"][0]["path"]) == (422, code, path)


def test_pages_of_keys(client: TestClient, admin: dict[str, str]) -> None:
    """Newest first; following `next` shows each once."""
    made = [make(client, admin)["id"] for _ in range(3)]
    first = client.get("/v1/keys?limit=2", headers=admin).json()
    second = client.get(first["next"], headers=admin).json()
    assert [key["id"] for key in first["keys"] + second["keys"]][:3] == made[::-1]
    assert second["next"] is None


def test_an_expiry_beyond_all_times_is_refused_and_makes_no_key(client: TestClient) -> None:
    """What no answer could tell is not kept."""
    before = [key["id"] for key in client.get("/v1/keys").json()["keys"]]
    sent = {"name": "late", "role": "viewer", "expires_at": "9999-12-31T23:59:59-14:00"}
    assert client.post("/v1/keys", json=sent).status_code == 422
    assert [key["id"] for key in client.get("/v1/keys").json()["keys"]] == before
