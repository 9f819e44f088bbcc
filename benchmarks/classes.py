"""Every class of scenario: time, times the floor where there is one, and what was proved.

Time limits are of the processor, so that what else runs does not shorten them. S-shaped scenarios stand beside SLSQP's
best of 20 starts on the same instance.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import local
from benchmarks.concave import Wire
from benchmarks.floor import Certified, interior_point
from benchmarks.floor_with_shares import with_shares
from benchmarks.scenario import untouched
from benchmarks.timing import milliseconds, timed
from optimizer.optimize import optimize
from tests.oracles import instances

CALLS = 3
HEAD = ["class", "Headrace", "of floor", "gap", "status", "programs", local.HEAD]


@dataclass(frozen=True, slots=True)
class Line:
    """One instance, and its floor where there is one; local search is asked where there is none."""

    name: str
    scenario: Wire
    floor: Callable[[Wire], Certified] | None = None


def lines(*, large: bool) -> list[Line]:
    """Groups, regions, adstock; then the same with S-shapes, and tables. The largest are left out unless `large`."""
    wide, quarter = {"limits": "wide"}, {"gap": 1e-4, "time_limit": 10}
    found = [
        Line("1000 tactics + 5 shares", instances.with_shares(instances.one_period(1000, 1)), with_shares),
        Line("20 x 50 regions + 70 shares", instances.regional(20, 50, 1), with_shares),
        *(Line(f"adstock {n} x 52", instances.weekly(n, 1), interior_point) for n in (10, 100)),
        Line("S-shaped 20", instances.one_period(20, 1, s_share=1.0, limits="wide")),
        Line("S-shaped 1000", instances.one_period(1000, 1, s_share=1.0, limits="wide")),
        Line(
            "S-shaped 200 + 5 shares",
            instances.with_shares(instances.one_period(200, 1, s_share=1.0, **wide)),  # type: ignore[arg-type]
        ),
        Line(
            "S-shaped 20 x 50 regions", instances.regional(20, 50, 1, s_share=1.0) | {"solve": quarter | {"gap": 1e-5}}
        ),
        *(Line(f"{n} bent tables", instances.tables(n, 1, bent=True)) for n in (20, 1000)),
        *(
            Line(f"S-shaped adstock {n} x 52", instances.weekly(n, 1, s_share=1.0) | {"solve": quarter})
            for n in (10, 20)
        ),
    ]
    if large:
        slow = {"gap": 1e-5, "time_limit": 300}
        found += [
            Line("S-shaped 5000", instances.one_period(5000, 1, s_share=1.0, limits="wide")),
            Line("adstock 1000 x 52, 1e-5", instances.weekly(1000, 1) | {"solve": slow}, interior_point),
        ]
    return found


def rows(cap: float, *, large: bool) -> list[list[str]]:
    """One line a class; local search stops after `cap` seconds."""
    return [HEAD, *(_row(line, cap) for line in lines(large=large))]


def _row(line: Line, cap: float) -> list[str]:
    scenarios = untouched(line.scenario, CALLS)
    own, plan = timed(lambda: optimize(next(scenarios), clock=time.process_time), CALLS)
    floor = "" if line.floor is None else f"{own / timed(lambda: line.floor(line.scenario), CALLS)[0]:.1f} x"  # type: ignore[misc]
    gap = "none" if plan.gap is None else f"{plan.gap:.1e}"
    beside = "" if line.floor else local.best(line.scenario, cap).beside(own, plan.bound or 0.0)
    return [line.name, milliseconds(own), floor, gap, plan.status, str(plan.provenance.rounds), beside]
