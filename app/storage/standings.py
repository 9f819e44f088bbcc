"""How plans stand. The database holds that a scenario has one baseline: a partial unique index."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError

from app.records.standings import Standing, State
from app.storage.scoped import ScopedRows
from app.storage.tables import standings

COLUMNS = [standings.c[field.name] for field in fields(Standing)]


class StandingRows(ScopedRows):
    """How the plans of one workspace stand, within one transaction; a plan without a row is a draft."""

    table = standings

    def standing(self, plan_id: str) -> Standing | None:
        """What is said of a plan; None for a draft of which nothing was said."""
        row = self._connection.execute(self._select(*COLUMNS).where(standings.c.plan_id == plan_id)).one_or_none()
        return None if row is None else _standing(row)

    def baseline(self, scenario_id: str) -> Standing | None:
        """The plan that a scenario is held to."""
        this = (standings.c.scenario_id == scenario_id, standings.c.state == State.baseline.value)
        row = self._connection.execute(self._select(*COLUMNS).where(*this)).one_or_none()
        return None if row is None else _standing(row)

    def put(self, new: Standing) -> bool:
        """Say it, as the revision that follows the one before; False when another came first."""
        values = asdict(new) | {"state": new.state.value}
        if new.revision == 1:
            return self._add_once(**values)
        before = (standings.c.plan_id == new.plan_id, standings.c.revision == new.revision - 1)
        try:
            return self._connection.execute(self._update(*before).values(values)).rowcount == 1
        except IntegrityError:  # another plan became the baseline at the same time
            return False


def _standing(row: Row[Any]) -> Standing:
    return Standing(**dict(row._mapping) | {"state": State(row.state)})
