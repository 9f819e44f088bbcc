"""Who asks: a key, or, on a loopback listener without keys, whoever can reach it."""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import ip_address

from app.errors import BusyError, UnknownCallerError
from app.records.callers import LOCAL, Caller
from app.records.keys import Key
from app.security.secrets import FORM, hash_of
from app.storage.database import Database

MINUTE = 60_000_000  # microseconds


class ListenerError(Exception):
    """The service would be open to everybody; the operator's move."""


def check_listener(auth: str, host: str) -> None:
    """Refuse to listen without keys where others than this machine can reach it."""
    if auth == "none" and not is_loopback(host):
        raise ListenerError(
            f"without keys it listens on loopback only, and {host} is not: set HEADRACE_AUTH=keys and make a key with "
            "`headrace keys create`, or listen on 127.0.0.1"
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    return host == "localhost" or (is_address(host) and ip_address(host).is_loopback)


def is_address(host: str) -> bool:
    """Whether it is an IP address; a name, or the path of a socket, is none.

    >>> is_address("::1"), is_address("localhost")
    (True, False)
    """
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


class OpenAccess:
    """Everybody is the administrator of the default workspace: for a listener that only this machine reaches."""

    def caller(self, token: str | None) -> Caller:
        """Whoever asks, whatever they show."""
        del token
        return LOCAL


class KeyAccess:
    """Callers by API key. Nothing is remembered between requests: what was revoked a moment ago opens nothing."""

    def __init__(self, database: Database, clock: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._clock = clock

    def caller(self, token: str | None) -> Caller:
        """The caller that a key stands for."""
        if token is None:
            raise UnknownCallerError("no_key", "", "no key was sent", "send it as Authorization: Bearer hr_…")
        now = self._clock() // 1000
        if FORM.fullmatch(token):
            with self._database.across_workspaces() as rows:
                known = rows.key_by_hash(hash_of(token))
            if known is not None and known.key.holds(now):
                self._note_use(known.key, now)
                return known.caller
        raise UnknownCallerError(
            "bad_key", "", "this key opens nothing here", "use one that is neither expired nor revoked"
        )

    def _note_use(self, key: Key, now: int) -> None:
        """At most once a minute, and never a reason to refuse: reading goes on while the database takes no writes."""
        if key.last_used_at is None or now - key.last_used_at >= MINUTE:
            try:
                with self._database.across_workspaces() as rows:
                    rows.key_was_used(key.id, now)
            except BusyError:
                pass
