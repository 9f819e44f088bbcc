"""The batches of one workspace."""

from __future__ import annotations

from dataclasses import asdict, fields

from app.records.jobs import Batch
from app.storage.scoped import ScopedRows
from app.storage.tables import batches

COLUMNS = [batches.c[field.name] for field in fields(Batch)]


class BatchRows(ScopedRows):
    """The batches of one workspace, within one transaction."""

    table = batches

    def add(self, batch: Batch) -> bool:
        """Store a batch, whose jobs are stored beside it; False when it is there already."""
        return self._add_once(**asdict(batch))

    def find(self, batch_id: str) -> Batch | None:
        """A batch by its id."""
        row = self._connection.execute(self._select(*COLUMNS).where(batches.c.id == batch_id)).one_or_none()
        return None if row is None else Batch(**row._mapping)

    def page(self, before: str | None, limit: int) -> list[Batch]:
        """The newest `limit` batches before the one named."""
        query = self._select(*COLUMNS).order_by(batches.c.id.desc()).limit(limit)
        older = query if before is None else query.where(batches.c.id < before)
        return [Batch(**row._mapping) for row in self._connection.execute(older)]
