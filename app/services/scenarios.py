"""Stored scenarios, and the scenarios that documents state with what they name put in place."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.paths import at
from app.records.callers import Caller
from app.records.named import Origin, Reference
from app.services.limits import Limits
from app.services.named import NamedService
from app.services.plans import PlanService
from app.services.ports import Documents
from app.services.things import StoredThings
from app.storage.database import Database
from optimizer.problem.canonical import digest
from optimizer.problem.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Stated:
    """A scenario, ready to be solved, and what it was made from."""

    scenario: Scenario
    origin: Origin


class ScenarioService(NamedService):
    """Scenarios under names; what they name is looked up when they are solved."""

    def __init__(
        self,
        database: Database,
        documents: Documents,
        plans: PlanService,
        curve_sets: NamedService,
        limits: Limits,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        super().__init__("scenario", database, clock)
        self._documents = documents
        self._plans = plans
        self._curve_sets = curve_sets
        self._limits = limits

    def things(self, caller: Caller) -> StoredThings:
        """What a document of this caller may name."""
        return StoredThings(caller, self._plans, self._curve_sets)

    def check(self, caller: Caller, document: dict[str, Any]) -> None:
        """Refuse what could not be solved now: the errors are those that solving it would have."""
        with at("scenario"):
            scenario = self.stated(caller, document).scenario
            self._limits.check_size(scenario)
            self._limits.check_time(scenario)

    def stated(self, caller: Caller, document: dict[str, Any]) -> Stated:
        """The scenario of a document, with all that it names."""
        things = self.things(caller)
        with self._limits.told():
            return Stated(self._documents.stated(document, things), things.origin())

    def opened(self, caller: Caller, document: dict[str, Any], scenario_id: str, version: int) -> Stated:
        """The scenario of a document that was opened from a stored version: that version where nothing was changed."""
        stated, kept = self.stated(caller, document), self.stored(caller, scenario_id, version)
        return kept if digest(kept.scenario) == digest(stated.scenario) else stated

    def stored(self, caller: Caller, scenario_id: str, version: int | None = None) -> Stated:
        """The scenario that is stored under an id and not deleted: the newest version unless one is named."""
        head, found = self.newest(caller, scenario_id)
        if version is not None and version != head.version:
            found = self.version(caller, scenario_id, version)
        things = self.things(caller)
        scenario = self._documents.stated(json.loads(found.document), things)
        return Stated(scenario, things.origin(Reference(id=found.id, name=found.name, version=found.version)))
