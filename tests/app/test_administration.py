"""`headrace keys` and `headrace workspaces`, from the shell to a running service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import app
from tests.app.conftest import Start


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The database that the commands work on: not there yet."""
    url = f"sqlite:///{tmp_path / 'commands.sqlite3'}"
    monkeypatch.setenv("HEADRACE_DATABASE_URL", url)
    return url


def run(*arguments: str, fails: int = 0) -> Any:
    """What a command prints: JSON, or what it says when it fails."""
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == fails, done.output
    return done.stderr if fails else json.loads(done.stdout)


def test_keys_from_the_shell_open_the_service(start: Start, url: str) -> None:
    """Made for a workspace, used, rotated, listed and revoked; the audit says that the operator did it."""
    assert run("workspaces", "create", "acme", "--name", "Acme Ltd")["name"] == "Acme Ltd"
    assert [found["id"] for found in run("workspaces", "list")["workspaces"]] == ["acme", "default"]
    made = run("keys", "create", "--workspace", "acme", "--name", "finance", "--role", "admin")
    rotated = run("keys", "rotate", made["id"], "--workspace", "acme", "--overlap", "0")
    client = start(database_url=url, auth="keys")
    opened = [client.get("/v1/me", headers={"Authorization": f"Bearer {key['key']}"}) for key in (made, rotated)]
    assert [answer.status_code for answer in opened] == [401, 200]
    assert opened[1].json()["workspace"] == "acme"
    assert {key["id"] for key in run("keys", "list", "--workspace", "acme")["keys"]} == {made["id"], rotated["id"]}
    entries = client.get("/v1/audit", headers={"Authorization": f"Bearer {rotated['key']}"}).json()["entries"]
    assert {entry["actor"] for entry in entries} == {"operator"}
    assert run("keys", "revoke", rotated["id"], "--workspace", "acme")["revoked_at"]
    assert client.get("/v1/me", headers={"Authorization": f"Bearer {rotated['key']}"}).status_code == 401


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("keys", "revoke", "key_0"), "no key has this id"),
        (("keys", "list", "--workspace", "nowhere"), "no workspace has this id"),
        (("keys", "create", "--name", " ", "--role", "viewer"), "is blank"),
        (("keys", "create", "--name", "x", "--role", "viewer", "--expires-at", "soon"), "is not a time"),
        (("workspaces", "create", "Acme!"), "up to 63 of a-z"),
        (("workspaces", "create", "default"), "another workspace"),
    ],
)
def test_what_cannot_be_done_is_said(url: str, arguments: tuple[str, ...], said: str) -> None:
    """In a sentence with the remedy, exit code 2."""
    assert said in run(*arguments, fails=2), url


def test_a_key_of_another_workspace_is_unknown(url: str) -> None:
    """As over HTTP."""
    made = run("keys", "create", "--name", "tool", "--role", "viewer")
    run("workspaces", "create", "acme")
    assert "no key has this id" in run("keys", "revoke", made["id"], "--workspace", "acme", fails=2), url
