"""Every failure as a problem (RFC 9457), as plain data: one printer for HTTP and for the command line.

The library's tree of errors (`optimizer/errors.py`) grows here by what only a service can meet:

HeadraceError
├── BodyError             the document cannot be read as JSON at all
├── UnknownCallerError    nobody knows who asks
├── ForbiddenError        who asks may not do this
├── NotFoundError         nothing is kept under this name
├── RefusedError          the request contradicts what is kept
│   └── InProgressError   the same request is being worked on
├── StaleError            the change is for a version that is not the newest
├── UnconditionalError    the change does not say which version it is for
├── TooManyError          who asks has asked too often
├── ForeignFormError      what another site sent
├── ForeignHostError      the request names a host that is not this service
├── BusyError             not now: send it again later
├── FileError
│   └── WorkbookError     cells of a workbook are wrong; it holds all of them
└── LimitError
    └── BodyTooLargeError the document is longer than this installation reads
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import ValidationError

from app.validation import Fault, faults_of
from optimizer.errors import FileError, HeadraceError, LimitError, ScenarioError, SolverFault

MEDIA_TYPE = "application/problem+json"
MOST_FAULTS = 20


class BodyError(HeadraceError):
    """The document cannot be read."""


class BodyTooLargeError(LimitError):
    """The document is longer than this installation reads."""


class UnknownCallerError(HeadraceError):
    """Nobody knows who asks: there is no key, or none that holds."""


class ForbiddenError(HeadraceError):
    """Who asks is known, and may not do this."""


class NotFoundError(HeadraceError):
    """Nothing is kept under this name."""


class RefusedError(HeadraceError):
    """The request contradicts what is kept already."""


class InProgressError(RefusedError):
    """The same request was sent before and is not answered yet."""


class StaleError(HeadraceError):
    """The change is for a version that is not the newest any more."""


class UnconditionalError(HeadraceError):
    """The change does not say which version it is for."""


class TooManyError(HeadraceError):
    """Who asks has asked more often than is allowed."""


class WorkbookError(FileError):
    """Cells of a workbook are wrong: one fault for each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0]
        super().__init__(first.code, first.path, first.problem, first.remedy)
        self.faults = tuple(faults)

    def at(self, prefix: str) -> WorkbookError:
        """The same: a cell is named by its sheet, wherever it is looked at from."""
        del prefix
        return self


class ForeignFormError(HeadraceError):
    """What another site sent in a visitor's name."""


class ForeignHostError(HeadraceError):
    """The request names a host that is not this service."""


class BusyError(HeadraceError):
    """There is no room or no answer now; the same request may succeed later."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of problems: its name in `type`, its title and its HTTP status."""

    slug: str
    title: str
    status: int


INVALID = Kind("invalid", "The data cannot be meant as it stands", 422)
KINDS: tuple[tuple[type[Exception], Kind], ...] = (
    (BodyError, Kind("unreadable", "The document cannot be read", 400)),
    (UnknownCallerError, Kind("unauthenticated", "It is not known who asks", 401)),
    (ForbiddenError, Kind("forbidden", "This key may not do that", 403)),
    (NotFoundError, Kind("not-found", "There is no such thing", 404)),
    (InProgressError, Kind("in-progress", "The request is being worked on", 409)),
    (RefusedError, Kind("refused", "The request contradicts what is kept", 409)),
    (StaleError, Kind("stale", "It was changed meanwhile", 412)),
    (UnconditionalError, Kind("unconditional", "It is not said which version is meant", 428)),
    (ForeignFormError, Kind("foreign-form", "The request was sent from another site", 403)),
    (ForeignHostError, Kind("foreign-host", "This service has another name", 421)),
    (LimitError, Kind("too-large", "The request is larger than this installation accepts", 413)),
    (FileError, Kind("unusable-file", "The file cannot be used", 422)),
    (ScenarioError, INVALID),
    (ValidationError, INVALID),
    (TooManyError, Kind("too-many", "This was asked too often", 429)),
    (SolverFault, Kind("solver-fault", "The solver failed", 503)),
    (BusyError, Kind("busy", "The service is busy", 503)),
)
INTERNAL = Kind("internal", "Headrace failed", 500)
INTERNAL_FAULT = Fault("internal_error", "", "something went wrong inside", "send it again, report it if it stays")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What went wrong: `code` is that of the first fault, `errors` lists up to 20, `more` counts the rest."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: tuple[Fault, ...]
    more: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)

    def text(self) -> str:
        """For people: the title, then one line for each fault."""
        rest = [f"and {self.more} more"] if self.more else []
        return "\n".join([self.title + ":", *(f"  {line}" for line in [*map(str, self.errors), *rest])])


def problem_of(exception: BaseException) -> Problem:
    """The problem that an exception is; one that nobody expected says nothing of its inside."""
    match exception:
        case WorkbookError():
            return _problem(_kind(exception), exception.faults)
        case HeadraceError():
            return problem_from(exception)
        case ValidationError():
            return problem_from_validation(exception)
        case _:
            return _problem(INTERNAL, [INTERNAL_FAULT])


def problem_from(error: HeadraceError) -> Problem:
    """The problem that an expected failure is."""
    return _problem(_kind(error), faults_from(error))


def faults_from(error: HeadraceError) -> list[Fault]:
    """The failure, and those found beside it."""
    return [Fault(found.code, found.path, found.problem, found.remedy) for found in (error, *error.others)]


def problem_from_validation(error: ValidationError) -> Problem:
    """Everything that does not fit the wire models, in our codes, never with the input."""
    return _problem(_kind(error), faults_of(error))


def _kind(error: Exception) -> Kind:
    return next((kind for family, kind in KINDS if isinstance(error, family)), INTERNAL)


def _problem(kind: Kind, faults: Sequence[Fault]) -> Problem:
    more = max(0, len(faults) - MOST_FAULTS)
    others = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return Problem(
        type=f"urn:headrace:problem:{kind.slug}",
        title=kind.title,
        status=kind.status,
        code=faults[0].code,
        detail=f"{faults[0]}{others}",
        errors=tuple(faults[:MOST_FAULTS]),
        more=more,
    )
