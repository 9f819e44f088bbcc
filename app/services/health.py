"""Whether the service can do its work."""

from __future__ import annotations

from typing import Protocol

from app.errors import BusyError
from app.services.stop import Stop
from app.storage.database import Database
from app.storage.errors import SchemaError
from app.storage.schema import verify


class Workers(Protocol):
    """Whoever solves."""

    @property
    def alive(self) -> int:
        """How many can take a job."""


class HealthService:
    """Asks the database and the solver processes."""

    def __init__(self, database: Database, workers: Workers, leaving: Stop) -> None:
        self._database = database
        self._workers = workers
        self._leaving = leaving

    def troubles(self) -> tuple[str, ...]:
        """What is missing, in sentences; nothing when the service is ready."""
        leaving = ("the service is about to stop",) if self._leaving.is_set else ()
        return (*leaving, *self._database_troubles(), *self._worker_troubles())

    def _database_troubles(self) -> tuple[str, ...]:
        try:
            verify(self._database)
        except (SchemaError, BusyError) as error:
            return (str(error),)
        return ()

    def _worker_troubles(self) -> tuple[str, ...]:
        return () if self._workers.alive else ("no solver process is alive",)
