"""Times in one run, and tables. Seconds of this process: a machine that others share stretches those of the clock."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
REPEATS = 5
SLOW = 2.0  # seconds beyond which one run has to do


def timed(call: Callable[[], T], repeats: int = REPEATS) -> tuple[float, T]:
    """Median seconds of some calls after the first, whose answer it is; of a slow call, the first alone."""
    start = time.process_time()
    answer = call()
    first = time.process_time() - start
    if first > SLOW:
        return first, answer
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return statistics.median(taken), answer


def peak() -> float:
    """The most memory that this process has held [MiB]; where the system does not tell it so, nothing."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((float(line.split()[1]) / 1024.0 for line in lines if line.startswith("VmHWM")), float("nan"))


def show(rows: list[list[str]]) -> None:
    """Rows as an aligned table, the head first."""
    widths = [max(len(cells[column]) for cells in rows) for column in range(len(rows[0]))]
    for cells in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip(), flush=True)
    print(flush=True)


def milliseconds(seconds: float) -> str:
    """Three digits."""
    return f"{1e3 * seconds:.3g} ms"


def percent(regret: float) -> str:
    """Two digits of a share; 0 where nothing is lost."""
    return "0" if regret <= 0 else f"{100 * regret:.1e} %" if regret < 1e-4 else f"{100 * regret:.2g} %"
