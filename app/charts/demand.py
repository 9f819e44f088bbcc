"""The river: what of each pool's demand is converted and what is left, by period."""

from __future__ import annotations

import altair as alt

from app.charts.theme import LARGE, Chart, Theme, period_axis, plain_axis, rows
from optimizer.answers.comparison import Candidate

HEIGHT = 200


def demand(shown: Candidate, theme: Theme) -> Chart:
    """Two layers a pool that together are its stock."""
    values = [
        {"pool": row.pool, "period": row.period, "part": part, "demand": amount}
        for row in shown.plan.demand
        for part, amount in (("converted", row.converted), ("left", row.left))
    ]
    size = LARGE[theme.room]
    bars = (
        alt.Chart(rows(values))
        .mark_bar()
        .encode(
            x=alt.X("period:N", sort=list(shown.scenario.periods), title=None, axis=period_axis()),
            y=alt.Y("demand:Q", axis=plain_axis(), title="demand"),
            color=alt.Color(
                "part:N",
                scale=alt.Scale(domain=["converted", "left"], range=[theme.downstream, theme.line]),
                title=None,
            ),
            order=alt.Order("part:N"),
            tooltip=["pool:N", "period:N", "part:N", alt.Tooltip("demand:Q", format=",.0f")],
        )
        .properties(width=size.width, height=HEIGHT)
    )
    return bars.facet(
        facet=alt.Facet("pool:N", title=None, sort=list(dict.fromkeys(row.pool for row in shown.plan.demand))),
        columns=size.columns,
    )
