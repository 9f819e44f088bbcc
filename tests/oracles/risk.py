"""A spend under the draws of its curves, one scenario a draw: values, the mean of the worst, chances of goals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from tests.oracles.conversion import Conversion
from tests.oracles.curves import Worth
from tests.oracles.exact import Statement
from tests.oracles.families import Array, Wire, draws_of
from tests.oracles.goals import shortfalls

KEPT = 1e-9  # of a goal, that may be missing
SAME = 1e-7  # relative: linear programs convert the demand of each draw
CONFIDENCE = 0.9  # of the tail, where the objective states none


def draws(scenario: Wire) -> int:
    """How many joint draws there are."""
    return max(len(draws_of(tactic["response"])) for tactic in scenario["tactics"])


def under(scenario: Wire, draw: int) -> Wire:
    """The scenario of one draw, without goals, rules and confidence: only rate cards say what money buys."""
    tactics = []
    for tactic in scenario["tactics"]:
        own = draws_of(tactic["response"])
        tactics.append(tactic | {"response": own[draw if len(own) > 1 else 0]})
    objective = {key: own for key, own in scenario["objective"].items() if key != "confidence"}
    cards = [rule for rule in scenario.get("rules", []) if rule["rule"] == "rate_card"]
    return scenario | {"objective": objective, "tactics": tactics, "goals": [], "rules": cards}


def tail_mean(values: Array, confidence: float) -> float:
    """The mean over the worst (1 − confidence) of the values, the last of them in part.

    >>> tail_mean(np.array([4.0, 1.0, 2.0, 3.0]), 0.625)
    1.3333333333333333
    """
    count = (1.0 - confidence) * len(values)
    shares = np.clip(count - np.arange(len(values)), 0.0, 1.0)
    return float(np.sort(values) @ shares / shares.sum())


class Draws:
    """Values spends of one wire scenario draw by draw, demand converted anew in each."""

    def __init__(self, scenario: Wire) -> None:
        self.scenario = scenario
        self.statement = Statement.of(scenario)
        self.confidence: float | None = scenario["objective"].get("confidence")

    @cached_property
    def _each(self) -> list[Conversion]:
        return [Conversion(under(self.scenario, draw)) for draw in range(draws(self.scenario))]

    def worths(self, spend: Array) -> list[tuple[float, Worth]]:
        """By draw the objective, and what the spend yields."""
        found = [conversion.best(spend) for conversion in self._each]
        return [own for own in found if own is not None]

    def values(self, spend: Array) -> Array:
        """The objective by draw."""
        return np.array([value for value, _ in self.worths(spend)])

    def objective(self, spend: Array) -> float:
        """The objective's mean over the worst draws."""
        return tail_mean(self.values(spend), self.confidence or 0.0)


def wrong(scenario: Wire, plan: Wire, spend: Array) -> Iterator[str]:
    """What is wrong with the risk that a plan tells; with demand pools only of the objective, the rest has ties."""
    told = plan.get("risk")
    if told is None or told["draws"] != draws(scenario) or scenario["objective"].get("maximize") == "goals":
        return
    own = Draws(scenario)
    pairs = own.worths(spend)
    values, confidence = np.array([value for value, _ in pairs]), own.confidence or CONFIDENCE
    worst = tail_mean(values, confidence) if "maximize" in scenario["objective"] else -tail_mean(-values, confidence)
    yield from _interval("risk.value", told["value"], values)
    yield from _near("risk.value.cvar", told["value"]["cvar"], worst, values)
    if scenario.get("demand_pools"):
        return
    totals = {
        "outcome": np.array([worth.total_outcome for _, worth in pairs]),
        "revenue": np.array([worth.total_revenue for _, worth in pairs]),
        "profit": np.array([worth.profit for _, worth in pairs]),
    }
    for name, each in totals.items():
        yield from _interval(f"risk.{name}", told[name], each)
    for row, line in enumerate(told["tactics"]):
        outcome = np.array([math.fsum(worth.outcome[row]) + float(worth.after[row]) for _, worth in pairs])
        yield from _interval(f"risk.tactics[{line['tactic']}].outcome", line["outcome"], outcome)
    for goal, line in zip(scenario.get("goals", []), told["goals"], strict=True):
        met = [not any(missed for missed, _ in shortfalls(goal, own.statement, worth, KEPT)) for _, worth in pairs]
        if abs(line["chance"] - np.mean(met)) > KEPT:
            yield f"the chance of {line['name']} is told as {line['chance']}, is {np.mean(met)}"


def _interval(name: str, told: Wire, values: Array) -> Iterator[str]:
    """The mean, and the least values that 5 % and 95 % of the draws do not exceed."""
    ranked, count = np.sort(values), len(values)
    yield from _near(f"{name}.mean", told["mean"], float(values.mean()), values)
    for end, share in (("low", 5), ("high", 95)):
        place = max(0, -(-share * count // 100) - 1)
        yield from _near(f"{name}.{end}", told[end], float(ranked[place]), values)


def _near(name: str, told: float, true: float, values: Array) -> Iterator[str]:
    if not math.isclose(told, true, rel_tol=SAME, abs_tol=SAME * float(np.abs(values).max(initial=0.0)) + 1e-12):
        yield f"{name} is told as {told}, is {true}"
