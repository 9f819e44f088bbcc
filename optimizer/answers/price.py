"""What a limit is worth, and from where to where that holds."""

from __future__ import annotations

from typing import NamedTuple

from optimizer.problem.side import Side

DECIDED = "with the chosen on/off decisions fixed"
STOPPED = "for the plan as it was chosen when time was up, and what is near it"
ENDLESS = "infinite: the limit alone keeps money from a curve that rises without end at 0"
SHUT = "not worked out: the limit leaves what it speaks of no room at all"
LITTLE = "for a small move of the limit; how far it may move before it is worth something was not worked out"
UNTOLD = "as far as is told, and how much further was not worked out"


def given(decided: bool, stopped: bool, untold: bool = False) -> str | None:
    """What prices take as given, and that their range may be longer than is told; None for nothing.

    >>> given(True, True).count("; ")
    1
    """
    return "; ".join([DECIDED] * decided + [STOPPED] * stopped + [UNTOLD] * untold) or None


class Price(NamedTuple):
    """∂objective/∂limit on the side that loosens the limit [objective per unit of the limit].

    `side` is the side it belongs to, None where the price is 0. It changes by at most 1 % for limits from `holds_from`
    to `holds_to`; None where there is no end. `note` says what it takes as given, and that it may hold further than is
    told, where that was not worked out. A value of None is no number: the note says why.
    """

    value: float | None
    side: Side | None = None
    holds_from: float | None = None
    holds_to: float | None = None
    note: str | None = None
