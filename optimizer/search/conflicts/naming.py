"""A minimal set of limits that cannot all hold, by divide and conquer.

QuickXplain (Junker 2004): a set that cannot hold is halved; what one half needs of the other is found by asking, for a
few subsets, whether any plan at all satisfies them. k culprits among n limits take about 2k·log₂(n/k) questions. Of
suspects that a relaxation names hardly any is idle: each of them is left out in turn, which takes n. A yes is shown by
a plan; only of the set that is found in the end it has to be proved that it cannot hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from optimizer.search.conflicts.questions import Questions

Ask = Callable[[list[str]], bool]


def minimal(names: Sequence[str], holds: Questions) -> list[str]:
    """A minimal conflict among names; empty where they can all hold."""
    suspects = holds.seeming(names)
    seeming = [] if suspects is None else _left(suspects, holds.seems)
    if seeming and not holds(seeming):
        return [name for name in names if name in seeming]
    found = holds.conflict(names)
    return [] if found is None else _needed([], [], [name for name in names if name in found], holds)


def _left(suspects: list[str], holds: Ask) -> list[str]:
    """What is left of suspects, the last first, once none of them can be left out."""
    left = suspects
    for suspect in reversed(suspects):
        others = [name for name in left if name != suspect]
        if others and not holds(others):
            left = others
    return left


def _needed(background: list[str], added: list[str], suspects: list[str], holds: Ask) -> list[str]:
    """The members of `suspects` that a minimal conflict needs, given that `background` stays."""
    if added and not holds(background):
        return []
    if len(suspects) == 1:
        return suspects
    half = len(suspects) // 2
    first, second = suspects[:half], suspects[half:]
    late = _needed(background + first, first, second, holds)
    early = _needed(background + late, late, first, holds)
    return early + late
