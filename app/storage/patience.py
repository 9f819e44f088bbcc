"""PostgreSQL connections that give up: a server, or a network, that went silent holds nobody for ever."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, ExceptionContext, event

from app.storage.errors import lost

T = TypeVar("T")


class SilenceError(psycopg.OperationalError):
    """The server did not answer in time."""


class PatientConnection(psycopg.Connection[Any]):
    """Waits at most `patience` [s] for each answer of the server; one that waited in vain is closed.

    TCP does not see every silence: a proxy, or a server that was stopped, still acknowledges what is sent to it.
    """

    patience: ClassVar[float]

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """The answer, or an OperationalError."""
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.OperationalError as error:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:  # nobody knows how far the server is
                self.pgconn.finish()
                raise SilenceError(str(error)) from error
            raise


def be_patient(engine: Engine, seconds: float) -> None:
    """Have every connection that the engine makes wait at most so long for each answer."""
    kind: type[PatientConnection] = type("PatientConnection", (PatientConnection,), {"patience": seconds})

    def connect(_dialect: object, _record: object, arguments: Any, named: Any) -> Any:
        return kind.connect(*arguments, **named)

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "handle_error", _one_silence)


def _one_silence(context: ExceptionContext) -> None:
    """A pooled connection that was silent is not tried again as a new one: whoever waits would wait twice."""
    if context.is_pre_ping and isinstance(context.original_exception, SilenceError):
        raise lost(context.original_exception) from context.original_exception
