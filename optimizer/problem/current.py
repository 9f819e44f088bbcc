"""What the tactics spend today, for rules that speak of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.scope import Scope

if TYPE_CHECKING:
    from optimizer.problem.scenario import Scenario


def current_spend(scenario: Scenario) -> Array:
    """The current spend of each tactic, shape (tactics,) [money per period]; NaN where it is not stated."""
    return np.array([np.nan if tactic.current_spend is None else tactic.current_spend for tactic in scenario.tactics])


def check_current_spend(scope: Scope, path: str, scenario: Scenario) -> None:
    """Refuse a scope with a tactic whose current spend is not stated."""
    for position, tactic in enumerate(scenario.tactics):
        if scope.selects(tactic) and tactic.current_spend is None:
            raise ScenarioError(
                "no_current_spend",
                path,
                f"needs the current_spend of tactics[{position}]",
                "state it, or narrow the scope",
            )
