"""The sessions of one workspace: of a session's secret only the hash."""

from __future__ import annotations

from dataclasses import asdict

from app.records.keys import Session
from app.storage.scoped import ScopedRows
from app.storage.tables import sessions


class SessionRows(ScopedRows):
    """The sessions of one workspace, within one transaction."""

    table = sessions

    def add(self, session: Session, hash_: str) -> None:
        """Keep a session that was opened."""
        self._connection.execute(self._insert(**asdict(session), hash=hash_))

    def sweep(self, now: int) -> None:
        """Forget sessions that have ended."""
        self._connection.execute(self._delete(sessions.c.expires_at <= now))
