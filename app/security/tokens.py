"""Bearer tokens of an OpenID Connect issuer: whose they are, when they hold, and what they say of their holder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from app.records.callers import DEFAULT_WORKSPACE, Caller, Role

# only signatures that the issuer alone can make: with HS a public key would do for a secret
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LEEWAY = 30  # seconds that clocks may differ
LONGEST_NAME = 200


class TokenError(Exception):
    """The token opens nothing, and why."""


class UnknownSignerError(TokenError):
    """It is signed with a key that is not among those at hand; newer ones may have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRules:
    """Which tokens are taken: `roles` translates the values of `role_claim`; empty: they are roles themselves."""

    issuer: str
    audience: str
    workspace_claim: str = ""
    role_claim: str = "roles"
    roles: Mapping[str, Role]

    def caller(self, token: str, keys: KeySet, now: int, nonce: str | None = None) -> Caller:
        """Whoever holds the token, at `now` [seconds since 1970], with that `nonce` where one is given."""
        claims = self._claims(token, keys, now)
        if nonce is not None and claims.get("nonce") != nonce:
            raise TokenError("it was made for another attempt")
        subject = claims["sub"]
        if not (isinstance(subject, str) and subject and subject.isprintable() and len(subject) <= LONGEST_NAME):
            raise TokenError("its sub is no name")
        return Caller(workspace=self._workspace(claims), actor=f"oidc:{subject}", role=self._role(claims))

    def _claims(self, token: str, keys: KeySet, now: int) -> Mapping[str, Any]:
        registry = jwt.JWTClaimsRegistry(
            now=now,
            leeway=LEEWAY,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            registry.validate(decoded.claims)
        except InvalidKeyIdError as error:
            raise UnknownSignerError(str(error)) from None
        except (JoseError, ValueError, TypeError) as error:
            raise TokenError(str(error)) from None
        return decoded.claims

    def _workspace(self, claims: Mapping[str, Any]) -> str:
        if not self.workspace_claim:
            return DEFAULT_WORKSPACE
        stated = claims.get(self.workspace_claim)
        if not isinstance(stated, str):
            raise TokenError("it names no workspace")
        return stated

    def _role(self, claims: Mapping[str, Any]) -> Role:
        stated = claims.get(self.role_claim)
        values: Sequence[Any] = stated if isinstance(stated, list) else [stated]
        known = self.roles or {role.value: role for role in Role}
        found = [known[value] for value in values if isinstance(value, str) and value in known]
        if not found:
            raise TokenError("it names no role")
        return max(found, key=list(Role).index)


def roles_of(text: str) -> dict[str, Role]:
    """The translation that a setting states.

    >>> roles_of("finance=approver, media=planner")["finance"].value
    'approver'
    """
    pairs = (part.partition("=") for part in text.split(",") if part.strip())
    return {group.strip(): Role(role.strip()) for group, _, role in pairs}
