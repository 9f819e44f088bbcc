"""The one place where PuLP 3 and PuLP 4 differ for us."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

import pulp


def attach(problem: pulp.LpProblem, variables: Iterable[pulp.LpVariable]) -> None:
    """Make sure that a problem knows its columns: PuLP 3 forgets those that stand in no row and no objective."""
    if hasattr(problem, "addVariables"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            problem.addVariables(list(variables))


def names(problem: pulp.LpProblem) -> list[tuple[str, bool]]:
    """Name and whether whole numbers only, column by column, in the order that PuLP hands them to a solver."""
    order = problem.exported_variables() if hasattr(problem, "exported_variables") else problem.variables()
    return [(variable.name, variable.cat == "Integer") for variable in order]
