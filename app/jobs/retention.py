"""Jobs that ended long ago are deleted; what they made stays."""

from __future__ import annotations

from app.storage.database import Database

DAY = 86_400.0  # seconds
AT_ONCE = 500  # jobs in one transaction: nobody waits long for it


class Retention:
    """Forgets jobs `days` after they ended. Any number of processes may do so at once."""

    def __init__(self, database: Database, days: float) -> None:
        self._database = database
        self._seconds = days * DAY

    def round(self) -> int:
        """Delete some; how many there were."""
        with self._database.queue() as queue:
            return queue.forget(self._seconds, AT_ONCE)
