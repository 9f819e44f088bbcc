"""Response curves as small multiples, with average spends marked on them: a plan's and today's, or several plans'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from app.charts.theme import LARGE, SMALL, Chart, Theme, plain_axis, rows
from optimizer.answers.comparison import Candidate
from optimizer.problem.tactic import Tactic

MOST_CURVES = 24
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
POINTS = 40
FEW = 2  # ticks beneath a small picture, about
BEYOND = 1.5  # times the largest spend that is marked


def responses(shown: Candidate, theme: Theme) -> Chart:
    """One small chart for each of the tactics that spend most: outcome of one period's spend."""
    periods = len(shown.scenario.periods)
    planned = {row.tactic: row.spend / periods for row in shown.plan.tactics}
    most = _largest(shown.scenario.tactics, planned)
    marked = ({"plan": planned.get(tactic.name), "today": tactic.current_spend} for tactic in most)
    values = [value for tactic, marks in zip(most, marked, strict=True) for value in points(tactic, marks)]
    return small_multiples(values, theme, shown.scenario.currency)


def compared(judge: Candidate, shown: Sequence[Candidate], names: Sequence[str], theme: Theme) -> Chart:
    """The curves of one plan's scenario, with every plan's average spend a period on them."""
    spends = [
        {row.tactic: row.spend / len(each.scenario.periods) for row in each.plan.tactics if each.scenario.periods}
        for each in shown
    ]
    largest = {own.name: max(spend.get(own.name, 0.0) for spend in spends) for own in judge.scenario.tactics}
    values = [
        value
        for tactic in _largest(judge.scenario.tactics, largest)
        for value in points(tactic, {name: spend.get(tactic.name) for name, spend in zip(names, spends, strict=True)})
    ]
    return small_multiples(values, theme, judge.scenario.currency, dict(zip(names, theme.many, strict=False)))


def small_multiples(
    values: list[dict[str, Any]],
    theme: Theme,
    currency: str,
    colours: Mapping[str, str] | None = None,
    alone: bool = False,
) -> Chart:
    """Curves side by side, each on its own scales, or one `alone`; `colours` of the marks there may be."""
    colours = colours or {"plan": theme.downstream, "today": theme.ink}
    there = [mark for mark in colours if any(value["mark"] == mark for value in values)]
    spend = f"spend [{currency}]" if currency else "spend"
    shapes = dict(zip(there, SHAPES, strict=False))
    base = alt.Chart().encode(
        x=alt.X("spend:Q", axis=plain_axis(5 if alone else FEW), title=spend),
        y=alt.Y("outcome:Q", axis=plain_axis(), title="outcome"),
    )
    band = (
        base.transform_filter("isValid(datum.low) && !datum.marked")
        .mark_area(color=theme.upstream, opacity=0.2)
        .encode(y=alt.Y("low:Q", axis=plain_axis(), title="outcome"), y2="high:Q")
    )
    bar = (
        base.transform_filter("isValid(datum.low) && datum.marked")
        .mark_rule(color=theme.faint)
        .encode(y=alt.Y("low:Q", axis=plain_axis(), title="outcome"), y2="high:Q")
    )
    line = base.transform_filter("!datum.marked").mark_line(color=theme.upstream, strokeWidth=2)
    marks = (
        base.transform_filter("datum.marked")
        .mark_point(filled=True, size=70, opacity=1)
        .encode(
            shape=alt.Shape(
                "mark:N", scale=alt.Scale(domain=there, range=[shapes[mark] for mark in there]), title=None
            ),
            color=alt.Color(
                "mark:N", scale=alt.Scale(domain=there, range=[colours[mark] for mark in there]), title=None
            ),
            tooltip=[
                "tactic:N",
                "mark:N",
                alt.Tooltip("spend:Q", format=",.0f", title=spend),
                alt.Tooltip("outcome:Q", format=",.0f"),
            ],
        )
    )
    banded = {bool(value.get("marked")) for value in values if value.get("low") is not None}
    layers = [*([band] if False in banded else []), line, *([bar] if True in banded else [])]
    layers += [marks] if there else []  # an empty legend would leave nothing to be seen
    size = (LARGE if alone else SMALL)[theme.room]
    return (
        alt.layer(*layers, data=rows(values))
        .properties(width=size.width, height=size.height)
        .facet(facet=alt.Facet("tactic:N", title=None, sort=_in_order(values)), columns=size.columns)
        .resolve_scale(x="independent", y="independent")
    )


def _largest(tactics: Sequence[Tactic], spend: Mapping[str, float]) -> list[Tactic]:
    """Those that spend most, as many as there are pictures, in the order of the scenario."""
    most = {tactic.name for tactic in sorted(tactics, key=lambda own: -spend.get(own.name, 0.0))[:MOST_CURVES]}
    return [tactic for tactic in tactics if tactic.name in most]


def _in_order(values: Sequence[Mapping[str, Any]]) -> list[str]:
    """The tactics as they come; without their list they would stand in the order of the alphabet."""
    return list(dict.fromkeys(value["tactic"] for value in values))


def points(tactic: Tactic, marks: Mapping[str, float | None]) -> Iterator[dict[str, Any]]:
    """The curve as points from no spend to beyond what is marked, and the marks."""
    known = [spend for spend in (*marks.values(), tactic.spend.at_most) if spend]
    spends = np.linspace(0.0, BEYOND * max(known, default=1.0), POINTS)
    start = tactic.response.value(np.zeros(1))[0]
    for spend, outcome in zip(spends, tactic.response.value(spends) - start, strict=True):
        yield {"tactic": tactic.name, "mark": "", "spend": float(spend), "outcome": float(outcome)}
    for mark, spend in marks.items():
        if spend is not None:
            outcome = tactic.response.value(np.array([spend]))[0] - start
            yield {"tactic": tactic.name, "mark": mark, "spend": spend, "outcome": float(outcome), "marked": True}
