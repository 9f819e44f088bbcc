"""The one place in the tests that knows how a wire scenario becomes a wire plan."""

from __future__ import annotations

import json

from app.schemas.plan import PlanOut
from app.schemas.scenario import ScenarioIn
from optimizer.optimize import optimize
from tests.oracles.families import Wire


def solve(scenario: Wire) -> Wire:
    """The plan as the wire shows it, numbers as they stand in the JSON text."""
    plan = optimize(ScenarioIn.model_validate(scenario).to_domain())
    answer: Wire = json.loads(PlanOut.from_domain(plan).model_dump_json())
    return answer


def spend_by_tactic(plan: Wire) -> dict[str, float]:
    """What the plan spends on each tactic in all [money]."""
    return {line["tactic"]: line["spend"] for line in plan["tactics"]}
