"""From what is proposed to what the goal asks for: what the changes add, and what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from app.charts.theme import Chart, Theme, plain_axis, rows

BAR = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A bar from one level to another; `kind` is total, more or less."""

    name: str
    start: float
    end: float
    kind: str


def waterfall(steps: Sequence[Step], unit: str, theme: Theme) -> Chart:
    """The steps from top to bottom."""
    values = [{"name": s.name, "start": s.start, "end": s.end, "kind": s.kind, "by": s.end - s.start} for s in steps]
    colours = alt.Scale(domain=["total", "more", "less"], range=[theme.upstream, theme.many[2], theme.warning])
    return (
        alt.Chart(rows(values))
        .mark_bar()
        .encode(
            y=alt.Y("name:N", sort=None, title=None),
            x=alt.X("start:Q", axis=plain_axis(), title=unit),
            x2="end:Q",
            color=alt.Color("kind:N", scale=colours, legend=None),
            tooltip=["name:N", alt.Tooltip("by:Q", format="+,.0f")],
        )
        .properties(height=BAR * max(1, len(values)))
    )
