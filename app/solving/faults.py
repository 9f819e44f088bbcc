"""What can happen to a solve, as errors whose sender may try again."""

from __future__ import annotations

import signal

from app.errors import BusyError
from optimizer.errors import SolverFault


def timed_out(seconds: float) -> SolverFault:
    """The process was killed at its deadline."""
    return SolverFault(
        "solver_timeout",
        "",
        f"the solver did not stop within {seconds:g} s and was ended",
        "send it again, with a wider solve.gap or a smaller scenario",
    )


def died(exit_code: int | None) -> SolverFault:
    """The process ended by itself, or was ended from outside: that says nothing against the scenario."""
    if exit_code == -signal.SIGKILL:
        return SolverFault("solver_killed", "", "the solver process was ended from outside", "send it again")
    return SolverFault("solver_died", "", f"the solver process ended ({_manner(exit_code)})", "send it again")


def failed(kind: str) -> SolverFault:
    """The process lives, but its answer is no plan."""
    return SolverFault(
        "solver_failed", "", f"the solver failed ({kind})", "send it again, or report it with the digest"
    )


def busy(waiting: int) -> BusyError:
    """The queue is full, or the wait in it was too long."""
    return BusyError("busy", "", f"{waiting} other solves are running or waiting", "try again in a few seconds")


def _manner(exit_code: int | None) -> str:
    if exit_code is None:
        return "cause unknown"
    if exit_code >= 0:
        return f"exit code {exit_code}"
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return f"signal {-exit_code}"
