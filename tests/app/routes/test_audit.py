"""/v1/audit: who did what, and when."""

from __future__ import annotations

from fastapi.testclient import TestClient

from app.records.callers import Role
from app.services.workspaces import WorkspaceService
from tests.app.conftest import Start, small
from tests.app.routes.test_callers import give_key


def story(client: TestClient) -> dict[str, str]:
    """A key is made, used for a plan, rotated and revoked; the header of the admin who did it."""
    admin = give_key(client, Role.admin)
    key = client.post("/v1/keys", json={"name": "tool", "role": "planner"}, headers=admin).json()
    client.post("/v1/plans", json=small("Spring"), headers={"Authorization": f"Bearer {key['key']}"})
    client.post(f"/v1/keys/{key['id']}/rotation", json={}, headers=admin)
    client.delete(f"/v1/keys/{key['id']}", headers=admin)
    client.delete(f"/v1/keys/{key['id']}", headers=admin)  # changes nothing, and is no act
    return admin


def test_what_was_done_is_listed_with_who_did_it(start: Start) -> None:
    """Newest first, with actor, act, thing and detail; no secret in it."""
    client = start(auth="keys")
    admin = story(client)
    answer = client.get("/v1/audit", headers=admin)
    entries = answer.json()["entries"]
    assert [entry["act"] for entry in entries] == ["key.revoked", "key.rotated", "plan.made", "key.created"]
    plan = entries[2]
    assert plan["actor"].startswith("tool (hr_")
    assert plan["thing"].startswith("plan_")
    assert plan["detail"] == {"name": "Spring", "status": "feasible"}
    assert entries[3]["detail"] == {"name": "tool", "role": "planner"}


def test_the_audit_is_narrowed_and_paged(start: Start) -> None:
    """By actor, act, thing and time; pages show every entry once."""
    client = start(auth="keys")
    admin = story(client)

    def acts(query: str) -> list[str]:
        return [entry["act"] for entry in client.get(f"/v1/audit?{query}", headers=admin).json()["entries"]]

    entries = client.get("/v1/audit", headers=admin).json()["entries"]
    assert acts("act=plan.made") == ["plan.made"]
    assert acts(f"thing={entries[0]['thing']}") == ["key.revoked", "key.rotated", "key.created"]
    assert client.get("/v1/audit", params={"actor": entries[2]["actor"]}, headers=admin).json()["entries"] == [
        entries[2]
    ]
    between = {"since": entries[2]["at"], "until": entries[1]["at"]}
    assert client.get("/v1/audit", params=between, headers=admin).json()["entries"] == [entries[2]]
    first = client.get("/v1/audit?limit=3", headers=admin).json()
    assert first["entries"] + client.get(first["next"], headers=admin).json()["entries"] == entries
    assert client.get("/v1/audit?act=nothing", headers=admin).status_code == 422


def test_a_plus_that_became_a_space_is_told(start: Start) -> None:
    """In an address + is a space: of a time that is meant so, the remedy says how to write it; of none other."""
    client = start()
    for text, way in (("2026-01-01T00:00:00+00:00", True), ("yesterday", False)):
        [fault] = client.get(f"/v1/audit?since={text}").json()["errors"]
        assert (fault["path"], "%2B" in fault["problem"]) == ("since", way)


def test_another_workspace_has_another_audit(start: Start) -> None:
    """Nothing of one is seen in the other."""
    client = start(auth="keys")
    story(client)
    WorkspaceService(client.app.state.headrace.keys._database).create("other", "Other")  # type: ignore[attr-defined]
    stranger = give_key(client, Role.admin, workspace="other")
    assert client.get("/v1/audit", headers=stranger).json() == {"entries": [], "next": None}
