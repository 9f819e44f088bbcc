"""What a body asks to be planned: a scenario that it states, or one that is stored."""

from __future__ import annotations

from typing import Any

from app.records.callers import Caller
from app.schemas.named import ChosenScenarioIn
from app.services.scenarios import ScenarioService, Stated


def stated_scenario(caller: Caller, document: dict[str, Any], scenarios: ScenarioService) -> Stated:
    """The scenario, with what it names put in place, and what it was made from."""
    if "scenario_id" not in document:
        return scenarios.stated(caller, document)
    chosen = ChosenScenarioIn.model_validate(document)
    return scenarios.stored(caller, chosen.scenario_id, chosen.version)
