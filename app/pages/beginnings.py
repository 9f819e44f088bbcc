"""What the form of a scenario begins with: nothing, or the curves of a stored set."""

from __future__ import annotations

from typing import Any

from app.schemas.curve_set import CurveSetIn

STAGE = "upstream"  # of a curve whose model does not say
EMPTY: dict[str, Any] = {
    "name": "",
    "currency": "EUR",
    "objective": {"maximize": "revenue"},
    "tactics": [{"name": "", "stage": STAGE, "response": {"family": "hill"}}],
}


def with_curves(name: str, held: CurveSetIn) -> dict[str, Any]:
    """A tactic for each curve of the set; what goes with a curve is taken from there when the scenario is planned."""
    tactics = [{"name": own.name, "stage": own.stage or STAGE, "response": {"curve": own.name}} for own in held.curves]
    return EMPTY | {"currency": held.currency or EMPTY["currency"], "curve_set": {"name": name}, "tactics": tactics}
