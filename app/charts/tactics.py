"""Spend by tactic, coloured by stage, with a line where the tactic spends today."""

from __future__ import annotations

import altair as alt

from app.charts.theme import MOST_BARS, TODAY, Chart, Theme, key, plain_axis, rows
from optimizer.answers.comparison import Candidate

BAR = 26


def tactics(shown: Candidate, theme: Theme) -> Chart:
    """One bar a tactic, the largest first."""
    largest = sorted(shown.plan.tactics, key=lambda row: -row.spend)[:MOST_BARS]
    values = [
        {
            "tactic": row.tactic,
            "stage": row.stage,
            "spend": row.spend,
            "now": None if row.change_from_current is None else row.spend - row.change_from_current,
            "key": TODAY,
        }
        for row in largest
    ]
    base = alt.Chart(rows(values)).encode(y=alt.Y("tactic:N", sort=None, title=None))
    bars = base.mark_bar(height={"band": 0.7}).encode(
        x=alt.X("spend:Q", axis=plain_axis(), title=f"spend [{shown.scenario.currency}]"),
        color=alt.Color("stage:N", scale=theme.stages(), title=None),
        tooltip=["tactic:N", "stage:N", alt.Tooltip("spend:Q", format=",.0f"), alt.Tooltip("now:Q", format=",.0f")],
    )
    height = BAR * max(1, len(values))
    if all(value["now"] is None for value in values):
        return bars.properties(height=height)
    lines = (
        base.transform_filter("isValid(datum.now)")
        .mark_tick(thickness=0, height={"band": 0.9}, strokeWidth=2)
        .encode(x="now:Q", stroke=key(TODAY, theme.accent))
    )
    return (bars + lines).properties(height=height)
