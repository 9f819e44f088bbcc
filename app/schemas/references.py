"""What a document names that is stored: plans in place of spends, curve sets in place of curves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from pydantic import Field

from app.errors import NotFoundError
from app.paths import at
from app.schemas.base import Name, VersionNumber, Wire
from app.schemas.curve_set import CurveSetIn, FittedIn
from optimizer.answers.comparison import Candidate
from optimizer.errors import ScenarioError
from optimizer.problem.rules import ReferenceLine


class StoredDocument(Protocol):
    """A stored thing as JSON text."""

    @property
    def document(self) -> str: ...


class Stored(Protocol):
    """What one caller's documents may name."""

    def plan(self, plan_id: str) -> Candidate:
        """A plan with its scenario."""

    def curve_set(self, name_or_id: str, version: int | None) -> StoredDocument:
        """A version of a curve set; None for the newest."""


class CurveSetChoiceIn(Wire):
    """A curve set, and which version of it."""

    name: Name = Field(description="The name of the curve set, or its id.", examples=["Model of October"])
    version: VersionNumber | None = Field(default=None, description="Left out: the newest when it is solved.")


class CurveReferenceIn(Wire):
    """A curve of a stored curve set, in place of a curve."""

    curve_set: Name | None = Field(
        default=None, description="The name or id of a curve set; left out: that of the scenario."
    )
    version: VersionNumber | None = Field(default=None, description="Which version of it; left out: the newest.")
    curve: Name | None = Field(default=None, description="Which of its curves; left out: that of the tactic's name.")


class Curves:
    """The curves that the tactics of one scenario may take: each curve set is read once."""

    def __init__(self, stored: Stored, usual: CurveSetChoiceIn | None, currency: str) -> None:
        self._stored = stored
        self._usual = usual
        self._currency = currency
        self._read: dict[tuple[str, int | None], CurveSetIn] = {}

    def check(self) -> None:
        """The curve set of the scenario has to be there, whether a tactic takes a curve of it or not."""
        if self._usual is None:
            return
        try:
            self._curve_set(self._usual.name, self._usual.version)
        except ScenarioError as wrong:
            raise wrong.at("curve_set.version" if wrong.code == "unknown_version" else "curve_set.name") from None

    def curve(self, reference: CurveReferenceIn, tactic: str) -> FittedIn:
        """The curve that a tactic names."""
        wanted = reference.curve or tactic
        chosen = self._chosen(reference)
        with at("curve_set"):
            curves = self._curve_set(*chosen).curves
        curve = next((curve for curve in curves if curve.name == wanted), None)
        if curve is None:
            raise ScenarioError("unknown_curve", "curve", "is no curve of this curve set", "name one that it has")
        return curve

    def _chosen(self, reference: CurveReferenceIn) -> tuple[str, int | None]:
        if reference.curve_set is not None:
            return reference.curve_set, reference.version
        if self._usual is None:
            raise ScenarioError(
                "no_curve_set", "curve_set", "neither the tactic nor the scenario names one", "name a stored curve set"
            )
        return self._usual.name, reference.version or self._usual.version

    def _curve_set(self, name_or_id: str, version: int | None) -> CurveSetIn:
        chosen = (name_or_id, version)
        if chosen not in self._read:
            self._read[chosen] = self._found(*chosen)
        return self._read[chosen]

    def _found(self, name_or_id: str, version: int | None) -> CurveSetIn:
        with named_in_a_field():
            found = CurveSetIn.model_validate(json.loads(self._stored.curve_set(name_or_id, version).document))
            if found.currency not in (None, self._currency):
                raise ScenarioError(
                    "other_currency", "", "is a curve set in another currency", "name one in the scenario's currency"
                )
            return found


def only_stored(field: str, remedy: str) -> ScenarioError:
    """A document that is read without a service names what only a service has."""
    return ScenarioError("no_stored_curves", field, "names a curve set that only the service has", remedy)


def reference_lines(
    identity: str, stored: Stored, currency: str, tactics: frozenset[str], periods: Sequence[str]
) -> list[ReferenceLine]:
    """The spends of a stored plan, those left out that speak of a tactic or period that is not there."""
    with named_in_a_field():
        known = stored.plan(identity)
    if not known.plan.allocations:
        raise ScenarioError("no_allocations", "", "is a plan without allocations", "name one that has some")
    if known.scenario.currency != currency:
        raise ScenarioError(
            "other_currency", "", "is a plan in another currency", "name one in the scenario's currency"
        )
    same: dict[str, str | None] = {period: period for period in periods}
    if len(periods) == len(known.scenario.periods) == 1:
        same = {known.scenario.periods[0]: None}
    lines = [
        ReferenceLine(tactic=cell.tactic, period=same[cell.period], spend=cell.spend)
        for cell in known.plan.allocations
        if cell.tactic in tactics and cell.period in same
    ]
    if not lines:
        raise ScenarioError(
            "nothing_in_common", "", "is a plan of other tactics or periods", "name one that shares some"
        )
    return lines


@contextmanager
def named_in_a_field() -> Iterator[None]:
    """What a field names and is not there is wrong in that field: the address of the request is right."""
    try:
        yield
    except NotFoundError as missing:
        raise ScenarioError(missing.code, "", missing.problem, missing.remedy) from None
