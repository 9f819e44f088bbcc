"""Everything that is kept for one workspace, within one transaction."""

from __future__ import annotations

from sqlalchemy import Connection

from app.storage.actuals import ActualRows
from app.storage.audit import AuditRows
from app.storage.batches import BatchRows
from app.storage.deliveries import DeliveryRows
from app.storage.jobs import JobRows
from app.storage.keys import KeyRows
from app.storage.named import NamedRows
from app.storage.plans import PlanRows
from app.storage.proposals import ProposalRows
from app.storage.requests import RequestRows
from app.storage.runs import RunRows
from app.storage.schedules import ScheduleRows
from app.storage.sessions import SessionRows
from app.storage.standings import StandingRows
from app.storage.webhooks import WebhookRows


class Rows:
    """The families of rows; each sees only its workspace."""

    def __init__(self, connection: Connection, workspace: str) -> None:
        self.audit = AuditRows(connection, workspace)
        self.curve_sets = NamedRows(connection, workspace, "curve_set")
        self.batches = BatchRows(connection, workspace)
        self.jobs = JobRows(connection, workspace)
        self.keys = KeyRows(connection, workspace)
        self.sessions = SessionRows(connection, workspace)
        self.plans = PlanRows(connection, workspace)
        self.proposals = ProposalRows(connection, workspace)
        self.requests = RequestRows(connection, workspace)
        self.scenarios = NamedRows(connection, workspace, "scenario")
        self.standings = StandingRows(connection, workspace)
        self.actuals = ActualRows(connection, workspace)
        self.schedules = ScheduleRows(connection, workspace)
        self.runs = RunRows(connection, workspace)
        self.webhooks = WebhookRows(connection, workspace)
        self.deliveries = DeliveryRows(connection, workspace)
