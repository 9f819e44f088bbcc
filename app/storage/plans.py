"""Plans to rows and back. There is no way to change a plan."""

from __future__ import annotations

from dataclasses import asdict, fields

from sqlalchemy import Column, ColumnElement

from app.records.moments import first_id
from app.records.plans import PlanRecord, Selection, Summary
from app.storage.scoped import ScopedRows
from app.storage.tables import plans

SUMMARY = [plans.c[field.name] for field in fields(Summary)]


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

    def page(self, selection: Selection, limit: int) -> list[Summary]:
        """The newest `limit` plans of the selection."""
        query = self._select(*SUMMARY).where(*_conditions(selection)).order_by(plans.c.id.desc()).limit(limit)
        return [Summary(**row._mapping) for row in self._connection.execute(query)]

    def _text(self, column: Column[str], plan_id: str) -> str | None:
        found: str | None = self._connection.scalar(self._select(column).where(plans.c.id == plan_id))
        return found


def _conditions(selection: Selection) -> list[ColumnElement[bool]]:
    """Times become bounds on the id, which begins with its time: one index serves list and filters."""
    bounds = {
        "name": None if selection.name is None else plans.c.name == selection.name,
        "status": None if selection.status is None else plans.c.status == selection.status,
        "scenario": None if selection.scenario_id is None else plans.c.scenario_id == selection.scenario_id,
        "from": None if selection.created_from is None else plans.c.id >= first_id("plan", selection.created_from),
        "to": None if selection.created_to is None else plans.c.id < first_id("plan", selection.created_to),
        "before": None if selection.before is None else plans.c.id < selection.before,
    }
    return [bound for bound in bounds.values() if bound is not None]
