"""The line before the solvers: by rank, then by arrival; whoever leaves it is in nobody's way."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.services.stop import Stop
from app.solving.line import Line, LineClosed


def test_the_lowest_rank_first_then_who_came_first() -> None:
    """Four who wait for one thing get it in turn."""
    line = Line[str]()
    served: list[str] = []

    def wait(name: str, rank: int) -> None:
        thing = line.take(rank, None)
        served.append(name)
        assert thing is not None
        line.put(thing)

    with ThreadPoolExecutor(4) as threads:
        for name, rank in (("batch", 3), ("first", 0), ("second", 0), ("scheduled", 2)):
            threads.submit(wait, name, rank)
            time.sleep(0.05)
        line.put("solver")
    assert served == ["first", "second", "scheduled", "batch"]


def test_leaving_the_line() -> None:
    """Out of patience, or stopped: None, and those behind are served."""
    line, stop = Line[str](), Stop()
    assert line.take(0, 0.01) is None
    with ThreadPoolExecutor(2) as threads:
        stopped = threads.submit(line.take, 0, None, stop)
        time.sleep(0.05)
        behind = threads.submit(line.take, 1, None)
        stop.set()
        assert stopped.result(timeout=5) is None
        line.put("solver")
        assert behind.result(timeout=5) == "solver"


def test_a_closed_line() -> None:
    """Everybody goes home."""
    line = Line[str]()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(line.take, 0, None)
        time.sleep(0.05)
        line.close()
        with pytest.raises(LineClosed):
            waiting.result(timeout=5)
