"""Making plans: while somebody waits, or as a job; once in effect whatever happens on the way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, replace

from app.records.audit import Act
from app.records.callers import Caller, Role
from app.records.jobs import Job, JobSummary, Order, Priority
from app.records.moments import new_seed, seeded_at
from app.records.named import Origin, Reference
from app.services.answers import Work
from app.services.limits import Limits
from app.services.plans import Made, PlanService, store
from app.services.ports import Desk, Documents, Result, Solver, UnderWay
from app.services.scenarios import Stated
from app.storage.database import Database
from optimizer.answers.plan import Plan
from optimizer.optimize import Progress
from optimizer.problem.canonical import digest
from optimizer.problem.scenario import Scenario

KIND = "job"
PLAN = "plan"  # the kind of job that makes one plan of one scenario


class MakingService:
    """Solves scenarios. A job and its plan share the seed of their ids: run twice, it stores one plan."""

    def __init__(
        self,
        database: Database,
        solver: Solver,
        documents: Documents,
        limits: Limits,
        plans: PlanService,
        desk: Desk,
        *,
        threads: int,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._database = database
        self._solver = solver
        self._documents = documents
        self._limits = limits
        self._plans = plans
        self._desk = desk
        self._clock = clock
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="solve")  # on while callers wait no longer

    def make(
        self,
        caller: Caller,
        stated: Stated,
        patience: float,
        seed: str | None = None,
        work: Work[Plan] | None = None,
    ) -> Made | JobSummary:
        """The plan, stored; or the job that it became when the solve had not ended after `patience` [s].

        `work` comes to the plan where the scenario is solved already, or being solved, under another name.
        """
        self.check(stated.scenario)
        if seed is not None and (known := self._plans.made(caller, seed) or self._begun(caller, seed)):
            return known
        seed = seed or self.seed()
        order = self.order(caller, stated)
        under_way = UnderWay(Job.begun(f"{KIND}_{seed}", seeded_at(seed), order, caller.workspace, self._desk.name))
        solving = self._threads.submit(self._worked, stated.scenario, under_way, work)
        try:
            plan = solving.result(patience)
        except TimeoutError:
            if solving.done():
                raise
            return self._carry_on(stated, under_way, solving)
        return self._plans.keep(caller, self._plans.record(stated.scenario, plan, seed, stated.origin))

    def submit(self, caller: Caller, stated: Stated, seed: str | None = None) -> JobSummary:
        """Accept the scenario as a job for whoever is free."""
        self.check(stated.scenario)
        seed = seed or self.seed()
        with self._database.transaction(caller.workspace) as rows:
            job_id, at = f"{KIND}_{seed}", seeded_at(seed)
            if rows.jobs.find(job_id) is None:
                rows.jobs.accept(job_id, at, self.order(caller, stated))
                rows.audit.note(caller, Act.job_accepted, job_id, at, name=stated.scenario.name)
            accepted = rows.jobs.find(job_id)
        self._desk.wake()
        assert accepted is not None, "what was accepted is there"
        return accepted

    def check(self, scenario: Scenario) -> None:
        """Refuse what is too large or would take too long."""
        self._limits.check_size(scenario)
        self._limits.check_time(scenario)

    def seed(self) -> str:
        """What the ids of a new job and of its plan are made of."""
        return new_seed(self._clock() // 1000)

    def order(
        self,
        caller: Caller,
        stated: Stated,
        *,
        priority: Priority = Priority.INTERACTIVE,
        batch: str | None = None,
        position: int | None = None,
    ) -> Order:
        """The order for a plan of this scenario."""
        payload = {"scenario": self._documents.scenario_text(stated.scenario), "origin": asdict(stated.origin)}
        return Order(
            kind=PLAN,
            payload=json.dumps(payload, ensure_ascii=False),
            name=stated.scenario.name,
            actor=caller.actor,
            priority=priority,
            batch=batch,
            position=position,
        )

    def run(self, under_way: UnderWay) -> Result:
        """Do a job of the kind `plan`."""
        job = under_way.job
        payload = json.loads(job.payload)
        stated = Stated(self._documents.scenario(payload["scenario"]), _origin(**payload["origin"]))
        plan = self._solve(stated.scenario, under_way, rank=1 + job.priority)
        return self._result(job, stated, plan)

    def _worked(self, scenario: Scenario, under_way: UnderWay, work: Work[Plan] | None) -> Plan:
        if work is None:
            return self._solve(scenario, under_way, rank=0)
        plan = work(_teller(under_way), under_way.stop)
        return replace(plan, provenance=replace(plan.provenance, digest=digest(scenario)))

    def _solve(self, scenario: Scenario, under_way: UnderWay, *, rank: int) -> Plan:
        return self._solver.solve(scenario, _teller(under_way), rank, under_way.stop)

    def _begun(self, caller: Caller, seed: str) -> JobSummary | None:
        with self._database.reading(caller.workspace) as rows:
            return rows.jobs.find(f"{KIND}_{seed}")

    def _carry_on(self, stated: Stated, under_way: UnderWay, solving: Future[Plan]) -> JobSummary:
        job = under_way.job
        try:
            with self._database.transaction(job.workspace) as rows:
                first = rows.jobs.begin(job, self._desk.lease)
                if first:
                    rows.audit.note(_caller(job), Act.job_accepted, job.id, job.created_at, name=job.name)
                known = rows.jobs.find(job.id)
        except Exception:
            under_way.stop.set()  # nobody will hear of this plan
            raise
        if first:
            self._desk.adopt(under_way, solving, lambda plan: self._result(job, stated, plan))
        else:
            under_way.stop.set()
        return known or job

    def _result(self, job: Job, stated: Stated, plan: Plan) -> Result:
        record = self._plans.record(stated.scenario, plan, job.id.removeprefix(f"{KIND}_"), stated.origin)
        return Result(plan_id=record.id, store=lambda rows: store(rows, _caller(job), record, self._clock() // 1000))


def _caller(job: Job) -> Caller:
    """Whoever asked for a job."""
    return Caller(workspace=job.workspace, actor=job.actor, role=Role.planner)


def _teller(under_way: UnderWay) -> Callable[[Progress | None], None]:
    return lambda progress: None if progress is None else under_way.tell(asdict(progress))


def _origin(scenario: dict[str, object] | None, curve_sets: list[dict[str, object]]) -> Origin:
    return Origin(
        scenario=None if scenario is None else _reference(scenario), curve_sets=tuple(map(_reference, curve_sets))
    )


def _reference(stated: dict[str, object]) -> Reference:
    return Reference(**stated)  # type: ignore[arg-type]  # as `asdict` wrote it
