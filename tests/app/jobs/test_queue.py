"""The queue: one claim at a time, by priority and age; what is lost is begun again; what is stored is stored once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from app.jobs.desk import MOST_LAPSES, JobDesk
from app.records.jobs import Ending, Job, Order, Priority
from app.records.moments import new_id
from app.services.ports import Result, TryAgain, UnderWay
from app.storage.database import Database
from optimizer.errors import SolverFault

KINDS = ("plan",)
ORDER = Order(kind="plan", payload="{}", name="job", actor="test", priority=Priority.INTERACTIVE)


def accept(database: Database, order: Order = ORDER) -> str:
    created_at = time.time_ns() // 1000
    with database.transaction("default") as rows:
        return rows.jobs.accept(new_id("job", created_at), created_at, order)


def claim(database: Database, worker: str = "worker", lease: float = 60.0) -> Job | None:
    with database.queue() as queue:
        return queue.claim(worker, lease, KINDS)


def taken(database: Database, worker: str = "worker", lease: float = 60.0) -> Job:
    job = claim(database, worker, lease)
    assert job is not None
    return job


def state(database: Database, job_id: str) -> tuple[str, int]:
    with database.reading("default") as rows:
        job = rows.jobs.find(job_id)
    assert job is not None
    return job.state, job.attempts


def swept(database: Database) -> None:
    with database.queue() as queue:
        queue.sweep(MOST_LAPSES, "{}")


def test_priority_then_age(database: Database) -> None:
    """Interactive before scheduled before batch, whatever came first."""
    orders = [Priority.BATCH, Priority.SCHEDULED, Priority.INTERACTIVE, Priority.SCHEDULED]
    made = [accept(database, replace(ORDER, priority=priority)) for priority in orders]
    assert [taken(database).id for _ in made] == [made[2], made[1], made[3], made[0]]
    assert claim(database) is None


def test_no_two_workers_get_the_same(database: Database) -> None:
    """Forty jobs, eight at once: each once."""
    made = {accept(database) for _ in range(40)}
    with ThreadPoolExecutor(8) as threads:
        claims = list(threads.map(lambda number: taken(database, f"worker {number}").id, range(40)))
    assert sorted(claims) == sorted(made)


def test_a_key_is_accepted_once(database: Database) -> None:
    """The second order with a key gets the job of the first."""
    order = replace(ORDER, key="each day")
    assert accept(database, order) == accept(database, order)
    with ThreadPoolExecutor(4) as threads:
        ids = set(threads.map(lambda _: accept(database, replace(ORDER, key="parallel")), range(12)))
    assert len(ids) == 1


def test_what_is_not_due_waits(database: Database) -> None:
    """A delay is kept, and another kind is left to others."""
    accept(database, replace(ORDER, delay=60.0))
    accept(database, replace(ORDER, kind="other"))
    assert claim(database) is None


def test_a_worker_that_is_gone_loses_its_jobs(database: Database) -> None:
    """A claim that lapsed is begun again by another; the first can store nothing any more."""
    job_id = accept(database)
    first = taken(database, "gone", lease=0.0)
    time.sleep(0.01)
    swept(database)
    second = taken(database, "here")
    assert (second.id, second.attempts) == (job_id, 2)
    with database.transaction("default") as rows:
        assert not rows.jobs.end(first, Ending(state="done"))
        assert rows.jobs.end(second, Ending(state="done"))
        assert not rows.jobs.end(second, Ending(state="done"))
    assert state(database, job_id) == ("done", 2)


def test_a_worker_that_lives_keeps_them(database: Database) -> None:
    """What is renewed does not lapse; what was cancelled is not renewed."""
    kept, gone = accept(database), accept(database)
    for _ in range(2):
        taken(database, lease=0.0)
    with database.transaction("default") as rows:
        rows.jobs.cancel(gone)
    with database.queue() as queue:
        assert queue.renew("worker", [kept, gone], 60.0) == {kept}
    swept(database)
    assert (state(database, kept)[0], state(database, gone)[0]) == ("running", "cancelled")


def test_a_job_that_ends_every_worker_fails(database: Database) -> None:
    """Not for ever: with its problem."""
    job_id = accept(database)
    for _ in range(MOST_LAPSES):
        taken(database, lease=-1.0)
        swept(database)
    assert state(database, job_id) == ("failed", MOST_LAPSES)


def test_handing_back_costs_no_attempt(database: Database) -> None:
    """A process that leaves puts its jobs back for others, at once, and stops what it did for them."""
    job_id = accept(database)
    desk = JobDesk(database)
    under_way = UnderWay(taken(database, desk.name))
    desk.hold(under_way)
    desk.start()
    desk.close()
    assert (state(database, job_id), under_way.stop.is_set) == (("queued", 0), True)
    desk.settle(under_way, lambda: Result(store=lambda _: pytest.fail("stored")))


def test_a_solver_that_is_killed_from_outside_is_begun_again(database: Database) -> None:
    """Three times at most; then the job has failed."""
    job_id = accept(database)
    desk = JobDesk(database)

    def killed() -> Result:
        raise SolverFault("solver_killed", "", "was ended", "send it again")

    for _ in range(3):
        under_way = UnderWay(taken(database, desk.name))
        desk.hold(under_way)
        desk.settle(under_way, killed)
    assert state(database, job_id) == ("failed", 3)


def test_a_handler_may_try_again_later(database: Database) -> None:
    """TryAgain puts the job back with a delay; an unexpected error fails it and says nothing of its inside."""
    job_id = accept(database)
    desk = JobDesk(database)

    def later() -> Result:
        raise TryAgain(0.0)

    def broken() -> Result:
        raise RuntimeError("secret")

    for do in (later, broken):
        under_way = UnderWay(taken(database, desk.name))
        desk.settle(under_way, do)
    with database.reading("default") as rows:
        job = rows.jobs.find(job_id)
    assert job is not None
    assert (job.state, job.attempts) == ("failed", 2)
    assert "internal_error" in (job.problem or "")
    assert "secret" not in (job.problem or "")


def test_what_cannot_be_stored_fails(database: Database) -> None:
    """A result whose storing goes wrong is stored in no part, and the job has failed."""
    job_id = accept(database)
    desk = JobDesk(database)
    other = replace(ORDER, name="by-product")

    def store(rows: object) -> None:
        rows.jobs.accept("job_" + "0" * 30, 0, other)  # type: ignore[attr-defined]
        raise RuntimeError

    desk.settle(UnderWay(taken(database, desk.name)), lambda: Result(store=store))
    assert state(database, job_id)[0] == "failed"
    assert claim(database) is None


def test_losing_a_claim_stops_the_work(database: Database) -> None:
    """Cancelled while it is done: the next beat stops it."""
    job_id = accept(database)
    desk = JobDesk(database)
    under_way = UnderWay(taken(database, desk.name))
    desk.hold(under_way)
    desk.beat()
    assert not under_way.stop.is_set
    with database.transaction("default") as rows:
        rows.jobs.cancel(job_id)
    desk.beat()
    assert under_way.stop.is_set


def test_progress_is_written_down(database: Database) -> None:
    """The newest that was told, once; each change counts the version up."""
    job_id = accept(database)
    desk = JobDesk(database)
    under_way = UnderWay(taken(database, desk.name))
    desk.hold(under_way)
    for rounds in (1, 2):
        under_way.tell({"rounds": rounds})
    desk.beat()
    desk.beat()
    with database.reading("default") as rows:
        job = rows.jobs.find(job_id)
    assert job is not None
    assert (job.progress, job.version) == ('{"rounds": 2}', 3)


def test_the_depth_of_the_queue(database: Database) -> None:
    """What waits, what runs, and for how long the oldest has waited."""
    for _ in range(3):
        accept(database)
    taken(database)
    with database.reading_queue() as queue:
        depth = queue.depth()
    assert (depth.queued, depth.running) == (2, 1)
    assert 0 <= depth.age < 60
