"""Proposals to rows and back. They are added, and never changed."""

from __future__ import annotations

from dataclasses import asdict, fields

from app.records.proposals import Proposal, ProposalSummary
from app.storage.scoped import ScopedRows
from app.storage.tables import proposals

SUMMARY = [proposals.c[field.name] for field in fields(ProposalSummary)]
COLUMNS = [proposals.c[field.name] for field in fields(Proposal)]


class ProposalRows(ScopedRows):
    """The proposals of one workspace, within one transaction."""

    table = proposals

    def add(self, proposal: Proposal) -> bool:
        """Keep a proposal; False when it is there already."""
        return self._add_once(**asdict(proposal))

    def find(self, proposal_id: str) -> Proposal | None:
        """A proposal by its id."""
        row = self._connection.execute(self._select(*COLUMNS).where(proposals.c.id == proposal_id)).one_or_none()
        return None if row is None else Proposal(**row._mapping)

    def newest(self, limit: int) -> list[ProposalSummary]:
        """The newest `limit` of them."""
        query = self._select(*SUMMARY).order_by(proposals.c.id.desc()).limit(limit)
        return [ProposalSummary(**row._mapping) for row in self._connection.execute(query)]
