"""The kinds of tactics on the wire: with their own curve, with a template's, or with one of a stored curve set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import Field

from app.paths import at
from app.schemas.mirror import one_of
from app.schemas.references import CurveReferenceIn, Curves, only_stored
from app.schemas.tactic import AnyTacticIn, TacticIn, TemplatedTacticIn
from optimizer.problem.scope import Stage
from optimizer.problem.tactic import Tactic

TAKEN = ("adstock", "seasonality", "current_spend", "revenue_per_outcome")  # unless the tactic states its own
MARKS = {"curve_set", "version", "curve"}


class FittedTacticIn(AnyTacticIn):
    """One line that money is spent on, with a curve of a stored curve set. It takes over the adstock, seasonality,
    current spend, revenue per outcome, tags and assumptions that go with the curve, unless it states its own. Plans are
    stored with all of it written out, and tell in `provenance` which version it was."""

    stage: Stage = Field(description="upstream (builds demand) or downstream (converts it).")
    response: CurveReferenceIn = Field(
        description="Which curve.", examples=[{"curve_set": "Model of October", "curve": "tv"}]
    )

    def resolved(self, curves: Curves) -> TacticIn:
        """The same tactic with the curve in place."""
        with at("response"):
            fitted = curves.curve(self.response, self.name)
        own = {name: getattr(self, name) for name in (*AnyTacticIn.model_fields, "stage")}
        taken = {name: getattr(fitted, name) for name in TAKEN if name not in self.model_fields_set}
        stated = {name: value for name, value in taken.items() if value is not None}
        both = {"tags": fitted.tags | self.tags, "assumptions": [*fitted.assumptions, *self.assumptions]}
        return TacticIn.model_construct(None, **own | stated | both, response=fitted.response)

    def to_domain(self) -> Tactic:
        """The domain's tactic cannot be made: it knows of no stored curve sets."""
        raise only_stored("response", "state the curve instead")


def _kind(value: dict[str, Any]) -> str:
    if "template" in value:
        return "templated"
    response = value.get("response")
    return "fitted" if isinstance(response, dict) and "family" not in response and MARKS & set(response) else "stated"


if TYPE_CHECKING:
    EitherTactic: TypeAlias = TacticIn | TemplatedTacticIn | FittedTacticIn
else:
    KINDS = {"stated": TacticIn, "templated": TemplatedTacticIn, "fitted": FittedTacticIn}
    EitherTactic = one_of(KINDS, _kind, "invalid")
