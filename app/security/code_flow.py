"""Signing in with an OpenID Connect provider: the authorization code flow with PKCE (RFC 7636), state and nonce."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from app.security.outbound import Outbound, UnreachableError

HOUR = 3600  # seconds
LARGEST = 256 * 1024  # bytes of an answer
WELL_KNOWN = "/.well-known/openid-configuration"


class ProviderError(Exception):
    """The provider cannot be asked, or its answer cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One signing in: what only this browser and we know until the provider sends it back here.

    `state` ties the answer to this browser, `nonce` the token to this attempt, `verifier` the code to us.
    """

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Attempt:
        """One that nobody can guess."""
        return cls(state=secrets.token_urlsafe(24), nonce=secrets.token_urlsafe(24), verifier=secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        """BASE64URL(SHA-256(verifier)) without padding; the example is that of RFC 7636, appendix B.

        >>> Attempt(state="", nonce="", verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").challenge
        'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
        """
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def is_answered_by(self, state: str) -> bool:
        """Whether an answer belongs to this attempt."""
        return secrets.compare_digest(self.state.encode(), state.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What the provider knows this service as; `secret` is empty for a public client."""

    id: str
    secret: str
    scopes: str


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where one signs in, and where a code becomes a token."""

    authorization: str
    token: str


class Provider:
    """An issuer that describes itself, as OpenID Connect Discovery has it; `clock` in seconds, never backwards."""

    def __init__(self, issuer: str, client: Client, outbound: Outbound, clock: Callable[[], float]) -> None:
        self._issuer, self._client, self._outbound, self._clock = issuer, client, outbound, clock
        self._lock = threading.Lock()
        self._found: tuple[float, Endpoints] | None = None

    def address(self, attempt: Attempt, back: str) -> str:
        """Where the browser is sent to; it comes back to `back`."""
        asked = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": back,
            "scope": self._client.scopes,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        start = self._endpoints().authorization
        return f"{start}{'&' if '?' in start else '?'}{urlencode(asked)}"

    def token(self, attempt: Attempt, code: str, back: str) -> str:
        """The ID token that a code stands for."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self._client.id,
            "code_verifier": attempt.verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"} | self._proof()
        try:
            raw = self._outbound.ask(self._endpoints().token, headers, urlencode(form).encode(), LARGEST)
            found = json.loads(raw)["id_token"]
        except (UnreachableError, ValueError, KeyError, TypeError):
            raise ProviderError("the provider gives no token for this code") from None
        return str(found)

    def _proof(self) -> dict[str, str]:
        """Who we are, as `client_secret_basic`; nothing for a public client."""
        if not self._client.secret:
            return {}
        pair = f"{quote(self._client.id, safe='')}:{quote(self._client.secret, safe='')}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    def _endpoints(self) -> Endpoints:
        """As the provider described them within the last hour."""
        with self._lock:
            if self._found is None or self._clock() - self._found[0] >= HOUR:
                self._found = self._clock(), self._described()
            return self._found[1]

    def _described(self) -> Endpoints:
        try:
            told = json.loads(self._outbound.get(self._issuer.rstrip("/") + WELL_KNOWN, LARGEST))
            if told["issuer"] != self._issuer:
                raise ProviderError("the provider is another issuer")
            return Endpoints(str(told["authorization_endpoint"]), str(told["token_endpoint"]))
        except (UnreachableError, ValueError, KeyError, TypeError):
            raise ProviderError("the provider does not describe itself") from None
