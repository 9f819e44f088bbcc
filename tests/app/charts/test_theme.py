"""Charts for a laptop and for a phone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from app.charts.plans import PLAN_CHARTS
from app.charts.theme import PHONE, THEMES, drawn
from app.examples import document
from app.schemas.scenario import read_scenario
from optimizer.answers.comparison import Candidate
from optimizer.optimize import optimize

SIZE = re.compile(r'<svg[^>]* width="([\d.]+)"')


@pytest.fixture(scope="module")
def funnel() -> Candidate:
    """A plan with goals and long names."""
    scenario = read_scenario(document("full_funnel"))
    return Candidate(label="plan", scenario=scenario, plan=optimize(scenario))


@pytest.mark.parametrize("name", sorted(set(PLAN_CHARTS) - {"demand"}))
def test_a_phone_has_room_for_a_narrow_chart(funnel: Candidate, name: str) -> None:
    """So that it is not made smaller there, and its letters with it; the wide one is wider."""
    narrow = replace(THEMES["light"], narrow=True)
    found = SIZE.search(drawn(PLAN_CHARTS[name](funnel, narrow), narrow))
    wide = SIZE.search(drawn(PLAN_CHARTS[name](funnel, THEMES["light"]), THEMES["light"]))
    assert found is not None
    assert wide is not None
    assert float(found[1]) <= PHONE
    assert float(wide[1]) > 1.5 * PHONE
