"""Who asks: a key, or, on a loopback listener without keys, whoever can reach it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import ip_address

from app.errors import BusyError, UnknownCallerError
from app.records.callers import LOCAL, Caller
from app.records.keys import KnownKey
from app.security.secrets import FORM, hash_of
from app.storage.database import Database

MINUTE = 60_000_000  # microseconds


class ListenerError(Exception):
    """The service would be open to everybody; the operator's move."""


class IssuerError(Exception):
    """The settings of the identity provider cannot be meant; the operator's move."""


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

    def close(self) -> None:
        """Nothing is held."""


class KeyAccess:
    """Callers by API key. No key is remembered between requests: what was revoked a moment ago opens nothing."""

    def __init__(self, database: Database, clock: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._clock = clock
        self._noted: dict[str, int] = {}  # when the use of a key was noted last, by this process
        self._notes = ThreadPoolExecutor(1, "key-use")  # a database that takes no writes delays no request

    def caller(self, token: str | None) -> Caller:
        """The caller that a key stands for."""
        if token is None:
            raise UnknownCallerError("no_key", "", "no key was sent", "send it as Authorization: Bearer hr_…")
        now = self._clock() // 1000
        known = self._found(token)
        if known is None or not known.key.holds(now):
            raise UnknownCallerError("bad_key", "", "this key opens nothing here", "ask an admin for another")
        self._note_use(known, now)
        return known.caller

    def close(self) -> None:
        """Write what is still to be noted."""
        self._notes.shutdown()

    def _found(self, token: str) -> KnownKey | None:
        if not FORM.fullmatch(token):
            return None
        with self._database.across_workspaces() as rows:
            return rows.key_by_hash(hash_of(token))

    def _note_use(self, known: KnownKey, now: int) -> None:
        """At most once a minute."""
        last = max(known.key.last_used_at or 0, self._noted.get(known.key.id, 0))
        if now - last >= MINUTE:
            self._noted[known.key.id] = now
            self._notes.submit(self._write_use, known, now)

    def _write_use(self, known: KnownKey, now: int) -> None:
        with suppress(BusyError), self._database.across_workspaces() as rows:
            rows.key_was_used(known, now)
