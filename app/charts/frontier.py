"""Best value as the budget moves, with the plan's own budget marked."""

from __future__ import annotations

import altair as alt

from app.charts.theme import DASH, Chart, Theme, key, plain_axis, rows
from optimizer.answers.frontier import Frontier

HEIGHT, STANDS = 280, "the plan’s budget"


def frontier(
    traced: Frontier, now: float | None, currency: str, theme: Theme, asked: tuple[float, float] | None = None
) -> Chart:
    """A line through the proved points; a rule where the plan stands, a point at the budget and value of a what-if."""
    values = [
        {"budget": point.amount, "value": point.value, "marginal": point.marginal}
        for point in traced.points
        if point.value is not None
    ]
    tips = [
        alt.Tooltip("budget:Q", format=",.0f"),
        alt.Tooltip("value:Q", format=",.0f"),
        alt.Tooltip("marginal:Q", format=".3g"),
    ]
    line = (
        alt.Chart(rows(values))
        .mark_line(color=theme.upstream, point={"color": theme.upstream, "size": 40})
        .encode(
            x=alt.X("budget:Q", axis=plain_axis(), title=f"budget [{currency}]"),
            y=alt.Y("value:Q", axis=plain_axis(), title=traced.aim, scale=alt.Scale(zero=False)),
            tooltip=tips,
        )
    )
    here = rows([{"budget": now, "key": STANDS}] if now is not None else [])
    rule = alt.Chart(here).mark_rule(strokeDash=list(DASH))
    stands = rule.encode(x="budget:Q", stroke=key(STANDS, theme.downstream, DASH))
    point = rows([{"budget": asked[0], "value": asked[1], "which": "what if"}] if asked is not None else [])
    mark = (
        alt.Chart(point)
        .mark_point(color=theme.accent, filled=True, size=120, shape="diamond", opacity=1)
        .encode(x="budget:Q", y="value:Q", tooltip=["which:N", *tips[:2]])
    )
    return (line + stands + mark).properties(height=HEIGHT)
