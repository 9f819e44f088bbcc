"""What services decide, without HTTP."""

from __future__ import annotations

import pytest

from app.records.audit import Act, AuditSelection
from app.records.callers import LOCAL
from app.records.moments import new_seed
from app.records.named import SENT_ALONG
from app.routes.documents import WireDocuments
from app.schemas.scenario import ScenarioIn
from app.services import cursor
from app.services.limits import Limits
from app.services.plans import PlanService, _minor
from app.storage.database import Database
from optimizer.errors import LimitError, ScenarioError
from optimizer.problem.scenario import Scenario
from tests.app.conftest import small
from tests.app.databases import lay_out
from tests.app.fake_solver import InstantSolver, plan_of

PLAN_ID = "plan_" + "0123456789" * 3


@pytest.fixture
def stated() -> Scenario:
    return ScenarioIn.model_validate(small("Spring", time_limit=5.0)).to_domain()


def test_limits_name_the_setting_that_raises_them(stated: Scenario) -> None:
    """At the limit is allowed, above is refused with the path and the setting."""
    Limits(cells=2, seconds=5.0).check_size(stated)
    Limits(cells=2, seconds=5.0).check_time(stated)
    with pytest.raises(LimitError, match="max_cells") as size:
        Limits(cells=1, seconds=5.0).check_size(stated)
    with pytest.raises(LimitError, match="time_limit_max") as seconds:
        Limits(cells=2, seconds=4.0).check_time(stated)
    assert (size.value.path, seconds.value.path) == ("tactics", "solve.time_limit")


def test_a_cursor_comes_back_as_the_plan_it_was_made_from() -> None:
    """There and back."""
    assert cursor.decode("plan", cursor.encode(PLAN_ID)) == PLAN_ID


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "é",
        "\ud800",
        PLAN_ID,
        cursor.encode("plan_'; --"),
        cursor.encode(PLAN_ID) + "AA",
        cursor.encode("key_" + "0" * 30),
    ],
)
def test_what_is_no_cursor_is_refused(text: str) -> None:
    """Whatever it is made of."""
    with pytest.raises(ScenarioError, match="cursor"):
        cursor.decode("plan", text)


@pytest.mark.parametrize(("digits", "expected"), [(2, (2000, 2)), (0, (20, 0)), (9, (20 * 10**9, 9))])
def test_money_is_kept_in_whole_minor_units(stated: Scenario, digits: int, expected: tuple[int, int]) -> None:
    """Twenty euro are two thousand cents."""
    assert _minor(plan_of(stated), digits) == expected


def test_the_audit_has_the_time_of_storing(stated: Scenario, url: str) -> None:
    """A plan that waited as a job is told of when it is there, whatever its own age: nobody who follows misses it."""
    lay_out(url)
    database = Database(url)
    plans = PlanService(database, InstantSolver(), WireDocuments(), Limits(cells=100, seconds=60.0), clock=lambda: 9000)
    kept = plans.keep(LOCAL, plans.record(stated, plan_of(stated), new_seed(2), SENT_ALONG))
    with database.reading(LOCAL.workspace) as rows:
        entry = rows.audit.page(AuditSelection(), 1)[0]
        summary = rows.plans.summary(kept.id)
    database.close()
    assert (entry.act, entry.at, summary and summary.created_at) == (Act.plan_made, 9, 2)
