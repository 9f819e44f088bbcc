"""A first, fast answer to whether limits can all hold, from one linear relaxation that is kept.

That they cannot is proved by the multipliers of an infeasible relaxation (Farkas), checked on the true curves without
the solver; the rows with a multiplier are a small conflict already. That they can is shown by a point of the relaxation
that keeps them on the true curves. Where neither shows, a search has to answer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from optimizer.search.conflicts.switches import Array, Flags, Switches

NOTHING = 1e-9  # a multiplier below this share of the largest proves nothing
PROVED = 1e-9  # by which the multipliers' sum must miss, in the size of its terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether limits can all hold, None where it does not show; `names` that do hold together, or that cannot.

    Of those that cannot, those come first that have most to do with it. `spend` [money] is that of a plan that shows
    that they can.
    """

    holds: bool | None
    names: Collection[str] = ()
    spend: Array | None = None


class Sieve:
    """Asks the relaxation."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    def __call__(self, names: Collection[str], *, prove: bool = True) -> Verdict:
        """Whether the named limits can all hold, as far as the relaxation shows; that they cannot may be unproved."""
        on = self._switches.only(names)
        self._switches.give(self._switches.own([]))
        last = None
        for outcome, spend in self._switches.points():
            if outcome.ending == "infeasible":
                return self._proof(on, names, prove=prove)
            if spend is None:
                return Verdict(holds=None)
            kept, last = self._switches.broken.kept(spend), outcome
            if kept.issuperset(names):
                return Verdict(holds=True, names=kept, spend=spend)
            if self._switches.bridged(outcome):
                break
        for _, spend in self._switches.dives(last) if last is not None else ():
            kept = self._switches.broken.kept(spend)
            if kept.issuperset(names):
                return Verdict(holds=True, names=kept, spend=spend)
        return Verdict(holds=None)

    def _proof(self, on: Flags, asked: Collection[str], *, prove: bool) -> Verdict:
        """Limits whose multipliers prove that they cannot hold together; nothing where they prove nothing.

        The relaxation looks near by only: where a proof rests on that, it needs the limits that keep spends near, too.
        """
        ray = self._switches.ray()
        if ray is None:
            return Verdict(holds=None)
        duals = np.where(on, ray, 0.0) / (float(np.abs(ray).max(initial=0.0)) or 1.0)
        duals[np.abs(duals) <= NOTHING] = 0.0
        proving = (duals != 0.0) & ~self._switches.always
        names = self._ordered(duals, proving)
        beside = tuple(sorted((self._switches.near & frozenset(asked)) - frozenset(names)))
        for named in (names, names + beside) if prove else ():
            missed, terms = self._switches.missed(named, duals)
            if missed > PROVED * terms:
                return Verdict(holds=False, names=named)
        return Verdict(holds=None) if prove else Verdict(holds=False, names=names)

    def _ordered(self, duals: Array, proving: Flags) -> tuple[str, ...]:
        """The limits with multipliers, those first that could give most of what is missed."""
        gives = np.abs(duals) * self._switches.distances
        most: dict[str, float] = {}
        for owner, amount in zip(self._switches.owners[proving].tolist(), gives[proving].tolist(), strict=True):
            most[owner] = most.get(owner, 0.0) + amount
        return tuple(sorted(most, key=lambda name: -most[name]))
