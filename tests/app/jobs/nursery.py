"""Processes that kill themselves at a given event of the database: `python -m tests.app.jobs.nursery URL STORY POINT…`.

One process, of one thread, imports everything once and forks a child for each point. The child goes along the write
paths of a story and dies by SIGKILL at the event with that number; another child goes on where it left off. What was
acknowledged must then be there, once. Prints a JSON object: events of a whole run, points tried, and what was wrong.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from sqlalchemy import event, text

from app.jobs.desk import JobDesk
from app.records.callers import LOCAL
from app.records.named import SENT_ALONG
from app.routes.documents import WireDocuments
from app.schemas.scenario import ScenarioIn
from app.services.batches import BatchService
from app.services.jobs import JobService
from app.services.limits import Limits
from app.services.making import PLAN, MakingService
from app.services.plans import PlanService
from app.services.ports import Handler, UnderWay
from app.services.scenarios import Stated
from app.storage.database import Database
from tests.app.conftest import small
from tests.app.fake_solver import InstantSolver

LEASE = 0.05  # seconds
LOOKS = 5  # of those who go on: a busy server lets go of the rows of a dead process only after a moment
NEVER = 10**9
SCENARIO = ScenarioIn.model_validate(small("x")).to_domain()


class Service:
    """The services of a process, without HTTP and threads."""

    def __init__(self, url: str) -> None:
        limits, documents = Limits(cells=100, seconds=60), WireDocuments()
        self.database = Database(url)
        self.desk = JobDesk(self.database, lease=LEASE)
        self.limits, self.documents = limits, documents
        self.plans = PlanService(self.database, InstantSolver(), documents, limits)
        self.making = MakingService(self.database, InstantSolver(), documents, limits, self.plans, self.desk, threads=1)
        self.batches = BatchService(self.database, self.making, self.desk, most=10)
        self.jobs = JobService(self.database, self.desk)

    def work(self, **others: Handler) -> None:
        """Do every job that can begin, those of other kinds by their handlers."""
        handlers = {PLAN: self.making, **others}
        while job := self._claim(tuple(handlers)):
            under_way = UnderWay(job)
            self.desk.hold(under_way)
            under_way.tell({"rounds": 1})
            self.desk.beat()
            self.desk.settle(under_way, lambda: handlers[under_way.job.kind].run(under_way))  # noqa: B023 - at once

    def _claim(self, kinds: tuple[str, ...]) -> Any:
        with self.database.queue() as queue:
            return queue.claim(self.desk.name, self.desk.lease, kinds)


class Story(Protocol):
    """What a process goes through, how the next one goes on, and how it has to look then."""

    def live(self, service: Service, number: int, acknowledge: Callable[[str], None]) -> None:
        """The write paths; what was promised to somebody is acknowledged."""

    def go_on(self, service: Service, number: int) -> None:
        """What the next process does by itself."""

    def judged(self, database: Database, number: int, acknowledged: set[str]) -> list[str]:
        """What is lost, doubled or left open."""


def stated(name: str) -> Stated:
    return Stated(replace(SCENARIO, name=name), SENT_ALONG)


class Jobs:
    """A plan at once, a job, a batch, a job cancelled, and all of them done."""

    def live(self, service: Service, number: int, acknowledge: Callable[[str], None]) -> None:
        """Accept and do them."""
        service.making.make(LOCAL, stated(f"{number}:sync"), 60.0)
        acknowledge("sync")
        service.making.submit(LOCAL, stated(f"{number}:job"))
        acknowledge("job")
        service.batches.submit(LOCAL, "batch", [stated(f"{number}:first"), stated(f"{number}:second")], "scenarios")
        acknowledge("first")
        acknowledge("second")
        gone = service.making.submit(LOCAL, stated(f"{number}:gone"))
        service.jobs.cancel(LOCAL, gone.id)
        acknowledge("not gone")
        service.work()

    def go_on(self, service: Service, number: int) -> None:
        """Do what is open."""
        del number
        service.work()

    def judged(self, database: Database, number: int, acknowledged: set[str]) -> list[str]:
        """Every plan that was promised is there, once; no job is open."""
        with database.engine.begin() as connection:
            mine = {"like": f"{number}:%"}
            plans = Counter(connection.scalars(text("SELECT name FROM plans WHERE name LIKE :like"), mine))
            rows = connection.execute(text("SELECT name, state, plan_id FROM jobs WHERE name LIKE :like"), mine).all()
            ids = set(connection.scalars(text("SELECT id FROM plans WHERE name LIKE :like"), mine))
        wanted = acknowledged - {"not gone"}
        wrong = [f"lost: {name}" for name in wanted if not plans[f"{number}:{name}"]]
        wrong += [f"doubled: {name}" for name, count in plans.items() if count > 1]
        wrong += [f"open: {row.name}" for row in rows if row.state not in ("done", "cancelled")]
        wrong += [f"without its plan: {row.name}" for row in rows if row.state == "done" and row.plan_id not in ids]
        if "not gone" in acknowledged and plans[f"{number}:gone"]:
            wrong.append("cancelled, and made")
        return wrong


def child(do: Callable[[], None]) -> int:
    """The status that a forked process ends with."""
    pid = os.fork()
    if pid == 0:
        try:
            do()
            os._exit(0)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
    return os.waitpid(pid, 0)[1]


def die_at(database: Database, point: int, counted: int) -> None:
    """Kill this process at the event of that number; tell how many there were through the file `counted`."""
    seen = 0

    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == point:
            os.kill(os.getpid(), signal.SIGKILL)
        os.pwrite(counted, f"{seen:9}".encode(), 0)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(database.engine, name, count)


def try_point(url: str, story: Story, point: int, number: int) -> tuple[int, list[str]]:
    """How many events there were, and what was lost or doubled by a death at event `point`."""
    reading, writing = os.pipe()
    counted = os.memfd_create("events")

    def first() -> None:
        service = Service(url)
        die_at(service.database, point, counted)
        story.live(service, number, lambda what: [os.write(writing, f"{what}\n".encode())])  # type: ignore[func-returns-value]

    def second() -> None:
        service = Service(url)
        time.sleep(2 * LEASE)
        service.desk.beat()
        story.go_on(service, number)

    ended = child(first)
    os.close(writing)
    with os.fdopen(reading) as told:
        acknowledged = set(told.read().split("\n")) - {""}
    wrong = [] if os.WIFSIGNALED(ended) or ended == 0 else ["the process failed"]
    events = int(os.pread(counted, 9, 0) or 0)
    os.close(counted)
    for _ in range(LOOKS):
        failed = [] if child(second) == 0 else ["the next process failed"]
        database = Database(url)
        found = [*failed, *story.judged(database, number, acknowledged)]
        database.close()
        if not found:
            break
        time.sleep(1.0)
    return events, wrong + found


def main(url: str, story: Story, points: list[int]) -> None:
    """Try the points, or as many as a whole run has events when there is but one, negative: every -n-th."""
    whole, wrong = try_point(url, story, NEVER, 0)
    chosen = range(1, whole + 1, -points[0]) if points[0] < 0 else points
    found = {point: faults for point in chosen if (faults := try_point(url, story, point, point)[1])}
    print(json.dumps({"events": whole, "points": len(chosen), "whole": wrong, "wrong": found}))


if __name__ == "__main__":
    from tests.app.jobs.clockwork import Clockwork

    STORIES: dict[str, Story] = {"jobs": Jobs(), "clockwork": Clockwork()}
    main(sys.argv[1], STORIES[sys.argv[2]], [int(each) for each in sys.argv[3:]])
