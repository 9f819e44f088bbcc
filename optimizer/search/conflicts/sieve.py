"""A first, fast answer to whether limits can all hold, from one linear relaxation that is kept.

That they cannot is proved by the multipliers of an infeasible relaxation (Farkas), checked on the true curves without
the solver; the rows with a multiplier are a small conflict already. That they can is shown by a point of the relaxation
that keeps them on the true curves. Where neither shows, a search has to answer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from optimizer.search.bound import dual_bound
from optimizer.search.conflicts.switches import Array, Flags, Switches
from optimizer.search.hull import Box

NOTHING = 1e-9  # a multiplier below this share of the largest proves nothing
PROVED = 1e-9  # by which the multipliers' sum must miss, in the size of its terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether limits can all hold, None where it does not show; `names` that do hold together, or that cannot."""

    holds: bool | None
    names: frozenset[str] = frozenset()


class Sieve:
    """Asks the relaxation."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        far = switches.far
        gives = switches.elastic.places(far)
        high = far.high.copy()
        high[gives] = 0.0
        self._box = Box(low=far.low, high=high)

    def __call__(self, names: Collection[str]) -> Verdict:
        """Whether the named limits can all hold, as far as the relaxation shows."""
        on = self._switches.only(names)
        self._switches.give(self._switches.own([]))
        last = None
        for outcome, spend in self._switches.points():
            if outcome.ending == "infeasible":
                return self._proof(on)
            if spend is None:
                return Verdict(holds=None)
            kept, last = self._switches.broken.kept(spend), outcome
            if kept.issuperset(names):
                return Verdict(holds=True, names=kept)
        for _, spend in self._switches.dives(last) if last is not None else ():
            kept = self._switches.broken.kept(spend)
            if kept.issuperset(names):
                return Verdict(holds=True, names=kept)
        return Verdict(holds=None)

    def _proof(self, on: Flags) -> Verdict:
        """The limits whose multipliers prove that they cannot hold together; nothing where they prove nothing."""
        ray = self._switches.ray()
        if ray is None:
            return Verdict(holds=None)
        duals = np.where(on, ray, 0.0) / (float(np.abs(ray).max(initial=0.0)) or 1.0)
        duals[np.abs(duals) <= NOTHING] = 0.0
        if not self._missed(duals):
            return Verdict(holds=None)
        proving = (duals != 0.0) & ~self._switches.always
        return Verdict(holds=False, names=frozenset(self._switches.owners[proving].tolist()))

    def _missed(self, duals: Array) -> bool:
        """Whether no point within the far limits, on the true curves, keeps the rows' sum by these multipliers."""
        far = replace(self._switches.far, cost=np.zeros(len(self._switches.far.cost)))
        middle = 0.5 * (far.low + far.high)
        missed = dual_bound(far, duals, self._switches.hull, self._switches.region, self._box, middle)
        limits = np.where(duals > 0, far.matrix.lower, np.where(duals < 0, far.matrix.upper, 0.0))
        return missed > PROVED * float(np.abs(duals * limits).sum())
