"""Tokens of an identity provider: what is taken, and everything else is not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from app.records.callers import Role
from app.security.tokens import TokenError, TokenRules, UnknownSignerError, roles_of

NOW = int(time.time())
RSA, EC, STRANGER = (
    RSAKey.generate_key(2048, {"kid": "rsa"}),
    ECKey.generate_key("P-256", {"kid": "ec"}),
    RSAKey.generate_key(2048, {"kid": "rsa"}),
)
KEYS = KeySet.import_key_set(KeySet([RSA, EC]).as_dict(private=False))
RULES = TokenRules(
    issuer="https://login.example",
    audience="headrace",
    workspace_claim="tenant",
    roles=roles_of("finance=approver,media=planner"),
)
CLAIMS: dict[str, Any] = {
    "iss": "https://login.example", "aud": ["headrace", "other"], "sub": "ada", "exp": NOW + 60, "iat": NOW,
    "tenant": "acme", "roles": ["media", "finance", "tennis"],
}  # fmt: skip


def token(key: Any = RSA, algorithm: str = "RS256", header: dict[str, Any] | None = None, **changes: Any) -> str:
    """A token with claims changed, or left out where None."""
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    return jwt.encode({"alg": algorithm, "kid": key.kid} | (header or {}), claims, key, algorithms=[algorithm])


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256")])
def test_a_token_says_who_asks(key: Any, algorithm: str) -> None:
    """The workspace that it names, its subject, and the highest of its roles."""
    caller = RULES.caller(token(key, algorithm), KEYS, NOW)
    assert (caller.workspace, caller.actor, caller.role) == ("acme", "oidc:ada", Role.approver)


def test_settings_say_what_claims_mean() -> None:
    """Without a workspace claim everybody is in `default`; without a translation roles are called roles."""
    plain = TokenRules(issuer=RULES.issuer, audience="headrace", role_claim="role", roles={})
    caller = plain.caller(token(role="viewer"), KEYS, NOW)
    assert (caller.workspace, caller.role) == ("default", Role.viewer)


def test_clocks_may_differ_a_little() -> None:
    """30 seconds on either side, and no more."""
    for late, taken in ((60 + 29, True), (60 + 31, False)):
        if taken:
            RULES.caller(token(), KEYS, NOW + late)
        else:
            with pytest.raises(TokenError):
                RULES.caller(token(), KEYS, NOW + late)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://login.example/"},
        {"iss": None},
        {"aud": "other"},
        {"aud": None},
        {"exp": None},
        {"exp": NOW - 60},
        {"exp": "never"},
        {"nbf": NOW + 60},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a\nb"},
        {"sub": "x" * 201},
        {"tenant": None},
        {"tenant": ["acme"]},
        {"roles": None},
        {"roles": []},
        {"roles": ["admin"]},
        {"roles": {"finance": 1}},
    ],
)
def test_a_token_that_says_something_else_is_refused(changes: dict[str, Any]) -> None:
    """Another issuer or audience, another time, no subject, workspace or role."""
    with pytest.raises(TokenError):
        RULES.caller(token(**changes), KEYS, NOW)


def test_a_token_that_the_issuer_did_not_sign_is_refused() -> None:
    """Another key under the same name, none, the public key as a secret, and what is no token."""
    unsigned = token().rsplit(".", 1)[0] + "."
    body = unsigned.split(".")[1]
    none = encoded(b'{"alg":"none"}') + f".{body}."
    said = encoded(b'{"alg":"HS256","kid":"rsa"}') + f".{body}"
    mac = hmac.new(RSA.as_pem(private=False), said.encode(), hashlib.sha256).digest()
    for bad in (
        token(STRANGER),
        unsigned,
        none,
        f"{said}.{encoded(mac)}",
        "",
        "x",
        "a.b.c",
        "e30.e30.e30",
        token() + "x",
        "é",
    ):
        with pytest.raises(TokenError):
            RULES.caller(bad, KEYS, NOW)


def test_a_key_that_is_not_at_hand_is_told_apart() -> None:
    """It may be a new one of the issuer."""
    with pytest.raises(UnknownSignerError):
        RULES.caller(token(RSAKey.generate_key(2048, {"kid": "new"})), KEYS, NOW)


def test_roles_that_there_are_not_are_refused() -> None:
    """A wrong setting is no role by accident."""
    with pytest.raises(ValueError, match="boss"):
        roles_of("finance=boss")
