"""The limit that a frontier moves: the total budget, or the target of a required goal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from optimizer.errors import ScenarioError
from optimizer.formulation.moved import Amounts
from optimizer.problem.budget import BudgetLimit
from optimizer.problem.limits import BUDGET
from optimizer.problem.objective import Objective
from optimizer.problem.scenario import Scenario

SHARP = 1e-9  # relative gap: around its best budget the value is flat, and a rough plan may stand far from it


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """The total budget of a scenario, at most or exactly as it says; or the target of its goal."""

    scenario: Scenario
    goal: str | None = None

    def __post_init__(self) -> None:
        if self.goal is None:
            return
        goal = next((goal for goal in self.scenario.goals if goal.name == self.goal), None)
        if goal is None:
            raise ScenarioError("unknown_goal", "goal", "no goal has this name", "use the name of a goal")
        if not goal.required:
            raise ScenarioError(
                "goal_not_required", "goal", "is not required, so its target limits nothing", "make the goal required"
            )

    @property
    def owner(self) -> str:
        """The limit's name in a plan."""
        return BUDGET if self.goal is None else self.goal

    @property
    def exact(self) -> bool:
        """Whether the budget is to be spent to the last unit."""
        total = self.scenario.budget.total
        return (
            self.goal is None and total is not None and total.at_least is not None and total.at_least == total.at_most
        )

    @property
    def monotone(self) -> bool:
        """Whether every plan at a tighter amount is a plan at a looser one."""
        return not self.exact

    @property
    def now(self) -> float | None:
        """Where the scenario itself puts the limit [money, or units of the goal]."""
        if self.goal is not None:
            return next(goal.at_least for goal in self.scenario.goals if goal.name == self.goal)
        return None if self.scenario.budget.total is None else self.scenario.budget.total.at_most

    def tight_to_loose(self, amounts: tuple[float, ...]) -> list[float]:
        """The order in which each plan is a plan for the next amount too."""
        return sorted(amounts, reverse=self.goal is not None)

    def at(self, amount: float) -> Scenario | None:
        """The scenario with the limit there; None where the budget would fall below its own lower limit."""
        if self.goal is not None:
            goals = (goal.asking(amount) if goal.name == self.goal else goal for goal in self.scenario.goals)
            return replace(self.scenario, goals=tuple(goals))
        total = self.scenario.budget.total
        least = None if total is None or self.exact else total.at_least
        if least is not None and least > amount:
            return None
        limit = BudgetLimit(exactly=amount) if self.exact else BudgetLimit(at_least=least, at_most=amount)
        return self.scenario.under(replace(self.scenario.budget, total=limit))

    def without_budget(self, objective: Objective) -> Scenario:
        """The scenario for another end and without a budget in all; raises where nothing limits the spend then."""
        solve = replace(self.scenario.solve, gap=SHARP)
        return self.scenario.under(replace(self.scenario.budget, total=None), objective, solve)

    def amounts(self, amount: float) -> Amounts:
        """The same for a model's rows."""
        if self.goal is not None:
            return {(self.goal, "at_least"): amount}
        return {(BUDGET, "exactly" if self.exact else "at_most"): amount}
