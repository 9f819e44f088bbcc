"""Response curves as small multiples, with the plan's average spend and today's on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import altair as alt
import numpy as np

from app.charts.theme import Chart, Theme, plain_axis, rows
from optimizer.answers.comparison import Candidate
from optimizer.problem.tactic import Tactic

MOST_CURVES = 24
SHAPES = {"plan": "circle", "today": "diamond"}
POINTS = 40
BEYOND = 1.5  # times the largest spend that is marked


def responses(shown: Candidate, theme: Theme) -> Chart:
    """One small chart for each of the tactics that spend most: outcome of one period's spend."""
    periods = len(shown.scenario.periods)
    planned = {row.tactic: row.spend / periods for row in shown.plan.tactics}
    most = sorted(shown.scenario.tactics, key=lambda tactic: -planned.get(tactic.name, 0.0))[:MOST_CURVES]
    values = [value for tactic in most for value in points(tactic, planned.get(tactic.name))]
    return small_multiples(values, theme, shown.scenario.currency)


def small_multiples(values: list[dict[str, Any]], theme: Theme, currency: str) -> Chart:
    """Curves side by side, each on its own scales."""
    colours = {"plan": theme.downstream, "today": theme.faint}
    there = [mark for mark in SHAPES if any(value["mark"] == mark for value in values)]
    base = alt.Chart().encode(
        x=alt.X("spend:Q", axis=plain_axis(), title=None), y=alt.Y("outcome:Q", axis=plain_axis(), title=None)
    )
    band = (
        base.transform_filter("isValid(datum.low)")
        .mark_area(color=theme.upstream, opacity=0.2)
        .encode(y=alt.Y("low:Q", axis=plain_axis(), title=None), y2="high:Q")
    )
    line = base.transform_filter("datum.mark == 'curve'").mark_line(color=theme.upstream, strokeWidth=2)
    marks = (
        base.transform_filter("datum.mark != 'curve'")
        .mark_point(filled=True, size=70, opacity=1)
        .encode(
            shape=alt.Shape(
                "mark:N", scale=alt.Scale(domain=there, range=[SHAPES[mark] for mark in there]), title=None
            ),
            color=alt.Color(
                "mark:N", scale=alt.Scale(domain=there, range=[colours[mark] for mark in there]), title=None
            ),
            tooltip=[
                "tactic:N",
                "mark:N",
                alt.Tooltip("spend:Q", format=",.0f", title=f"spend [{currency}]"),
                alt.Tooltip("outcome:Q", format=",.0f"),
            ],
        )
    )
    return (
        alt.layer(band, line, marks, data=rows(values))
        .properties(width=180, height=120)
        .facet(facet=alt.Facet("tactic:N", title=None, sort=None), columns=3)
        .resolve_scale(x="independent", y="independent")
    )


def points(tactic: Tactic, planned: float | None) -> Iterator[dict[str, Any]]:
    """The curve as points from no spend to beyond what is marked, and the marks."""
    marks = {"plan": planned, "today": tactic.current_spend}
    known = [spend for spend in (*marks.values(), tactic.spend.at_most) if spend]
    spends = np.linspace(0.0, BEYOND * max(known, default=1.0), POINTS)
    start = tactic.response.value(np.zeros(1))[0]
    for spend, outcome in zip(spends, tactic.response.value(spends) - start, strict=True):
        yield {"tactic": tactic.name, "mark": "curve", "spend": float(spend), "outcome": float(outcome)}
    for mark, spend in marks.items():
        if spend is not None:
            outcome = tactic.response.value(np.array([spend]))[0] - start
            yield {"tactic": tactic.name, "mark": mark, "spend": spend, "outcome": float(outcome)}
