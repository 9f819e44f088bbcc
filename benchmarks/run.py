"""This library beside scipy's SLSQP and a numpy floor, in one run: python -m benchmarks.run [--quick]

Each cell is the median of five on this machine, now; compare columns of one run, never figures of two.
Regret is measured on the true curves, against the least bound that any of them proved.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.schemas.scenario import ScenarioIn
from benchmarks import conflict, frontier, risk, river
from benchmarks.concave import Array, Carry, Concave, Wire
from benchmarks.floor import Certified, interior_point, water_filling
from optimizer.optimize import optimize
from tests.oracles import instances, slsqp
from tests.oracles.curves import Witness

SLSQP_CAP = 60.0  # seconds; a run that reaches it is reported as "> 60 s"
REPEATS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One instance: what to solve, and which structure the floor may know of."""

    name: str
    scenario: Wire
    floor: Callable[[Wire], Certified]


@dataclass(frozen=True, slots=True)
class Timed:
    """Median seconds of the repeats, and the last spend; `bound` where one was proved."""

    seconds: float
    spend: Array
    bound: float = np.inf
    capped: bool = False


def lines() -> list[Line]:
    """5, 20 and 1000 tactics under one budget; 10 tactics over 52 weeks of adstock. All concave."""
    single = [Line(f"{n} tactics", instances.one_period(n, 1), water_filling) for n in (5, 20, 1000)]
    return [*single, Line("10 tactics x 52 weeks, adstock", instances.weekly(10, 1), interior_point)]


def _median(solve: Callable[[], object], repeats: int) -> float:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        solve()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def run_floor(line: Line) -> Timed:
    """The structured numpy method, data preparation included."""
    found = line.floor(line.scenario)
    return Timed(_median(lambda: line.floor(line.scenario), REPEATS), found.spend, found.bound)


def run_headrace(line: Line) -> Timed:
    """The public call, on the domain's scenario."""
    scenario = ScenarioIn.model_validate(line.scenario).to_domain()
    plan = optimize(scenario)
    cells = {(cell.tactic, cell.period): cell.spend for cell in plan.allocations}
    spend = np.array([cells[tactic.name, period] for tactic in scenario.tactics for period in scenario.periods])
    return Timed(_median(lambda: optimize(scenario), REPEATS), spend, plan.bound or np.inf)


def run_slsqp(line: Line, cap: float) -> Timed:
    """PyMC-Marketing's settings, vectorised value and gradient, from the equal split; one run when it
    is slow."""
    curves, carry = Concave(line.scenario), Carry(line.scenario)
    start = slsqp.equal_split(line.scenario)

    def solve() -> Array:
        return slsqp.climb(
            line.scenario,
            lambda x: float(curves.value(carry.push(x)).sum()),
            lambda x: np.minimum(carry.pull(curves.slope(carry.push(x))), slsqp.STEEPEST),
            start,
            cap,
        )

    begun = time.perf_counter()
    spend = solve()
    taken = time.perf_counter() - begun
    return Timed(taken if taken > 2.0 else _median(solve, REPEATS), spend, capped=taken >= cap)


def row(line: Line, cap: float) -> list[str]:
    """One line of the table."""
    floor, own, peer = run_floor(line), run_headrace(line), run_slsqp(line, cap)
    witness = Witness(line.scenario)
    bound = min(floor.bound, own.bound)
    regrets = [_percent(1.0 - witness.objective(timed.spend) / bound) for timed in (floor, own, peer)]
    more = "> " if peer.capped else ""
    return [
        line.name,
        f"{1e3 * floor.seconds:.1f} ms",
        f"{1e3 * own.seconds:.1f} ms ({own.seconds / floor.seconds:.1f} x floor)",
        f"{more}{1e3 * peer.seconds:.1f} ms ({more}{peer.seconds / own.seconds:.1f} x ours)",
        *regrets,
    ]


def _percent(regret: float) -> str:
    return "0" if regret <= 0 else f"{100 * regret:.1g} %"


HEAD = ["instance", "numpy floor", "Headrace", "SLSQP", "regret: floor", "Headrace", "SLSQP"]


def show(rows: list[list[str]]) -> None:
    """The rows as an aligned table."""
    widths = [max(len(cells[column]) for cells in rows) for column in range(len(rows[0]))]
    for cells in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="SLSQP stops after 5 s instead of 60")
    cap = 5.0 if parser.parse_args().quick else SLSQP_CAP
    show([HEAD, *(row(line, cap) for line in lines())])
    print(f"\nmedian of {REPEATS}; one BLAS thread; SLSQP: scipy, ftol 1e-9, maxiter 1000, at most {cap:.0f} s.")
    print("The floor certifies its own optimum: below 1e-12 for one budget, 1e-9 for adstock.\n")
    show([river.HEAD, *river.rows()])
    print()
    show([risk.HEAD, *risk.rows()])
    print()
    show(frontier.rows())
    print()
    show([conflict.HEAD, *conflict.rows()])


if __name__ == "__main__":
    main()
