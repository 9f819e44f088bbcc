"""What a plan is called that differs from another by a few limits: by its change, unless somebody says otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.answers.plan import Relaxation
from optimizer.problem.limits import BUDGET
from optimizer.problem.movable import SHARE
from optimizer.wording import percent, plain, quantity

LONGEST = 300  # letters of a name
TOLD = 2  # changes that a name tells one by one
SIDES = {"at_least": "at least", "at_most": "at most", "exactly": "exactly"}
FIGURE = r"-?[\d.,]*\d(?: %)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A side of the limit `item` that is put elsewhere; without a side it is left out."""

    item: str
    side: str | None
    to: float | None
    unit: str | None

    @classmethod
    def of(cls, change: Relaxation) -> Change:
        """The change that a conflict proposes."""
        return cls(item=change.item, side=change.side, to=change.to, unit=change.unit)

    @property
    def limit(self) -> str:
        """Which limit it is: of a budget there is one side only."""
        budget = self.item.partition(" of ")[0] == BUDGET
        return self.item if budget or self.side is None else f"{self.item} {SIDES.get(self.side, self.side)}"

    @property
    def words(self) -> str:
        """The change in a few words."""
        if self.to is None:
            return f"without {self.item}"
        return f"{self.limit} {_figure(self.to, self.unit)}"


def renamed(name: str, changes: Sequence[Change]) -> str:
    """The name with what is changed behind it, in place of what it said of the same limits before.

    >>> less = Change(item="budget", side="at_most", to=120000.0, unit="money")
    >>> renamed("Spring plan", [less]), renamed("Spring plan, budget 150,000, tv", [less])
    ('Spring plan, budget 120,000', 'Spring plan, tv, budget 120,000')
    """
    for change in changes:
        name = re.sub(rf", {re.escape(change.limit)} {FIGURE}(?=, |$)", "", name)
    told = [change.words for change in changes[:TOLD]]
    if len(changes) > TOLD:
        told.append(f"{len(changes) - TOLD} more changed")
    return named(name, ", ".join(["", *told] if told else ["", "copy"]))


def named(name: str, behind: str) -> str:
    """The name with something behind it, of which most is kept where both are long.

    >>> len(named("a" * 300, ", copy")), named("a" * 300, ", copy")[-8:]
    (300, 'a…, copy')
    """
    room = max(LONGEST // 2, LONGEST - len(behind))
    return ((name if len(name) <= room else f"{name[: room - 1]}…") + behind)[:LONGEST]


def begun(period: str) -> str:
    """What stands behind the name of a plan for the rest of the time.

    >>> begun("2027-03")
    ', from 2027-03'
    """
    return f", from {period}"


def _figure(value: float, unit: str | None) -> str:
    if unit == SHARE:
        return percent(value)
    return plain(value, 2) if abs(value) >= 1 else quantity(value)
