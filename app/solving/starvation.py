"""How long a process was kept from running by others: that is no fault of what it does."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

LONGEST = 60.0  # seconds that a solve is given at most for the time in which it could not run
GLANCE = 0.05  # seconds in which a thread that has a processor gets on


def waited(pid: int) -> float:
    """For how long a thread of the process was ready and got no processor [s]; 0 where the system does not tell.

    The second figure of Linux's schedstat; what sleeps or spins does not wait.
    """
    longest = 0
    with suppress(OSError, ValueError, IndexError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            longest = max(longest, int((thread / "schedstat").read_text().split()[1]))
    return longest / 1e9


def starving(pid: int) -> bool:
    """Whether a thread of the process is ready and gets no processor now: `waited` learns of it only afterwards."""
    before = _ready(pid)
    time.sleep(GLANCE)
    after = _ready(pid)
    return any(before.get(thread) == ran for thread, ran in after.items())


def _ready(pid: int) -> dict[str, int]:
    """For how long each thread that is ready or runs has run so far [ns]."""
    found: dict[str, int] = {}
    with suppress(OSError, ValueError, IndexError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            if (thread / "stat").read_text().rpartition(")")[2].split()[0] == "R":
                found[thread.name] = int((thread / "schedstat").read_text().split()[0])
    return found
