"""Charts for a laptop and for a phone."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest

from app.charts.plans import PLAN_CHARTS
from app.charts.theme import THEMES, TODAY, WIDTHS, Room, drawn
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


@pytest.mark.parametrize("room", get_args(Room))
@pytest.mark.parametrize("name", sorted(set(PLAN_CHARTS) - {"demand"}))
def test_a_chart_uses_the_room_that_there_is(funnel: Candidate, name: str, room: Room) -> None:
    """And no more, so that it is not made smaller, and its letters with it."""
    theme = replace(THEMES["light"], room=room)
    found = SIZE.search(drawn(PLAN_CHARTS[name](funnel, theme), theme))
    assert found is not None
    assert 0.85 * WIDTHS[room] <= float(found[1]) <= WIDTHS[room]


def test_a_line_for_today_has_its_entry_in_the_legend(funnel: Candidate) -> None:
    """Where a tactic says what it spends today; without one there is no line, and no entry."""
    theme = THEMES["light"]
    assert TODAY in drawn(PLAN_CHARTS["tactics"](funnel, theme), theme)
    unknown = tuple(replace(row, change_from_current=None) for row in funnel.plan.tactics)
    without = replace(funnel, plan=replace(funnel.plan, tactics=unknown))
    assert TODAY not in drawn(PLAN_CHARTS["tactics"](without, theme), theme)
