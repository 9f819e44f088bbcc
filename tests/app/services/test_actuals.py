"""Books of actuals: uploads replace periods, and lose nothing; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

import app.services.actuals as module
from app.errors import NotFoundError
from app.records.audit import AuditSelection
from app.records.callers import LOCAL, Caller, Role
from app.records.keys import Workspace
from app.routes.documents import WireDocuments
from app.services.actuals import ActualService
from app.services.limits import Limits
from app.services.plans import PlanService
from app.storage.database import Database
from optimizer.errors import LimitError, ScenarioError
from optimizer.problem.actuals import Actual
from tests.app.databases import lay_out
from tests.app.fake_solver import InstantSolver
from tests.optimizer.toys import domain, line, wire

OTHER = Caller(workspace="other", actor="somebody", role=Role.admin)


@dataclass
class Clock:
    """Every look is a second later [nanoseconds]."""

    now: int = 1_800_000_000_000_000_000

    def __call__(self) -> int:
        self.now += 1_000_000_000
        return self.now


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    lay_out(url)
    database = Database(url)
    with database.across_workspaces() as rows:
        rows.add_workspace(Workspace(id="other", name="Other", created_at=1))
    yield database
    database.close()


@pytest.fixture
def plans(database: Database) -> PlanService:
    return PlanService(database, InstantSolver(), WireDocuments(), Limits(cells=50, seconds=60.0))


@pytest.fixture
def actuals(database: Database, plans: PlanService) -> ActualService:
    return ActualService(database, plans, Clock())


def actual(tactic: str, period: str, spend: float, outcome: float | None = None) -> Actual:
    """An actual."""
    return Actual(tactic=tactic, period=period, spend=spend, outcome=outcome)


def told(actuals: ActualService, book: str = "default", until: str | None = None) -> dict[str, list[tuple[str, float]]]:
    """What a book tells, spend by period and tactic."""
    found = actuals.read(LOCAL, book, until)
    return {own.period: [(each.tactic, each.spend) for each in own.lines] for own in found}


def test_an_upload_replaces_the_periods_that_it_names(actuals: ActualService) -> None:
    """Whole: what it does not tell of them any more is gone; others stay."""
    actuals.upload(LOCAL, "default", [actual("a", "1", 10.0), actual("b", "1", 5.0), actual("a", "2", 20.0)])
    actuals.upload(LOCAL, "default", [actual("a", "1", 11.0)])
    assert told(actuals) == {"1": [("a", 11.0)], "2": [("a", 20.0)]}
    actuals.upload(LOCAL, "default", [], ["1"])
    assert told(actuals) == {"2": [("a", 20.0)]}


def test_nothing_is_lost(actuals: ActualService) -> None:
    """A book can be read as it was after each upload, and tells who sent it."""
    first = actuals.upload(LOCAL, "default", [actual("a", "1", 10.0, 30.5)])
    second = actuals.upload(LOCAL, "default", [actual("a", "1", 11.0)])
    assert told(actuals, until=first.id) == {"1": [("a", 10.0)]}
    assert actuals.read(LOCAL, "default", first.id)[0].lines[0].outcome == 30.5
    assert told(actuals, until=second.id) == {"1": [("a", 11.0)]}
    page = actuals.uploads(LOCAL, "default", 1)
    assert [own.id for own in page.items] == [second.id]
    assert [own.id for own in actuals.uploads(LOCAL, "default", 5, page.next).items] == [first.id]
    assert page.items[0].periods == ("1",)


def test_books_and_workspaces_are_apart(actuals: ActualService) -> None:
    """The same cells in each, and nothing of the others."""
    upload = actuals.upload(LOCAL, "default", [actual("a", "1", 10.0)])
    actuals.upload(LOCAL, "france", [actual("a", "1", 20.0)])
    assert told(actuals, "france") == {"1": [("a", 20.0)]}
    assert actuals.read(OTHER, "default") == ()
    assert actuals.read(OTHER, "default", upload.id) == ()
    assert actuals.uploads(OTHER, "default", 5).items == ()


def test_every_upload_is_in_the_audit(actuals: ActualService, database: Database) -> None:
    """Who, which book, how many lines."""
    upload = actuals.upload(LOCAL, "default", [actual("a", "1", 10.0)])
    with database.reading("default") as rows:
        [entry] = rows.audit.page(AuditSelection(), 5)
    assert (entry.act, entry.thing, entry.detail) == ("actuals.uploaded", upload.id, {"book": "default", "lines": 1})


def test_what_cannot_be_meant_is_refused_whole(actuals: ActualService, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells twice, periods filled and cleared, nothing at all, too much, ids of nothing: and nothing is kept."""
    twice = [actual("a", "1", 1.0), actual("a", "1", 2.0)]
    for lines, cleared, path in ((twice, [], "actuals[1]"), (twice[:1], ["1"], "clear[0]"), ([], [], "actuals")):
        with pytest.raises(ScenarioError) as refused:
            actuals.upload(LOCAL, "default", lines, cleared)
        assert refused.value.path == path
    monkeypatch.setattr(module, "MOST_CELLS", 1)
    with pytest.raises(LimitError):
        actuals.upload(LOCAL, "default", [actual("a", "1", 1.0), actual("b", "1", 1.0)])
    with pytest.raises(NotFoundError):
        actuals.read(LOCAL, "default", "upload_1")
    assert told(actuals) == {}


def test_a_plan_is_held_against_its_book(actuals: ActualService, plans: PlanService) -> None:
    """30 of search instead of what was planned; tactics and periods of other plans play no part."""
    document = wire([line("search", {"family": "linear", "slope": 3})], periods=["1", "2"], budget={"at_most": 100})
    made = plans.make(LOCAL, domain(document))
    actuals.upload(LOCAL, "default", [actual("search", "1", 30.0, 80.0), actual("tv", "1", 1.0), actual("x", "9", 1.0)])
    found = actuals.variance(LOCAL, made.id, "default")
    assert (found.total.actual_spend, found.total.expected_outcome, found.total.measured_difference) == (30, 90, -10)
    with pytest.raises(NotFoundError):
        actuals.variance(OTHER, made.id, "default")
