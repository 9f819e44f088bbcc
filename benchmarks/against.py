"""One budget, concave curves: Headrace, a numpy floor and every peer, side by side, each with its regret.

Regret is lost value over the least bound that was proved, measured on the true curves by a witness of its own.
"""

from __future__ import annotations

from benchmarks.concave import Wire
from benchmarks.floor import water_filling
from benchmarks.peers import PEERS, for_cones, missing
from benchmarks.scenario import domain, spend_of, untouched
from benchmarks.timing import REPEATS, milliseconds, percent, timed
from optimizer.optimize import optimize
from tests.oracles import instances
from tests.oracles.curves import Witness

SIZES = (5, 20, 1000)
HEAD = ["one budget, concave", "floor", "Headrace", "of floor", "gap", "regret"]


def rows(cap: float) -> list[list[str]]:
    """One line an instance; peers stop after `cap` seconds."""
    head = [*HEAD, *(f"{peer} (of ours, regret)" for peer in PEERS)]
    return [head, *(_row(size, cap) for size in SIZES)]


def _row(size: int, cap: float) -> list[str]:
    document = instances.one_period(size, 1)
    scenario, scenarios = domain(document), untouched(document, REPEATS)
    floor, least = timed(lambda: water_filling(document))
    own, plan = timed(lambda: optimize(next(scenarios)))
    assert plan.bound is not None
    assert plan.gap is not None
    bound = min(least.bound, plan.bound)
    regret = 1.0 - Witness(document).objective(spend_of(plan, scenario)) / bound
    told = [milliseconds(floor), milliseconds(own), f"{own / floor:.1f} x", f"{plan.gap:.1e}", percent(regret)]
    return [f"{size} tactics", *told, *(_peer(peer, document, own, cap) for peer in PEERS)]


def _peer(peer: str, document: Wire, own: float, cap: float) -> str:
    if missing(peer):
        return "missing"
    asked = for_cones(document) if peer == "Clarabel" else document
    bound = water_filling(asked).bound
    seconds, spend = timed(lambda: PEERS[peer](asked, cap))
    regret = percent(1.0 - Witness(asked).objective(spend) / bound)
    return f"{'> ' if seconds >= cap else ''}{milliseconds(seconds)} ({seconds / own:.2g} x, {regret})"
