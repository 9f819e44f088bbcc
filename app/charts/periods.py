"""Spend by period, tactics upon each other, those of one stage side by side."""

from __future__ import annotations

from collections import defaultdict

import altair as alt

from app.charts.theme import Chart, Theme, period_axis, plain_axis, rows
from optimizer.answers.comparison import Candidate

HEIGHT = 260


def periods(shown: Candidate, theme: Theme) -> Chart:
    """One column a period, by stage."""
    stages = {row.tactic: row.stage for row in shown.plan.tactics}
    spend: defaultdict[tuple[str, str], float] = defaultdict(float)
    for cell in shown.plan.allocations:
        spend[cell.period, stages[cell.tactic]] += cell.spend
    values = [{"period": period, "stage": stage, "spend": amount} for (period, stage), amount in spend.items()]
    return (
        alt.Chart(rows(values))
        .mark_bar()
        .encode(
            x=alt.X("period:N", sort=list(shown.scenario.periods), title=None, axis=period_axis()),
            y=alt.Y("spend:Q", axis=plain_axis(), title=f"spend [{shown.scenario.currency}]"),
            color=alt.Color("stage:N", scale=theme.stages(), title=None),
            order=alt.Order("stage:N", sort="descending"),
            tooltip=["period:N", "stage:N", alt.Tooltip("spend:Q", format=",.0f")],
        )
        .properties(height=HEIGHT)
    )
