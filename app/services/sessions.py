"""Sessions in a browser: opened with a key, and no longer good than the key is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from app.errors import UnknownCallerError
from app.records.callers import LOCAL, Caller
from app.records.keys import Session
from app.records.moments import new_id
from app.security.secrets import FORM, hash_of, new_secret
from app.storage.database import Database

HOURS, NAMED_HOURS = 12, 8  # of sessions that end with their key, and of those that nobody can end before
HOUR = 3_600_000_000  # microseconds


class Access(Protocol):
    """Whoever knows callers by what they show."""

    def caller(self, token: str | None) -> Caller:
        """The caller that a token stands for, or UnknownCallerError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session that was opened: the secret that the browser keeps, and for how long [seconds]."""

    secret: str
    seconds: int


class OpenSessions:
    """No keys, no sessions: every visitor is the same local one."""

    def caller(self, secret: str | None) -> Caller:
        """Whoever visits."""
        del secret
        return LOCAL

    def open(self, token: str) -> Opened | None:
        """Nothing needs to be opened."""
        del token
        return None

    def close(self, secret: str | None) -> None:
        """Nothing is open."""
        del secret


class KeySessions:
    """Sessions by the hash of their secret; each request looks at the key again, so that a revoked key ends them."""

    def __init__(self, database: Database, access: Access, clock: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._access = access
        self._clock = clock

    def caller(self, secret: str | None) -> Caller:
        """The visitor that a session stands for."""
        now = self._clock() // 1000
        if secret is not None and FORM.fullmatch(secret):
            with self._database.across_workspaces() as rows:
                known = rows.key_by_session(hash_of(secret), now)
                named = rows.signed_in(hash_of(secret), now) if known is None else None
            if named is not None:
                return named
            if known is not None and known.key.holds(now):
                return known.caller
        raise UnknownCallerError("no_session", "", "nobody is signed in", "sign in with an API key")

    def open(self, token: str) -> Opened | None:
        """A session for the holder of a key; UnknownCallerError where the key opens nothing."""
        if not FORM.fullmatch(token):  # tokens of an identity provider open no session: who has one signs in there
            raise _no_key()
        self._access.caller(token)
        with self._database.across_workspaces() as rows:
            known = rows.key_by_hash(hash_of(token))
        if known is None:
            raise _no_key()
        return self._opened(known.workspace, HOURS, key_id=known.key.id)

    def enter(self, caller: Caller) -> Opened:
        """A session for whom an identity provider named."""
        return self._opened(caller.workspace, NAMED_HOURS, actor=caller.actor, role=caller.role)

    def _opened(self, workspace: str, hours: int, **whose: Any) -> Opened:
        now, secret = self._clock() // 1000, new_secret()
        session = Session(id=new_id("session", now), created_at=now, expires_at=now + hours * HOUR, **whose)
        with self._database.transaction(workspace) as kept:
            kept.sessions.sweep(now)
            kept.sessions.add(session, hash_of(secret))
        return Opened(secret=secret, seconds=hours * 3600)

    def close(self, secret: str | None) -> None:
        """The session opens nothing any more."""
        if secret is not None and FORM.fullmatch(secret):
            with self._database.across_workspaces() as rows:
                rows.end_session(hash_of(secret))


def _no_key() -> UnknownCallerError:
    return UnknownCallerError("no_session", "", "this is no API key", "sign in with an API key")
