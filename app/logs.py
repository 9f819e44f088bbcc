"""The log: one JSON object a line, on standard error."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import structlog


def configure_logs(level: str) -> None:
    """Log what is at least as severe as `level`."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


class JsonLine(logging.Formatter):
    """What others log in their way, as one line in ours; a traceback is a list in it."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object."""
        told: dict[str, Any] = {"event": record.getMessage(), "logger": record.name, "level": record.levelname.lower()}
        if record.exc_info and record.exc_info[1] is not None:
            told["trace"] = [line.strip() for line in traceback.format_exception(record.exc_info[1])]
        told["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        return json.dumps(told, ensure_ascii=False)


def server_logs() -> dict[str, Any]:
    """The same for uvicorn: its configuration of `logging`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLine}},
        "handlers": {"json": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": {"uvicorn": {"handlers": ["json"], "propagate": False}},
    }


def reason_of(error: BaseException) -> str:
    """What a driver says of its database, in one line: it names host and user, and never a password or a query."""
    cause = error.__cause__
    return " ".join(str(getattr(error, "orig", None) or getattr(cause, "orig", None) or cause or error).split())
