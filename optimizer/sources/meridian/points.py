"""Points of a response curve, as every file of Meridian's has them → a tabulated curve.

x is the spend of a channel over the whole interval, y the posterior mean of its incremental outcome over it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from optimizer.curves import ResponseCurve, Tabulated
from optimizer.errors import FileError
from optimizer.problem.tactic import SpendLimits
from optimizer.sources.curve_set import FittedCurve, Interval

LEVEL = 0.9  # Meridian's default, where the file does not say
MOST_POINTS = 10_000
ROUNDING = 1e-9  # of the largest outcome, that a curve may fall without a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Spend, mean outcome and the ends of its credible interval; NaN where the file has none."""

    spend: float
    mean: float
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel's points and what else the file says of it; `probability` is that of the intervals."""

    name: str
    points: tuple[Point, ...]
    current: float | None = None
    limits: SpendLimits | None = None
    probability: float = LEVEL

    def curve(self, revenue: bool | None) -> FittedCurve:
        """The channel as a fitted curve: straight between points, limited to them where it does not start at 0."""
        kept = _in_order(self.name, self.points)
        rising, notes = _rising(kept)
        points = tuple((point.spend, value) for point, value in zip(kept, rising, strict=True))
        if points[0][0] > 0.0:  # incremental: nothing spent brings nothing
            points = ((0.0, 0.0), *points)
            notes.append(f"Below {points[1][0]:,.0f} the file says nothing; spend is kept above it.")
        return FittedCurve(
            name=self.name,
            response=ResponseCurve(members=(Tabulated(points=points),)),
            spend=self.limits or _own_limits(kept),
            current_spend=self.current,
            largest_seen=self.current,
            revenue_per_outcome=1.0 if revenue else None,
            interval=self._interval(kept),
            notes=tuple(notes),
        )

    def _interval(self, kept: list[Point]) -> Interval | None:
        known = tuple((p.spend, p.low, p.high) for p in kept if p.low <= p.high)  # NaN is neither
        return Interval(probability=self.probability, points=known) if known else None


def spend_at_one(drawn: Iterable[tuple[float, float]]) -> float | None:
    """The spend at multiplier 1, from (multiplier, spend) pairs in proportion: that nearest to 1 tells.

    >>> spend_at_one([(0.0, 0.0), (0.9, 90.0), (1.25, 125.0)])
    100.0
    """
    nearest = min((pair for pair in drawn if pair[0] > 0.0), key=lambda pair: abs(pair[0] - 1.0), default=None)
    return None if nearest is None else nearest[1] / nearest[0]


def curves_of(channels: Iterable[Channel], revenue: bool | None) -> tuple[FittedCurve, ...]:
    """The curves of all channels that have points."""
    made = tuple(channel.curve(revenue) for channel in channels if len(channel.points) > 1)
    if not made:
        raise FileError("no_curves", "", "holds no response curve", "export response curves from Meridian")
    return made


def _in_order(name: str, points: tuple[Point, ...]) -> list[Point]:
    if len(points) > MOST_POINTS:
        raise FileError("incomplete_export", name, f"has more than {MOST_POINTS} points", "export fewer")
    known = {point.spend: point for point in points if math.isfinite(point.spend) and math.isfinite(point.mean)}
    kept = [known[spend] for spend in sorted(known)]
    if len(kept) < 2 or kept[0].spend < 0.0:
        raise FileError("incomplete_export", name, "has fewer than two points of spend", "export its response curve")
    return kept


def _rising(points: list[Point]) -> tuple[list[float], list[str]]:
    """The means, held where they would fall: more spend never brings less here."""
    values, top = [], 0.0
    for point in points:
        top = max(top, point.mean)
        values.append(top)
    fall = max((value - point.mean for value, point in zip(values, points, strict=True)), default=0.0)
    told = "Its curve falls somewhere; it was held level there."
    return values, [told] if fall > ROUNDING * top else []


def _own_limits(points: list[Point]) -> SpendLimits:
    """A grid that starts above 0 says nothing of less spend."""
    first = points[0].spend
    return SpendLimits(at_least=first, at_most=points[-1].spend) if first > 0.0 else SpendLimits()
