"""Actuals to rows and back. Uploads are added, and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Row

from app.records.actuals import PeriodActuals, Upload
from app.storage.scoped import ScopedRows
from app.storage.tables import actuals

COLUMNS = [actuals.c[field.name] for field in fields(PeriodActuals)]
HEAD = [actuals.c.upload, actuals.c.at, actuals.c.actor, actuals.c.period]


class ActualRows(ScopedRows):
    """The actuals of one workspace, within one transaction."""

    table = actuals

    def add(self, periods: Sequence[PeriodActuals]) -> None:
        """Keep an upload."""
        for period in periods:
            self._connection.execute(self._insert(**asdict(period)))

    def current(self, book: str, until: str | None = None) -> list[PeriodActuals]:
        """What a book tells, the last upload of each period; as it was after the upload `until`."""
        query = self._select(*COLUMNS).where(actuals.c.book == book).order_by(actuals.c.upload, actuals.c.period)
        asked = query if until is None else query.where(actuals.c.upload <= until)
        last = {row.period: PeriodActuals(**row._mapping) for row in self._connection.execute(asked)}
        return list(last.values())

    def uploads(self, book: str, before: str | None, limit: int) -> list[Upload]:
        """The newest `limit` uploads into a book before the one named."""
        own = self._select(actuals.c.upload).where(actuals.c.book == book).distinct()
        older = own if before is None else own.where(actuals.c.upload < before)
        ids = list(self._connection.scalars(older.order_by(actuals.c.upload.desc()).limit(limit)))
        query = self._select(*HEAD).where(actuals.c.book == book, actuals.c.upload.in_(ids))
        rows = self._connection.execute(query.order_by(actuals.c.period)).all()
        return [_upload(upload_id, [row for row in rows if row.upload == upload_id]) for upload_id in ids]


def _upload(upload_id: str, rows: Sequence[Row[Any]]) -> Upload:
    return Upload(id=upload_id, at=rows[0].at, actor=rows[0].actor, periods=tuple(row.period for row in rows))
