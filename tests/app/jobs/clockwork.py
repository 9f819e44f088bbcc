"""A schedule that is due, its run, and what webhooks are told of it: a story for `tests.app.jobs.nursery`."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.records.callers import Caller, Role
from app.records.schedules import Terms
from app.records.webhooks import Event
from app.security.outbound import Outbound
from app.services.courier import Courier
from app.services.cron import Cron
from app.services.named import NamedService
from app.services.reoptimising import REOPTIMISATION, Reoptimiser
from app.services.scenarios import ScenarioService
from app.services.schedules import ScheduleService
from app.services.webhooks import WebhookService
from app.services.workspaces import WorkspaceService
from app.storage.database import Database
from tests.app.fake_solver import InstantSolver
from tests.app.jobs import nursery

SECOND = 1_000_000_000  # nanoseconds
MADE, DUE, LATER = (day * SECOND for day in (2_000_000_000, 2_000_086_400, 2_000_086_580))  # after all clocks of today


class Noted:
    """Takes what is sent to it, and remembers it longer than the process that sent it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Write down which delivery it was."""
        del url, body
        with self._file.open("a") as file:
            file.write(f"{headers['webhook-id']}\n")
        return 204


class Clockwork:
    """One daily schedule whose plan can be bettered, and a webhook that is told so: in a workspace for each point."""

    def __init__(self) -> None:
        self._file = Path(tempfile.mkdtemp()) / f"received-{os.getpid()}"

    def live(self, service: nursery.Service, number: int, acknowledge: Callable[[str], None]) -> None:
        """Made; a day later it is due, done, and told of."""
        caller, now = _caller(number), MADE
        WorkspaceService(service.database).create(caller.workspace, "x")
        webhooks = WebhookService(service.database, Outbound(private=False), lambda: now)
        webhooks.create(caller, "https://93.184.216.34/", [Event.plan_ready, Event.proposal_made])
        plan = service.plans.make(caller, nursery.stated(f"{number}:plan").scenario).id
        schedules, _ = _services(service, lambda: now)
        schedules.create(caller, "daily", Cron(expression="0 6 * * *", zone="UTC"), Terms(plan=plan))
        acknowledge("schedule")
        self._a_day_later(service, DUE)

    def go_on(self, service: nursery.Service, number: int) -> None:
        """Three minutes after that: what others had begun is anybody's by now."""
        del number
        self._a_day_later(service, LATER)

    def judged(self, database: Database, number: int, acknowledged: set[str]) -> list[str]:
        """The due time was run once and proposed one draft; everything told was told, and word of nothing else."""
        mine = {"workspace": _caller(number).workspace}
        where = "WHERE workspace = :workspace"
        with database.engine.begin() as connection:
            runs = connection.execute(text(f"SELECT * FROM schedule_runs {where}"), mine).all()
            jobs = connection.execute(text(f"SELECT * FROM jobs {where}"), mine).all()
            plans = connection.execute(text(f"SELECT id FROM plans {where}"), mine).all()
            told = connection.execute(text(f"SELECT * FROM deliveries {where}"), mine).all()
        wrong = ["doubled"] if max(len(runs), len(jobs), len(plans) - 1) > 1 else []
        if "schedule" in acknowledged:
            wrong += [] if [run.decision for run in runs] == ["change"] else [f"runs: {runs}"]
            wrong += [] if {run.plan for run in runs} <= {plan.id for plan in plans} else ["lost: the draft"]
            wrong += [] if [job.state for job in jobs] == ["done"] else [f"jobs: {jobs}"]
            expected = Counter({"plan.ready": 2, "proposal.made": 1})
            wrong += [] if Counter(each.event for each in told) == expected else [f"told: {told}"]
        received = set(self._file.read_text().split()) if self._file.exists() else set()
        wrong += [f"not delivered: {each.event}" for each in told if each.delivered_at is None]
        return wrong + [f"not received: {each.event}" for each in told if each.id not in received]

    def _a_day_later(self, service: nursery.Service, now: int) -> None:
        schedules, reoptimiser = _services(service, lambda: now)
        schedules.tick()
        service.work(**{REOPTIMISATION: reoptimiser})
        courier = Courier(service.database, Noted(self._file), lambda: now)
        while courier.round():
            pass


def _caller(number: int) -> Caller:
    return Caller(workspace=f"point-{number}", actor="test", role=Role.admin)


def _services(service: nursery.Service, clock: Callable[[], int]) -> tuple[ScheduleService, Reoptimiser]:
    database, solver, limits = service.database, InstantSolver(), service.limits
    curve_sets = NamedService("curve_set", database)
    scenarios = ScenarioService(database, service.documents, service.plans, curve_sets, limits)
    desk: Any = service.desk
    reoptimiser = Reoptimiser(database, solver, service.plans, scenarios, limits, desk, clock)
    return ScheduleService(database, reoptimiser, clock), reoptimiser
