"""Plans to rows and back. There is no way to change a plan."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, and_, func

from app.records.moments import first_id
from app.records.plans import ListedPlan, PlanRecord, Selection, Summary
from app.records.standings import State
from app.storage.scoped import ScopedRows
from app.storage.tables import plans, standings

SUMMARY = [plans.c[field.name] for field in fields(Summary)]

BESIDE = and_(standings.c.workspace == plans.c.workspace, standings.c.plan_id == plans.c.id)
_state = func.coalesce(standings.c.state, State.draft.value).label("state")  # a plan of which nothing was said
_pinned = func.coalesce(standings.c.pinned, False).label("pinned")


class PlanRows(ScopedRows):
    """The plans of one workspace, within one transaction."""

    table = plans

    def add(self, record: PlanRecord) -> bool:
        """Store a plan, unless one with its id is there: whether it was stored."""
        return self._add_once(**asdict(record))

    def plan(self, plan_id: str) -> str | None:
        """The text of a plan."""
        return self._text(plans.c.plan, plan_id)

    def scenario(self, plan_id: str) -> str | None:
        """The text of the scenario that a plan answers."""
        return self._text(plans.c.scenario, plan_id)

    def summary(self, plan_id: str) -> Summary | None:
        """A plan without its documents."""
        row = self._connection.execute(self._select(*SUMMARY).where(plans.c.id == plan_id)).one_or_none()
        return None if row is None else Summary(**row._mapping)

    def page(self, selection: Selection, limit: int) -> list[ListedPlan]:
        """The newest `limit` plans of the selection, each with how it stands."""
        query = self._select(*SUMMARY).add_columns(_state, _pinned).outerjoin(standings, BESIDE)
        found = query.where(*_conditions(selection)).order_by(plans.c.id.desc()).limit(limit)
        return [_listed(row) for row in self._connection.execute(found)]

    def _text(self, column: Column[str], plan_id: str) -> str | None:
        found: str | None = self._connection.scalar(self._select(column).where(plans.c.id == plan_id))
        return found


def _listed(row: Row[Any]) -> ListedPlan:
    return ListedPlan(**dict(row._mapping) | {"state": State(row.state), "pinned": bool(row.pinned)})


def _conditions(selection: Selection) -> list[ColumnElement[bool]]:
    """Times become bounds on the id, which begins with its time: one index serves list and filters."""
    bounds = {
        "name": None if selection.name is None else plans.c.name == selection.name,
        "status": None if selection.status is None else plans.c.status == selection.status,
        "scenario": None if selection.scenario_id is None else plans.c.scenario_id == selection.scenario_id,
        "state": None if selection.state is None else _state == selection.state.value,
        "pinned": None if selection.pinned is None else _pinned == selection.pinned,
        "from": None if selection.created_from is None else plans.c.id >= first_id("plan", selection.created_from),
        "to": None if selection.created_to is None else plans.c.id < first_id("plan", selection.created_to),
        "before": None if selection.before is None else plans.c.id < selection.before,
    }
    return [bound for bound in bounds.values() if bound is not None]
