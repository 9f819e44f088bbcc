"""One worker process, ended from several threads."""

from __future__ import annotations

import threading
import time

import pytest

from app.solving.worker import Worker


class Life:
    """A pipe whose closing takes a moment."""

    def __init__(self) -> None:
        self.closing = self.at_once = 0

    def close(self) -> None:
        """Count who is here at the same time."""
        self.closing += 1
        self.at_once = max(self.at_once, self.closing)
        time.sleep(0.05)
        self.closing -= 1


def test_two_that_end_it_close_its_pipe_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A descriptor that is closed twice may be another's by then."""
    worker, life = Worker("tests.app.fake_solver:solve"), Life()
    pipe = worker._life
    monkeypatch.setattr(worker, "_life", life)
    threads = [threading.Thread(target=worker.kill) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe.close()
    assert life.at_once == 1
