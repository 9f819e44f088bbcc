"""Asking work to end."""

from __future__ import annotations

from app.services.stop import Stop


def test_it_calls_while_the_work_is_done_and_never_after() -> None:
    """Within the block, or at its beginning when it was set before."""
    called: list[str] = []
    stop = Stop()
    with stop.calls(lambda: called.append("gone")):
        pass
    with stop.calls(lambda: called.append("during")):
        stop.set()
    with stop.calls(lambda: called.append("late")):
        pass
    assert (called, stop.is_set) == (["during", "late"], True)
