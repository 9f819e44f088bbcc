"""What passes through the pipe between the service and a worker process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from optimizer.errors import HeadraceError


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has imported what it needs."""


@dataclass(frozen=True, slots=True)
class Job:
    """Call the worker's function with `arguments`; it is given up after `seconds`."""

    arguments: tuple[Any, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Reported:
    """The function reported how far it is."""

    progress: Any


@dataclass(frozen=True, slots=True)
class Done:
    """The function returned."""

    result: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """The function raised an expected error: its sender can act on it."""

    error: HeadraceError


@dataclass(frozen=True, slots=True)
class Failed:
    """The function raised anything else; `kind` names the exception's class, nothing of the data."""

    kind: str
