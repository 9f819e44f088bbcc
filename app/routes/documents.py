"""Scenarios and plans as the JSON texts that are stored and sent."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from app.records.moments import stamp
from app.schemas.plan import PlanOut, plan_from_wire
from app.schemas.scenario import ScenarioIn, scenario_to_wire
from app.services.ports import Identity, Things
from optimizer.answers.plan import Plan
from optimizer.problem.scenario import Scenario


class WireDocuments:
    """The wire contract, as the services' `Documents`."""

    def scenario_text(self, scenario: Scenario) -> str:
        """The scenario in its canonical wire form."""
        return text_of(scenario_to_wire(scenario))

    def scenario(self, text: str) -> Scenario:
        """The scenario that a stored text states."""
        return ScenarioIn.model_validate(json.loads(text)).to_domain()

    def stated(self, document: dict[str, Any], things: Things) -> Scenario:
        """The scenario of a document, with what it names that is stored put in place."""
        return ScenarioIn.model_validate(document).resolved(things).to_domain()

    def plan_text(self, plan: Plan, identity: Identity) -> str:
        """The plan on the wire, with the id, name and time it is kept under, and what it was made from."""
        told = PlanOut.from_domain(plan).model_dump(mode="json")
        return text_of(
            {
                "id": identity.id,
                "name": identity.name,
                "created_at": stamp(identity.created_at),
                **told,
                "provenance": told["provenance"] | asdict(identity.origin),
            }
        )

    def plan(self, text: str) -> Plan:
        """The plan that a stored text holds."""
        return plan_from_wire(text)


def text_of(document: dict[str, Any]) -> str:
    """A document as the JSON text that is stored and sent."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
