"""Signing in on the pages with an identity provider: from a code to a session."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from app.config import Settings
from app.errors import BusyError, UnknownCallerError
from app.records.callers import Caller
from app.security.code_flow import Attempt, Client, Provider, ProviderError
from app.security.outbound import Outbound
from app.services.sessions import KeySessions, Opened


@runtime_checkable
class Holders(Protocol):
    """Whoever knows whose token it is."""

    def holder(self, token: str, audience: str, nonce: str) -> Caller:
        """The caller that an ID token for this audience and attempt stands for, or UnknownCallerError."""


class SignIn:
    """Sends browsers to the provider, and opens sessions for those that come back."""

    def __init__(self, provider: Provider, client: str, holders: Holders, sessions: KeySessions) -> None:
        self._provider, self._client, self._holders, self._sessions = provider, client, holders, sessions

    def address(self, attempt: Attempt, back: str) -> str:
        """Where the browser signs in."""
        try:
            return self._provider.address(attempt, back)
        except ProviderError:
            raise BusyError(
                "issuer_unavailable", "", "the identity provider cannot be reached", "try again in a minute"
            ) from None

    def entered(self, attempt: Attempt, state: str, code: str, back: str) -> Opened:
        """The session of whoever came back with this state and code."""
        if not code or not attempt.is_answered_by(state):
            raise UnknownCallerError("bad_token", "", "this answer belongs to no signing in here", "sign in again")
        try:
            token = self._provider.token(attempt, code, back)
        except ProviderError:
            raise UnknownCallerError("bad_token", "", "the provider does not vouch for it", "sign in again") from None
        return self._sessions.enter(self._holders.holder(token, self._client, attempt.nonce))


def sign_in(
    settings: Settings, holders: Holders, sessions: KeySessions, clock: Callable[[], float] = time.monotonic
) -> SignIn:
    """As the settings say."""
    client = Client(id=settings.oidc_client, secret=settings.oidc_client_secret, scopes=settings.oidc_scopes)
    provider = Provider(settings.oidc_issuer, client, Outbound(private=settings.oidc_private), clock)
    return SignIn(provider, settings.oidc_client, holders, sessions)
