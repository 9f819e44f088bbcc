"""A service that takes tokens of an identity provider beside its keys."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from app.records.callers import Role
from app.services.access import IssuerError
from tests.app.conftest import Start, small
from tests.app.routes.test_callers import give_key

KEY = RSAKey.generate_key(2048, {"kid": "one"})
SETTINGS: dict[str, Any] = {"auth": "keys", "oidc_issuer": "https://login.example", "oidc_workspace_claim": "tenant"}


@pytest.fixture
def jwks(tmp_path: Path) -> Path:
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(KeySet([KEY]).as_dict(private=False)))
    return file


@pytest.fixture
def client(start: Start, jwks: Path) -> TestClient:
    return start(**SETTINGS, oidc_keys=str(jwks))


def bearer(**changes: Any) -> dict[str, str]:
    claims = {
        "iss": "https://login.example", "aud": "headrace", "sub": "ada", "exp": int(time.time()) + 60,
        "tenant": "default", "roles": ["planner"],
    }  # fmt: skip
    return {"Authorization": f"Bearer {jwt.encode({'alg': 'RS256', 'kid': 'one'}, claims | changes, KEY)}"}


def test_a_token_opens_its_workspace_with_its_role(client: TestClient) -> None:
    """And is in the audit by its subject; keys go on beside it."""
    assert client.get("/v1/me", headers=bearer()).json() == {
        "workspace": "default",
        "actor": "oidc:ada",
        "role": "planner",
    }
    assert client.post("/v1/plans", json=small("x"), headers=bearer()).status_code == 201
    assert client.post("/v1/plans", json=small("x"), headers=bearer(roles=["viewer"])).status_code == 403
    entries = client.get("/v1/audit", headers=give_key(client, Role.viewer)).json()["entries"]
    assert [entry["actor"] for entry in entries] == ["oidc:ada"]


def test_a_token_that_opens_nothing_says_no_more_than_that(client: TestClient) -> None:
    """401 for a workspace that there is not, as for a wrong signature, a time that is over, and no token at all."""
    other = {"Authorization": bearer()["Authorization"] + "x"}
    answers = [
        client.get("/v1/me", headers=headers)
        for headers in (bearer(tenant="nowhere"), bearer(tenant=7), bearer(exp=1), bearer(roles=[]), other)
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(401, "bad_token")}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert client.get("/v1/me").json()["code"] == "no_key"


def test_an_issuer_without_keys_is_503_for_tokens_alone(start: Start, tmp_path: Path) -> None:
    """Keys go on; nobody is let in meanwhile."""
    client = start(**SETTINGS, oidc_keys=str(tmp_path / "nothing.json"))
    answer = client.get("/v1/me", headers=bearer())
    assert (answer.status_code, answer.json()["code"]) == (503, "issuer_unavailable")
    assert client.get("/v1/me", headers=give_key(client, Role.viewer)).status_code == 200


def test_settings_that_cannot_be_meant_stop_the_start(start: Start, jwks: Path) -> None:
    """With a sentence that names the setting."""
    with pytest.raises(IssuerError, match="HEADRACE_OIDC_KEYS"):
        start(**SETTINGS)
    with pytest.raises(IssuerError, match="HEADRACE_OIDC_ROLES"):
        start(**SETTINGS, oidc_keys=str(jwks), oidc_roles="finance=boss")
