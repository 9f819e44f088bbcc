"""How much a caller may ask for, and a share of it that one process grants by itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`quota` requests in each window of `seconds`, which begins with the first of them."""

    name: str
    quota: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`granted` of a window's requests to one process; `left` for whoever comes next; the window ends in `seconds`.

    `window` names it: microseconds since 1970 at its end, by the database's clock.
    """

    window: int
    granted: int
    left: int
    seconds: float


NO_SHARE = Share(window=0, granted=0, left=0, seconds=0.0)
