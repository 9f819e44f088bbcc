"""Pages whose answer takes a solve: they come at once, and say how far it is until the answer is there."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from app.routes.preferring import Preferred
from app.services.answers import Pending
from optimizer.optimize import Progress
from optimizer.questions.frontier import Swept
from optimizer.wording import percent_up

MOMENT = 0.15  # seconds that a page waits for an answer before it comes without
LONGEST = 10.0  # that a script may have it wait instead


def _patience(preference: Preferred) -> float:
    return MOMENT if preference.wait is None else min(preference.wait, LONGEST)


Patience = Annotated[float, Depends(_patience)]


def far(pending: Pending) -> str:
    """How far a question is, in words.

    >>> far(Pending(seconds=2.4, news=Swept(points=3, of=15, seconds=2.0)))
    '3 of 15 points are solved, after 2 s'
    """
    match pending.news:
        case Swept() as swept:
            said = f"{swept.points} of {swept.of} points are solved"
        case Progress(gap=float() as gap):
            said = f"a plan is found that no other can better by more than {percent_up(gap)}"
        case _:
            said = "being solved"
    return f"{said}, after {pending.seconds:.0f} s" if pending.seconds >= 1 else said
