"""Callers by the tokens of an identity provider, beside those by API key."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from app.config import Settings
from app.errors import BusyError, UnknownCallerError
from app.records.callers import Caller
from app.security.issuer import IssuerKeys, NoKeysError
from app.security.outbound import Outbound
from app.security.secrets import MARK
from app.security.tokens import TokenError, TokenRules, UnknownSignerError, roles_of
from app.services.access import IssuerError, KeyAccess
from app.storage.database import Database


def token_access(settings: Settings, keys: KeyAccess, database: Database) -> TokenAccess:
    """Tokens beside keys, as the settings say."""
    if not settings.oidc_keys:
        raise IssuerError("HEADRACE_OIDC_ISSUER needs HEADRACE_OIDC_KEYS: the address or file of its JWKS")
    try:
        roles = roles_of(settings.oidc_roles)
    except ValueError:
        raise IssuerError("HEADRACE_OIDC_ROLES is written group=role,…, with the roles that there are") from None
    rules = TokenRules(
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
        workspace_claim=settings.oidc_workspace_claim,
        role_claim=settings.oidc_role_claim,
        roles=roles,
    )
    outbound = Outbound(private=settings.oidc_private)
    return TokenAccess(keys, database, rules, IssuerKeys(settings.oidc_keys, outbound, time.monotonic))


class TokenAccess:
    """Tokens of one issuer, and API keys: these begin with their mark."""

    def __init__(
        self,
        keys: KeyAccess,
        database: Database,
        rules: TokenRules,
        issuer: IssuerKeys,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._database = database
        self._rules = rules
        self._issuer = issuer
        self._clock = clock

    def caller(self, token: str | None) -> Caller:
        """The caller that a key or a token stands for."""
        if token is None or token.startswith(MARK):
            return self._keys.caller(token)
        return self._known(token, self._rules)

    def holder(self, token: str, audience: str, nonce: str) -> Caller:
        """The caller that an ID token for this audience and attempt stands for."""
        return self._known(token, replace(self._rules, audience=audience), nonce)

    def _known(self, token: str, rules: TokenRules, nonce: str | None = None) -> Caller:
        try:
            caller = self._holder(token, rules, nonce)
        except TokenError:
            raise _refused() from None
        except NoKeysError:
            raise BusyError(
                "issuer_unavailable", "", "the keys of the identity provider cannot be read", "try again in a minute"
            ) from None
        with self._database.across_workspaces() as rows:
            if rows.workspace(caller.workspace) is None:
                raise _refused()
        return caller

    def close(self) -> None:
        """Let go of what the keys hold."""
        self._keys.close()

    def _holder(self, token: str, rules: TokenRules, nonce: str | None) -> Caller:
        now = int(self._clock())
        try:
            return rules.caller(token, self._issuer.current(), now, nonce)
        except UnknownSignerError:
            return rules.caller(token, self._issuer.renewed(), now, nonce)


def _refused() -> UnknownCallerError:
    return UnknownCallerError("bad_token", "", "this token opens nothing here", "sign in again")
