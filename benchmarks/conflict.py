"""How long it takes to find that nothing fits, to name the conflict and to price what would mend it."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.schemas.scenario import ScenarioIn
from benchmarks.concave import Wire
from optimizer.optimize import canonical_order, optimize
from optimizer.problem.limits import limits_of
from optimizer.problem.scenario import Scenario
from optimizer.search.conflict import explain
from optimizer.search.deadline import Deadline
from optimizer.search.naming import minimal
from optimizer.search.questions import Questions
from optimizer.search.within import search_within

REPEATS = 3
HEAD = ["instance", "limits", "no plan proved", "named", "named and priced", "conflict"]


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario of usual size with a planted conflict of three."""

    name: str
    scenario: Wire


def planted(tactics: int = 20, periods: int = 12, rules: int = 40, goals: int = 9, seed: int = 1) -> Wire:
    """Curves of three families, carry-over on some, 50 rules and goals; two of them and the budget do not fit."""
    rng = random.Random(seed)
    names = [f"t{number:02d}" for number in range(tactics)]
    times = [f"2027-{number + 1:02d}" for number in range(periods)]
    floor = {"rule": "spend_range", "name": "floor", "scope": {"tactics": names[:3]}, "at_least": 2.5e6}
    asked = {"metric": "revenue", "required": True}
    return {
        "name": "planted", "currency": "EUR", "objective": {"maximize": "revenue"}, "periods": times,
        "budget": {"at_most": 3e6},
        "tactics": [_tactic(number, name, rng) for number, name in enumerate(names)],
        "rules": [*(_rule(number, names, times, rng) for number in range(rules)), floor],
        "goals": [
            *({"name": f"g{number}", "at_least": 1e5, "scope": {"periods": [rng.choice(times)]}, **asked}
              for number in range(goals)),
            {"name": "year", "at_least": 9e6, "scope": {"stage": "upstream"}, **asked},
        ],
    }  # fmt: skip


def _tactic(number: int, name: str, rng: random.Random) -> Wire:
    curves = (
        {"family": "hill", "ceiling": 4e5, "half_saturation": 1e5 * rng.uniform(0.5, 2), "shape": rng.choice([1, 1.6])},
        {"family": "power", "coefficient": 1000, "exponent": 0.5},
        {"family": "exponential", "ceiling": 3e5, "scale": 8e4},
    )
    carry = {"adstock": {"family": "geometric", "retention": 0.5}} if number % 4 == 0 else {}
    stage = rng.choice(["upstream", "downstream"])
    limits = {"at_least": 1000, "at_most": 200000}
    return {"name": name, "stage": stage, "response": curves[number % 3], "spend": limits, **carry}


def _rule(number: int, names: list[str], times: list[str], rng: random.Random) -> Wire:
    one: Wire = {"tactics": [rng.choice(names)]}
    kinds: tuple[Wire, ...] = (
        {"rule": "spend_range", "scope": one | {"periods": [rng.choice(times)]}, "at_least": 5000},
        {"rule": "spend_range", "scope": one, "at_most": 1500000},
        {"rule": "share_range", "scope": one, "at_most": 0.4},
        {"rule": "metric_range", "metric": "outcome", "scope": one, "at_least": 5000},
    )
    return kinds[number % 4] | {"name": f"r{number}"}


def cases() -> list[Case]:
    """The usual size, and half and twice as many tactics."""
    return [Case(f"{n} tactics x 12 periods", planted(tactics=n)) for n in (10, 20, 40)]


def row(case: Case) -> list[str]:
    """One line of the table."""
    scenario = canonical_order(ScenarioIn.model_validate(case.scenario).to_domain())
    names = limits_of(scenario)
    proved = _median(lambda: search_within(scenario, _deadline(), lambda *_: None))
    named = _median(lambda: minimal(names, Questions(scenario, _deadline())))
    priced = _median(lambda: explain(scenario, _deadline()))
    return [
        case.name,
        str(len(names)),
        *(f"{1e3 * spent:.0f} ms" for spent in (proved, named, priced)),
        _told(scenario),
    ]


def _told(scenario: Scenario) -> str:
    conflict = optimize(scenario).conflict
    assert conflict is not None
    return f"{', '.join(conflict.conflicting)}: {len(conflict.relaxations)} changes"


def _deadline() -> Deadline:
    return Deadline.after(60.0, time.monotonic)


def _median(solve: Callable[[], object]) -> float:
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        solve()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)
