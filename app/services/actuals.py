"""Actuals: kept in books, upload by upload, each of which replaces the periods that it names."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence

from app.errors import NotFoundError
from app.records.actuals import PeriodActuals, Told, Upload
from app.records.audit import Act
from app.records.callers import Caller
from app.records.moments import is_id, new_id
from app.services.cursor import Page, decode, page_of
from app.services.plans import PlanService
from app.storage.database import Database
from app.storage.rows import Rows
from optimizer.answers.variance import Variance, variance
from optimizer.errors import LimitError, ScenarioError
from optimizer.names import alike
from optimizer.problem.actuals import Actual
from optimizer.questions.replanning import planned_spend, spends_of

KIND = "upload"
MOST_CELLS = 100_000  # actuals that one book tells at a time


class ActualService:
    """The books of the caller's workspace. Nothing that was uploaded is lost: older uploads can be read."""

    def __init__(self, database: Database, plans: PlanService, clock: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._plans = plans
        self._clock = clock

    def upload(self, caller: Caller, book: str, lines: Sequence[Actual], cleared: Sequence[str] = ()) -> Upload:
        """Replace the periods that the lines name, whole, and empty the `cleared` ones."""
        by_period = _by_period(lines, cleared)
        if not by_period:
            raise ScenarioError("empty", "actuals", "names no period", "send actuals, or name periods in `clear`")
        now = self._clock() // 1000
        upload = Upload(id=new_id(KIND, now), at=now, actor=caller.actor, periods=tuple(by_period))
        with self._database.transaction(caller.workspace) as rows:
            rows.actuals.add([_kept(book, period, own, upload) for period, own in by_period.items()])
            _check_size(rows, book)
            rows.audit.note(caller, Act.actuals_uploaded, upload.id, now, book=book, lines=len(lines))
        return upload

    def read(self, caller: Caller, book: str, until: str | None = None) -> tuple[Told, ...]:
        """What a book tells, period by period; as it was after the upload `until`."""
        if until is not None and not is_id(KIND, until):
            raise NotFoundError("unknown_upload", "", "no upload has this id", "use an id that the list gave")
        with self._database.reading(caller.workspace) as rows:
            found = rows.actuals.current(book, until)
        told = (Told(own.period, own.upload, own.at, own.actor, _lines(own)) for own in found)
        return tuple(own for own in told if own.lines)

    def uploads(self, caller: Caller, book: str, limit: int, cursor: str | None = None) -> Page[Upload]:
        """Who replaced what, the newest first."""
        before = None if cursor is None else decode(KIND, cursor)
        with self._database.reading(caller.workspace) as rows:
            found = rows.actuals.uploads(book, before, limit + 1)
        return page_of(found, limit)

    def variance(self, caller: Caller, plan_id: str, book: str) -> Variance:
        """The actuals of a book against a plan, on the curves that it was made on."""
        candidate = self._plans.candidate(caller, plan_id)
        with self._database.reading(caller.workspace) as rows:
            lines = lines_of(rows, book)
        scenario = candidate.scenario
        return variance(scenario, planned_spend(scenario, spends_of(candidate.plan)), lines)


def lines_of(rows: Rows, book: str) -> tuple[Actual, ...]:
    """All that a book tells now."""
    return tuple(line for period in rows.actuals.current(book) for line in _lines(period))


def _by_period(lines: Sequence[Actual], cleared: Iterable[str]) -> dict[str, list[Actual]]:
    """The lines of each period; a cell that stands twice, and a period that is filled and cleared, are refused."""
    by_period: dict[str, list[Actual]] = {}
    seen: set[tuple[str, str]] = set()
    for position, line in enumerate(lines):
        cell = alike(line.tactic), alike(line.period)
        if cell in seen:
            raise ScenarioError(
                "duplicate_cell", f"actuals[{position}]", "names a cell that was named before", "keep one of them"
            )
        seen.add(cell)
        by_period.setdefault(line.period, []).append(line)
    for position, period in enumerate(cleared):
        if period in by_period:
            raise ScenarioError("duplicate_cell", f"clear[{position}]", "is named before", "name each period once")
        by_period[period] = []
    return by_period


def _kept(book: str, period: str, lines: Sequence[Actual], upload: Upload) -> PeriodActuals:
    told = [[line.tactic, line.spend, line.outcome] for line in lines]
    text = json.dumps(told, ensure_ascii=False, allow_nan=False)
    return PeriodActuals(book=book, period=period, upload=upload.id, at=upload.at, actor=upload.actor, lines=text)


def _lines(period: PeriodActuals) -> tuple[Actual, ...]:
    return tuple(
        Actual(tactic=tactic, period=period.period, spend=spend, outcome=outcome)
        for tactic, spend, outcome in json.loads(period.lines)
    )


def _check_size(rows: Rows, book: str) -> None:
    cells = sum(len(_lines(own)) for own in rows.actuals.current(book))
    if cells > MOST_CELLS:
        raise LimitError(
            "too_many_cells", "actuals", f"make the book longer than {MOST_CELLS} cells", "begin another book"
        )
