"""How long a process was kept from running by others: that is no fault of what it does."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

LONGEST = 60.0  # seconds that a solve is given at most for the time in which it could not run


def waited(pid: int) -> float:
    """For how long a thread of the process was ready and got no processor [s]; 0 where the system does not tell.

    The second figure of Linux's schedstat; what sleeps or spins does not wait.
    """
    longest = 0
    with suppress(OSError, ValueError, IndexError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            longest = max(longest, int((thread / "schedstat").read_text().split()[1]))
    return longest / 1e9
