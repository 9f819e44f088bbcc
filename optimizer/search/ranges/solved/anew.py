"""What limits would be worth if one of them moved, where no program is kept: by searching anew, a few times.

With a confidence, the weights of the draws move with every limit: no neighbourhood of the plan is a linear program.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from optimizer.errors import ScenarioError
from optimizer.problem.limits import moved
from optimizer.problem.scenario import Scenario
from optimizer.problem.side import Side
from optimizer.search.ranges.motion import Motion
from optimizer.search.ranges.outward import Unknown, end_of
from optimizer.search.search import Found

Named = tuple[str, Side]
Values = Callable[[Found], dict[Named, float]]  # ∂objective/∂limit by name and side, of what a search found
WITHIN = 0.01  # relative change within which a price holds
HERE = 1e-4  # of a limit's size: a search anew cannot tell less
SOLVES = 80  # of programs, that the ranges of a small scenario may cost
LEAST = 4  # programs below which it is not begun
READINGS = 400  # of curves, cell by draw, that are as much again as a program costs at the least


class Anew:
    """The face of `Nearby`: prices where one limit has moved; `effort` is how many programs may be solved from now."""

    def __init__(self, found: Found, values: Values) -> None:
        self._found, self._values, self.effort = found, values, 0
        self._sign = -1.0 if found.model.scenario.objective.maximizes else 1.0
        self._known: dict[tuple[str, str, float], float | None] = {}

    def around(self, motion: Motion) -> bool:
        """Whether something can be told of a limit: not of decisions that a search may turn, nor of unproved plans."""
        del motion
        if self.effort < LEAST:
            raise Unknown
        model = self._found.model
        return not len(model.integer) and bool(model.cells.curves.concave.all()) and not self._found.stopped

    def price(self, motion: Motion, shift: float) -> float | None:
        """∂cost/∂limit [scaled cost per unit] when it has moved; None where there is no plan."""
        assert self._found.columns is not None
        if abs(shift) <= HERE * motion.size(self._found.model, self._found.columns):
            shift = 0.0
        here = motion.name, motion.side, shift
        if here not in self._known:
            self._known[here] = self._searched(motion, shift)
        return self._known[here]

    def end(self, motion: Motion, price: float, sign: float, first: float) -> tuple[float | None, bool]:
        """The shift on one side up to which the price holds, None without end; and whether it goes no further."""
        assert self._found.columns is not None
        size = motion.size(self._found.model, self._found.columns)
        end, whole = end_of(lambda far: self.price(motion, sign * far), lambda: 0.0, price, size, WITHIN, first)
        return None if end is None else sign * end, whole

    def rest(self, motion: Motion) -> None:
        """Put the limit back: it never moved."""

    def _searched(self, motion: Motion, shift: float) -> float | None:
        found = self._found
        if shift:
            if self.effort <= 0:
                raise Unknown
            try:
                scenario = restated(found.model.scenario, motion, shift)
            except ScenarioError:  # a limit that the field does not admit
                return None
            assert found.again is not None
            found = found.again(scenario)
            self.effort -= max(1, found.rounds)
            if found.stopped:
                raise Unknown
            if found.columns is None:
                return None
        value = self._values(found).get((motion.name, motion.side), 0.0)
        return self._sign * value / self._found.model.worth


def restated(scenario: Scenario, motion: Motion, shift: float) -> Scenario:
    """The scenario with the limit of a motion moved by a shift [its unit]; raises ScenarioError where none can be."""
    if any(rule.name == motion.name for rule in scenario.rules):
        rules = (rule.moved(motion.side, float(shift)) if rule.name == motion.name else rule for rule in scenario.rules)
        return replace(scenario, rules=tuple(rules))
    to = float(motion.limit + shift)
    if motion.side == "exactly" and motion.name.startswith("spend limit of "):
        first, second = ("at_most", "at_least") if shift > 0.0 else ("at_least", "at_most")
        return moved(moved(scenario, motion.name, first, to), motion.name, second, to)
    return moved(scenario, motion.name, motion.side, to)


def effort_of(found: Found) -> int:
    """How many programs the ranges may solve: counted, not timed, so that the same scenario has the same ranges."""
    readings = len(found.model.cells.inputs) * found.model.cells.curves.draws
    return round(SOLVES / (1.0 + readings / READINGS))
