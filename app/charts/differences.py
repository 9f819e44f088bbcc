"""How plans differ from the first of them: bars that go left where less is spent, right where more."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from app.charts.theme import MOST_BARS, Chart, Theme, plain_axis, rows

BAR = 18


def differences(spends: Sequence[tuple[str, list[float | None]]], names: Sequence[str], theme: Theme) -> Chart:
    """For each tactic one bar a plan but the first, those that move most first."""
    moved = sorted(spends, key=largest, reverse=True)[:MOST_BARS]
    values = [
        {"tactic": tactic, "plan": names[position], "difference": amount - spend[0]}
        for tactic, spend in moved
        for position, amount in enumerate(spend)
        if position and amount is not None and spend[0] is not None
    ]
    return (
        alt.Chart(rows(values))
        .mark_bar()
        .encode(
            y=alt.Y("tactic:N", sort=None, title=None),
            yOffset=alt.YOffset("plan:N", sort=list(names)),
            x=alt.X("difference:Q", axis=plain_axis(), title=f"spend less that of {names[0]}"),
            color=alt.Color(
                "plan:N", scale=alt.Scale(domain=list(names[1:]), range=list(theme.many[: len(names) - 1])), title=None
            ),
            tooltip=["tactic:N", "plan:N", alt.Tooltip("difference:Q", format="+,.0f")],
        )
        .properties(height=BAR * max(1, len(moved)) * max(1, len(names) - 1))
    )


def largest(row: tuple[str, Sequence[float | None]]) -> float:
    """The largest distance of a tactic's spend from that in the first plan."""
    first, *others = row[1]
    return max((abs(amount - first) for amount in others if amount is not None and first is not None), default=0.0)
