"""One budget, concave curves: Headrace, a numpy floor and every peer, side by side over some seeds, with their regret.

Regret is lost value over the least bound that was proved, measured on the true curves by a witness of its own.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from benchmarks.concave import Wire
from benchmarks.floor import water_filling
from benchmarks.peers import CONIC, PEERS, NoAnswerError, for_cones, missing
from benchmarks.scenario import domain, spend_of, untouched
from benchmarks.timing import REPEATS, milliseconds, percent, timed
from optimizer.optimize import optimize
from tests.oracles import instances
from tests.oracles.curves import Witness

SIZES = (5, 20, 1000)
HEAD = ["one budget, concave", "floor", "Headrace", "of floor", "gap", "regret"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One who allocates, on one instance: seconds, times those of Headrace, regret, and whether time was up."""

    seconds: float
    regret: float
    of_ours: float = 1.0
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One instance: what it takes numpy, and Headrace, and the gap that Headrace proves."""

    document: Wire
    floor: float
    own: Seen
    gap: float

    @classmethod
    def of(cls, document: Wire) -> Case:
        scenario, scenarios = domain(document), untouched(document, REPEATS)
        floor, least = timed(lambda: water_filling(document))
        seconds, plan = timed(lambda: optimize(next(scenarios)))
        assert plan.bound is not None
        assert plan.gap is not None
        value = Witness(document).objective(spend_of(plan, scenario))
        return cls(document, floor, Seen(seconds, 1.0 - value / min(least.bound, plan.bound)), plan.gap)


def rows(seeds: int, cap: float) -> list[list[str]]:
    """One line a size: medians over seeds, and from the least to the most; peers stop after `cap` seconds."""
    head = [*HEAD, *(f"{peer}: time, of ours, regret" for peer in PEERS)]
    return [head, *(_row(size, seeds, cap) for size in SIZES)]


def _row(size: int, seeds: int, cap: float) -> list[str]:
    cases = [Case.of(instances.one_period(size, seed)) for seed in range(1, seeds + 1)]
    told = [
        milliseconds(statistics.median(case.floor for case in cases)),
        milliseconds(statistics.median(case.own.seconds for case in cases)),
        _spread([case.own.seconds / case.floor for case in cases]),
        f"{max(case.gap for case in cases):.1e}",
        percent(max(case.own.regret for case in cases)),
    ]
    return [f"{size} tactics", *told, *(_told(peer, cases, cap) for peer in PEERS)]


def _told(peer: str, cases: list[Case], cap: float) -> str:
    """Median time, times that of Headrace, the median and the largest regret; one that time stopped has one seed."""
    if missing(peer):
        return "missing"
    first = _peer(peer, cases[0], cap)
    stopped = first is not None and first.stopped
    tried = [first] if stopped else [first, *(_peer(peer, case, cap) for case in cases[1:])]
    seen = [found for found in tried if found is not None]
    if not seen:
        return "failed"
    more, lost = "> " if stopped else "", [each.regret for each in seen]
    told = [
        f"{more}{milliseconds(statistics.median(each.seconds for each in seen))}",
        f"{more}{_spread([each.of_ours for each in seen])}",
        f"{percent(statistics.median(lost))}, most {percent(max(lost))}",
    ]
    return ", ".join(told + [f"{len(tried) - len(seen)} failed"] * (len(seen) < len(tried)))


def _peer(peer: str, case: Case, cap: float) -> Seen | None:
    asked = for_cones(case.document) if peer in CONIC else case.document
    bound = water_filling(asked).bound
    try:
        seconds, spend = timed(lambda: PEERS[peer](asked, cap))
    except NoAnswerError:
        return None
    return Seen(seconds, 1.0 - Witness(asked).objective(spend) / bound, seconds / case.own.seconds, seconds >= cap)


def _spread(times: list[float]) -> str:
    """The median of some ratios, and from the least to the most."""
    median = f"{statistics.median(times):.3g} x"
    return median if len(times) == 1 else f"{median} ({min(times):.2g} to {max(times):.2g})"
