"""How long it takes to prove that nothing fits, to name the conflict and to price what would mend it.

50 limits beside those of the tactics, of which two and the budget do not fit; one run each, explained within 60 s, in
time of the processor. Beside it one plain solve of the same scenario with money enough, how many of those an
explanation takes, and the part of the cheapest change that was not proved to be needed.
"""

from __future__ import annotations

import random
import re
import time

from app.schemas.scenario import ScenarioIn
from benchmarks.concave import Wire
from optimizer.answers.plan import Conflict
from optimizer.optimize import optimize
from optimizer.problem.canonical import canonical_order
from optimizer.problem.limits import limits_of
from optimizer.search.conflicts.explain import explain
from optimizer.search.conflicts.naming import minimal
from optimizer.search.conflicts.questions import Questions
from optimizer.search.deadline import Deadline
from optimizer.search.spends.within import search_within

HEAD = ["conflict of 3 among 50", "limits", "proved", "named", "named and priced"]
HEAD += ["one solve", "ratio", "unproved", "conflict"]
SEEDS = (1, 2, 3, 4, 14)  # of S-shapes
ENOUGH = 1e7  # a budget with which everything holds


def planted(
    tactics: int = 20, periods: int = 12, rules: int = 40, goals: int = 9, *, bent: bool, seed: int = 1
) -> Wire:
    """Curves of three families, some S-shaped where `bent`; of 50 rules and goals two and the budget do not fit."""
    rng = random.Random(seed)
    names = [f"t{number:02d}" for number in range(tactics)]
    times = [f"2027-{number + 1:02d}" for number in range(periods)]
    floor = {"rule": "spend_range", "name": "floor", "scope": {"tactics": names[:3]}, "at_least": 2.5e6}
    asked = {"metric": "revenue", "required": True}
    return {
        "name": "planted", "currency": "EUR", "objective": {"maximize": "revenue"}, "periods": times,
        "budget": {"at_most": 3e6},
        "tactics": [_tactic(number, name, rng, bent) for number, name in enumerate(names)],
        "rules": [*(_rule(number, names, times, rng) for number in range(rules)), floor],
        "goals": [
            *({"name": f"g{number}", "at_least": 1e5, "scope": {"periods": [rng.choice(times)]}, **asked}
              for number in range(goals)),
            {"name": "year", "at_least": 9e6, "scope": {"stage": "upstream"}, **asked},
        ],
    }  # fmt: skip


def _tactic(number: int, name: str, rng: random.Random, bent: bool) -> Wire:
    curves = (
        {
            "family": "hill",
            "ceiling": 4e5,
            "half_saturation": 1e5 * rng.uniform(0.5, 2),
            "shape": rng.choice([1, 1.6]) if bent else 1,
        },
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


def rows() -> list[list[str]]:
    """Concave curves, then S-shapes."""
    return [
        _row("20 tactics x 12 periods", planted(bent=False)),
        _row("10 x 12, S-shapes", planted(tactics=10, bent=True)),
        *(_row(f"20 x 12, S-shapes, seed {seed}", planted(bent=True, seed=seed)) for seed in SEEDS),
    ]


def _row(name: str, document: Wire) -> list[str]:
    scenario = canonical_order(ScenarioIn.model_validate(document).to_domain())
    names = limits_of(scenario)
    start = time.process_time()
    assert search_within(scenario, _deadline(), lambda *_: None).proved_empty
    proved = time.process_time()
    minimal(names, Questions(scenario, _deadline()))
    named = time.process_time()
    conflict = explain(scenario, _deadline())
    priced = time.process_time()
    possible = ScenarioIn.model_validate(document | {"budget": {"at_most": ENOUGH}}).to_domain()
    stopped = "" if optimize(possible).status == "optimal" else ", stopped"
    solved = time.process_time() - priced
    taken = (proved - start, named - proved, priced - named)
    told = f"{', '.join(conflict.conflicting)}: {len(conflict.relaxations)} changes"
    plain, ratio = f"{solved:.2f} s{stopped}", f"{(priced - named) / solved:.1f}"
    return [name, str(len(names)), *(f"{seconds:.2f} s" for seconds in taken), plain, ratio, _unproved(conflict), told]


def _unproved(conflict: Conflict) -> str:
    """Of the cheapest change, what `detail` does not say to be needed."""
    first = conflict.relaxations[0]
    said = re.search(rf"{re.escape(first.item)} \(by ([0-9.,]+) at the least\)", conflict.detail)
    if said is None or first.change is None:
        return "0 %"
    return f"{100.0 * (1.0 - float(said[1].replace(',', '')) / first.change):.1f} %"


def _deadline() -> Deadline:
    return Deadline.after(60.0, time.monotonic)
