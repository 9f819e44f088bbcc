"""Plans as texts: what is stored is what was made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.routes.documents import WireDocuments
from app.services.ports import Identity
from tests.optimizer.answers.plans import plan, scenario

PLAN = plan(scenario(), {"tv": 40.0, "search": 60.0})


@pytest.mark.parametrize("bound", [0.5, None])
def test_a_plan_without_a_gap_is_stored_like_any_other(bound: float | None) -> None:
    """Worth nothing below a bound that is something; or with no bound."""
    assert PLAN.certificate is not None
    proved = replace(PLAN.certificate, value=0.0, bound=bound, gap=None)
    made = replace(PLAN, value=0.0, bound=bound, gap=None, certificate=proved)
    documents = WireDocuments()
    text = documents.plan_text(made, Identity(id="plan_0", name="Spring", created_at=0))
    assert documents.plan(text) == made
