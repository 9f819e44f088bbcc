"""Spend by tactic, coloured by stage, with a tick where the tactic spends today."""

from __future__ import annotations

import altair as alt

from app.charts.theme import MOST_BARS, Chart, Theme, plain_axis, rows
from optimizer.answers.comparison import Candidate

WIDTH = 620
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
        }
        for row in largest
    ]
    base = alt.Chart(rows(values)).encode(y=alt.Y("tactic:N", sort=None, title=None))
    bars = base.mark_bar(height={"band": 0.7}).encode(
        x=alt.X("spend:Q", axis=plain_axis(), title=f"spend [{shown.scenario.currency}], a line where it is today"),
        color=alt.Color("stage:N", scale=theme.stages(), title=None),
        tooltip=["tactic:N", "stage:N", alt.Tooltip("spend:Q", format=",.0f"), alt.Tooltip("now:Q", format=",.0f")],
    )
    ticks = (
        base.transform_filter("isValid(datum.now)")
        .mark_tick(color=theme.accent, thickness=2, height={"band": 0.9})
        .encode(x="now:Q")
    )
    return (bars + ticks).properties(width=WIDTH, height=BAR * max(1, len(values)))
