"""Headrace beside a numpy floor and its peers, in one run: python -m benchmarks.run [PART …] [--quick] [--chart]

Parts: against classes limits seeds pulses regimes frontier river rivers risk conflict service pages what-if start load
reads jobs memory growth;
without one, all of them.
Every figure is of this machine, now; compare columns of one run, never figures of two.
"""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Callable

from benchmarks import (
    against,
    classes,
    conflict,
    frontier,
    growth,
    jobs,
    limits,
    load,
    memory,
    pages,
    pulses,
    reads,
    regimes,
    risk,
    river,
    rivers,
    seeds,
    service,
    start,
    what_if,
)
from benchmarks.timing import REPEATS, show

CAP, QUICK_CAP = 60.0, 5.0  # seconds, after which a peer is stopped
SEEDS, QUICK_SEEDS = 50, 5
NOT_RUN = {"pymc_marketing": "PyMC-Marketing", "meridian": "google-meridian"}

Rows = list[list[str]]


def parts(*, quick: bool, chart: bool) -> dict[str, Callable[[], Rows]]:
    """Each part's table, head first."""
    cap, many = (QUICK_CAP, QUICK_SEEDS) if quick else (CAP, SEEDS)
    return {
        "against": lambda: against.rows(REPEATS, cap),
        "classes": lambda: classes.rows(cap, large=not quick),
        "limits": lambda: list(limits.rows(many)),
        "seeds": lambda: seeds.rows(many),
        "pulses": pulses.rows,
        "regimes": lambda: regimes.rows(many, cap),
        "frontier": frontier.rows,
        "river": lambda: [river.HEAD, *river.rows(cap)],
        "rivers": lambda: rivers.rows(many),
        "risk": lambda: [risk.HEAD, *risk.rows()],
        "conflict": lambda: [conflict.HEAD, *conflict.rows()],
        "service": service.rows,
        "pages": pages.rows,
        "what-if": what_if.rows,
        "start": start.rows,
        "load": lambda: load.rows(quick=quick),
        "reads": lambda: reads.rows(100 if quick else 400),
        "jobs": jobs.rows,
        "memory": memory.rows,
        "growth": lambda: growth.rows(most=10_000 if quick else 100_000, chart=chart),
    }


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="*", help="which tables; all of them when left out")
    parser.add_argument("--quick", action="store_true", help="fewer seeds, smaller sizes, peers stop after 5 s")
    parser.add_argument("--chart", action="store_true", help="draw docs/growth.svg anew")
    asked = parser.parse_args()
    known = parts(quick=asked.quick, chart=asked.chart)
    for part in asked.part:
        if part not in known:
            parser.error(f"no part is called {part}; there are {', '.join(known)}")
    for part in asked.part or known:
        show(known[part]())
    print(f"Processor seconds, the median of {REPEATS} where one run takes less than 2; one thread everywhere.")
    print("`of ours`: times the time of Headrace.")
    print("Service, pages, what-if, load, reads, jobs and risk are seconds of the clock.")
    for module, name in NOT_RUN.items():
        state = "installed; its settings are" if importlib.util.find_spec(module) else "not installed: its settings are"
        print(f"{name} is {state} run here on scipy and numpy.")


if __name__ == "__main__":
    main()
