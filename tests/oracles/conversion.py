"""A spend with demand pools, valued as well as it can be: a linear program converts, goals and rules in its rows."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np

from tests.oracles import river
from tests.oracles.curves import Witness, Worth
from tests.oracles.exact import Statement
from tests.oracles.families import Array, Wire
from tests.oracles.metrics import measured, per_outcome


class Conversion:
    """Values spends of one wire scenario; `Conversion(scenario).best(spend)`."""

    def __init__(self, scenario: Wire) -> None:
        self.scenario = scenario
        self.witness = Witness(scenario)
        self.drawing = np.array(["draws_from" in tactic for tactic in scenario["tactics"]])[:, None]
        self.gain = self.witness.rates()[0] if "maximize" in scenario["objective"] else np.zeros(len(self.drawing))

    @cached_property
    def _idle(self) -> Array:
        """What is realised without spend."""
        nothing = self.witness.value(np.zeros(self.witness.shape)).baseline
        return np.where(self.drawing, river.unspent(self.scenario, nothing), nothing)

    def best(self, spend: Array) -> tuple[float, Worth] | None:
        """The most (for minimise spend: the least) that a spend can be worth, and its outcome; None where its demand
        keeps no goal or rule."""
        worth = self.witness.value(spend)
        if not self.scenario.get("demand_pools"):
            return self.witness.objective_of(worth), worth
        program = river.Program(self.scenario)
        program.flow([[({}, float(own)) for own in row] for row in worth.outcome + worth.baseline])
        for row, period in np.ndindex(self.witness.shape):
            program.high[program.spend(row, period)] = 0.0
            program.gain[program.converted(row, period)] += self.gain[row]
        dry = replace(worth, outcome=np.where(self.drawing, -self._idle, worth.outcome), baseline=self._idle)
        _keep(program, self.scenario, self.drawing, dry)
        found = program.found()
        if found.status != 0:
            return None
        converted = np.asarray(found.x)[program.cells : 2 * program.cells].reshape(self.witness.shape)
        own = replace(dry, outcome=dry.outcome + np.where(self.drawing, converted, 0.0))
        left = -found.fun - float(self.gain @ converted.sum(axis=1))
        own = replace(own, revenue=self.witness.worth_each[:, None] * own.outcome)
        return self.witness.objective_of(own, left), own


def _keep(program: river.Program, scenario: Wire, drawing: Array, nothing: Worth) -> None:
    """Rows for what goals and rules ask of what is converted."""
    statement = Statement.of(scenario)
    goals = [goal for goal in scenario.get("goals", []) if goal.get("required")]
    curved = ("metric_range", "efficiency")
    for item in [*goals, *(rule for rule in scenario.get("rules", []) if rule["rule"] in curved)]:
        metric, scope = item.get("metric", "revenue"), item.get("scope")
        amount, asked = measured(statement, nothing, metric, scope), 1.0
        if item.get("rule") == "efficiency":
            asked = float(statement.spent(statement.cells_of(nothing.spend), scope))
        each = per_outcome(statement, metric)
        terms = {
            program.converted(row, period): each[row]
            for row, period in statement.places(scope)
            if drawing[row, 0] and each[row]
        }
        if terms and "at_least" in item:
            program.limit({column: -own for column, own in terms.items()}, amount - item["at_least"] * asked)
        if terms and "at_most" in item:
            program.limit(terms, item["at_most"] * asked - amount)
