"""What the documents of one caller may name: stored plans and curve sets of the caller's workspace."""

from __future__ import annotations

from app.records.callers import Caller
from app.records.named import Origin, Reference, Version
from app.services.named import NamedService
from app.services.plans import PlanService
from optimizer.answers.comparison import Candidate


class StoredThings:
    """Looks up what a document names, and remembers which versions that were: the same for all of one document."""

    def __init__(self, caller: Caller, plans: PlanService, curve_sets: NamedService) -> None:
        self._caller = caller
        self._plans = plans
        self._curve_sets = curve_sets
        self._found: dict[tuple[str, int | None], Version] = {}

    def plan(self, plan_id: str) -> Candidate:
        """A plan with the scenario that it answers."""
        return self._plans.candidate(self._caller, plan_id)

    def curve_set(self, name_or_id: str, version: int | None) -> Version:
        """A version of a curve set; None for the newest."""
        asked = (name_or_id, version)
        if asked not in self._found:
            self._found[asked] = self._curve_sets.find(self._caller, name_or_id, version)
        return self._found[asked]

    def origin(self, scenario: Reference | None = None) -> Origin:
        """What was looked up so far."""
        found = {(version.id, version.version): version for version in self._found.values()}
        sets = [Reference(id=each.id, name=each.name, version=each.version) for each in found.values()]
        return Origin(scenario=scenario, curve_sets=tuple(sets))
