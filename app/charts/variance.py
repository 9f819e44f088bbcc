"""Planned and actual spend of each tactic, side by side, in the periods that are over."""

from __future__ import annotations

import altair as alt

from app.charts.theme import MOST_BARS, Chart, Theme, plain_axis, rows
from optimizer.answers.variance import Variance

WIDTH, BAR = 560, 34


def by_tactic(found: Variance, theme: Theme) -> Chart:
    """Two bars a tactic, those that differ most first."""
    most = sorted(found.tactics, key=lambda row: -abs(row.figures.spend_difference))[:MOST_BARS]
    values = [
        {"tactic": row.name, "which": which, "spend": spend}
        for row in most
        for which, spend in (("planned", row.figures.planned_spend), ("actual", row.figures.actual_spend))
    ]
    return (
        alt.Chart(rows(values))
        .mark_bar()
        .encode(
            y=alt.Y("tactic:N", sort=None, title=None),
            yOffset=alt.YOffset("which:N", sort=["planned", "actual"]),
            x=alt.X("spend:Q", axis=plain_axis(), title="spend"),
            color=alt.Color(
                "which:N", scale=alt.Scale(domain=["planned", "actual"], range=list(theme.many[:2])), title=None
            ),
            tooltip=["tactic:N", "which:N", alt.Tooltip("spend:Q", format=",.0f")],
        )
        .properties(width=WIDTH, height=BAR * max(1, len(most)))
    )
