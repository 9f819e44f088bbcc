"""What ended long ago is forgotten; what is needed stays."""

from __future__ import annotations

import time
from dataclasses import replace

from sqlalchemy import text

from app.jobs.retention import AT_ONCE, DAY, Retention
from app.records.jobs import Batch
from app.records.moments import new_id
from app.records.schedules import Run
from app.storage.database import Database
from tests.app.jobs.test_queue import ORDER, accept


def ended(database: Database, job_id: str, days: float, state: str = "done") -> str:
    """The job, as if it had ended so long ago."""
    at = int(time.time() * 1e6 - days * DAY * 1e6)
    with database.engine.begin() as connection:
        values = {"state": state, "at": at, "id": job_id}
        connection.execute(text("UPDATE jobs SET state = :state, ended_at = :at WHERE id = :id"), values)
    return job_id


def kept(database: Database) -> set[str]:
    with database.engine.begin() as connection:
        return set(connection.scalars(text("SELECT id FROM jobs")))


def test_jobs_that_ended_long_ago_are_deleted(database: Database) -> None:
    """However they ended; what ended lately, waits or runs stays, however old it is."""
    for state in ("done", "failed", "cancelled"):
        ended(database, accept(database), 31, state)
    lately, waits, runs = ended(database, accept(database), 29), accept(database), accept(database)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE jobs SET state = 'running' WHERE id = :id"), {"id": runs})
        connection.execute(text("UPDATE jobs SET created_at = 1"))
    assert Retention(database, 30).round() == 3
    assert kept(database) == {lately, waits, runs}
    assert Retention(database, 30).round() == 0


def test_a_batch_goes_as_a_whole(database: Database) -> None:
    """While one of its jobs has not ended for long enough, all of it stays, so that its status stays true."""
    batch = Batch(id=new_id("batch", 1), name="b", actor="test", size=2, created_at=1)
    with database.transaction("default") as rows:
        rows.batches.add(batch)
    of_batch = [accept(database, replace(ORDER, batch=batch.id, position=place)) for place in range(2)]
    ended(database, of_batch[0], 31)
    assert Retention(database, 30).round() == 0
    ended(database, of_batch[1], 29)
    assert Retention(database, 30).round() == 0
    ended(database, of_batch[1], 31)
    assert Retention(database, 30).round() == 2
    with database.reading("default") as rows:
        assert rows.batches.find(batch.id) is None


def test_a_job_that_settles_a_run_stays(database: Database) -> None:
    """A run whose job failed is told so by its job."""
    job = ended(database, accept(database), 31, "failed")
    run = Run(id=new_id("run", 1), schedule="s", due="d", due_at=1, cause="due", job=job, created_at=1)
    with database.transaction("default") as rows:
        rows.runs.add_once(run)
        rows.runs.ordered(run, job)
    assert Retention(database, 30).round() == 0
    with database.transaction("default") as rows:
        rows.runs.end(replace(run, ended_at=2))
    assert Retention(database, 30).round() == 1


def test_many_are_deleted_some_at_a_time(database: Database) -> None:
    """So that nobody waits long for the table."""
    for _ in range(7):
        ended(database, accept(database), 31)
    with database.queue() as queue:
        assert queue.forget(30 * DAY, 5) == 5
        assert queue.forget(30 * DAY, AT_ONCE) == 2
