"""How far each goal is reached, against its target."""

from __future__ import annotations

import altair as alt

from app.charts.theme import DASH, MOST_BARS, Chart, Theme, key, rows
from optimizer.answers.comparison import Candidate

BAR, TARGET = 28, "target"


def goals(shown: Candidate, theme: Theme) -> Chart:
    """One bar a goal in per cent of its target, and a line at the target."""
    values = [
        {
            "goal": goal.name,
            "reached": goal.achieved / goal.target,
            "verdict": "met" if goal.met else "missed",
        }
        for goal in shown.plan.goals[:MOST_BARS]
        if goal.target > 0
    ]
    base = alt.Chart(rows(values))
    bars = base.mark_bar(height={"band": 0.6}).encode(
        y=alt.Y("goal:N", sort=None, title=None),
        x=alt.X("reached:Q", axis=alt.Axis(format=".0%", tickCount=6), title="of the target"),
        color=alt.Color(
            "verdict:N", scale=alt.Scale(domain=["met", "missed"], range=[theme.many[2], theme.warning]), title=None
        ),
        tooltip=["goal:N", alt.Tooltip("reached:Q", format=".1%"), "verdict:N"],
    )
    rule = alt.Chart(rows([{"target": 1.0, "key": TARGET}])).mark_rule(strokeDash=list(DASH))
    line = rule.encode(x="target:Q", stroke=key(TARGET, theme.accent, DASH))
    return (bars + line).properties(height=BAR * max(1, len(values)))
