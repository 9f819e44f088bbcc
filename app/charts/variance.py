"""Planned and actual figures side by side, in the periods that are over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import altair as alt

from app.charts.theme import MOST_BARS, Chart, Theme, plain_axis, rows
from optimizer.answers.variance import Variance

BAR = 18
Figures = tuple[str, Sequence[float]]  # of what, and one for each kind of bar


def by_tactic(found: Variance, theme: Theme) -> Chart:
    """Spend of each tactic, those that differ most first."""
    most = sorted(found.tactics, key=lambda row: -abs(row.figures.spend_difference))[:MOST_BARS]
    spends = [(row.name, (row.figures.planned_spend, row.figures.actual_spend)) for row in most]
    return _bars(spends, ("planned", "actual"), "spend", theme)


def by_period(found: Variance, theme: Theme) -> Chart:
    """Spend of each period, in their order."""
    last = found.by_period[-MOST_BARS:]
    spends = [(row.name, (row.figures.planned_spend, row.figures.actual_spend)) for row in last]
    return _bars(spends, ("planned", "actual"), "spend", theme)


def by_goal(found: Variance, theme: Theme) -> Chart:
    """What each goal's measure came to, as a share of what was planned: goals may count different things."""
    told = [row for row in found.goals if row.planned][:MOST_BARS]
    shares = [(row.name, (row.expected / row.planned, row.actual / row.planned)) for row in told]
    return _bars(shares, ("expected for what was spent", "actual"), "of what was planned", theme, share=True)


VARIANCE_CHARTS: dict[str, Callable[[Variance, Theme], Chart]] = {
    "tactics": by_tactic,
    "periods": by_period,
    "goals": by_goal,
}


def _bars(figures: Iterable[Figures], kinds: Sequence[str], title: str, theme: Theme, share: bool = False) -> Chart:
    """Bars of each kind beside each other, row by row."""
    values = [
        {"name": name, "which": which, "amount": amount}
        for name, amounts in figures
        for which, amount in zip(kinds, amounts, strict=True)
    ]
    axis = alt.Axis(format=".0%", tickCount=5) if share else plain_axis()
    colours = alt.Scale(domain=list(kinds), range=list(theme.many[: len(kinds)]))
    return (
        alt.Chart(rows(values))
        .mark_bar()
        .encode(
            y=alt.Y("name:N", sort=None, title=None),
            yOffset=alt.YOffset("which:N", sort=list(kinds)),
            x=alt.X("amount:Q", axis=axis, title=title),
            color=alt.Color("which:N", scale=colours, title=None, sort=list(kinds)),
            tooltip=["name:N", "which:N", alt.Tooltip("amount:Q", format=".1%" if share else ",.0f")],
        )
        .properties(height=BAR * max(2, len(values)))
    )
