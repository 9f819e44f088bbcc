"""Functions for worker processes: each dies, or lives, in its own way."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Callable

from optimizer.errors import ScenarioError

Report = Callable[[object], object]


class Poison:
    """Pickles well, and cannot be read at the other end."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("raise RuntimeError('poison')",)


def work() -> str:
    """A quarter of a second, by its own clock."""
    began = time.process_time()
    while time.process_time() - began < 0.25:
        pass
    return "worked"


def behave(manner: str, report: Report) -> object:
    """Do what `manner` says; anything unknown is sent back."""
    deeds = {
        "hang": lambda: time.sleep(600),
        "spin": spin,
        "burn": burn,
        "work": work,
        "abort": os.abort,
        "segfault": lambda: ctypes.string_at(0),
        "exit": lambda: sys.exit(0),
        "exit silently": lambda: os._exit(0),
        "raise": fail,
        "memory": lambda: bytearray(1 << 62),
        "poison": Poison,
        "refuse": refuse,
        "report": lambda: list(map(report, range(3))),
        "pid": os.getpid,
        "leave": leave,
    }
    return deeds.get(manner, lambda: manner)()


def spin() -> None:
    """Hold the interpreter so that no Python signal handler runs."""
    ctypes.PyDLL(None).sleep(600)


def leave() -> None:
    """Close every pipe, and go on living."""
    os.closerange(3, 100)
    time.sleep(600)


def burn() -> None:
    """The same, and the processor with it."""
    sum(range(10**13))


def fail() -> None:
    """An unexpected error that speaks of data."""
    raise RuntimeError("secret of the scenario")


def refuse() -> None:
    """An expected error."""
    raise ScenarioError("no_budget", "budget", "nothing limits the spend", "give a budget")


def nap(seconds: float, _: Report) -> float:
    """Sleep, then answer."""
    time.sleep(seconds)
    return seconds


def hold(size: int, _: Report) -> int:
    """Hold `size` bytes of memory."""
    return len(bytearray(size))
