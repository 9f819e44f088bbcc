"""Colours and lettering of charts, in light and dark, and the way from a chart to SVG."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal, TypeAlias

import altair as alt
import vl_convert

from app.charts.fitting import Space, fitted
from app.directions import isolated

Chart: TypeAlias = Any  # altair does not type its fluent calls
Mode = Literal["light", "dark"]
Room = Literal["narrow", "middle", "wide"]  # a phone; a tablet, paper, or a part of a page; a laptop
FONT = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Arial, sans-serif"
# A browser's letters may be wider than those that a picture was measured with: hence the paddings and separations.
ROOMY: dict[str, Any] = {"padding": 12, "axis": {"labelSeparation": 8}, "legend": {}}
SPARE: dict[str, Any] = {
    "padding": {"left": 18, "right": 10, "top": 4, "bottom": 4},
    "axis": {"labelSeparation": 14},
    "legend": {"columns": 1},
}
TODAY, DASH = "today’s spend", (4, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panels:
    """Pictures side by side: how many in a row, and how wide and high each is without its axes [pixels]."""

    columns: int
    width: int
    height: int


WIDTHS: dict[Room, int] = {"narrow": 336, "middle": 720, "wide": 1080}  # of a whole picture [pixels]
SPACES: dict[Room, Space] = {
    "narrow": Space(axis=110, legend=260, header=120, whole=296),
    "middle": Space(axis=200, legend=320, header=190, whole=680),
    "wide": Space(axis=240, legend=320, header=220, whole=1040),
}
SMALL: dict[Room, Panels] = {
    "narrow": Panels(columns=2, width=88, height=90),
    "middle": Panels(columns=3, width=150, height=110),
    "wide": Panels(columns=4, width=185, height=120),
}
LARGE: dict[Room, Panels] = {
    "narrow": Panels(columns=1, width=238, height=210),
    "middle": Panels(columns=1, width=590, height=300),
    "wide": Panels(columns=1, width=940, height=320),
}
LEGEND: dict[str, Any] = {
    "orient": "top",
    "symbolType": "square",
    "columnPadding": 30,
    "layout": {"top": {"direction": "horizontal", "anchor": "start", "margin": 30}},  # legends beside each other
}
FITTED = {"type": "fit-x", "contains": "padding"}  # axes and legend in the width, with letters of the same size
MOST_KEPT = 64  # pictures, of some tens of kilobytes each: a plan that is sent round is drawn once
MOST_BARS = 40  # tactics in one chart; the table beside it has them all


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours of one mode, told apart also by those who see few, and the room that there is for a picture."""

    ink: str
    faint: str
    line: str
    upstream: str
    downstream: str
    accent: str
    warning: str
    many: tuple[str, ...]
    room: Room = "wide"

    def stages(self) -> alt.Scale:
        """The colours of upstream and downstream."""
        return alt.Scale(domain=["upstream", "downstream"], range=[self.upstream, self.downstream])

    def config(self) -> dict[str, Any]:
        """What every chart of the mode has in common."""
        words: dict[str, Any] = {
            "labelColor": self.faint,
            "titleColor": self.faint,
            "labelFont": FONT,
            "titleFont": FONT,
        }
        words |= {"labelFontSize": 12, "titleFontSize": 12}
        lines = {"gridColor": self.line, "domainColor": self.line, "tickColor": self.line}
        room = SPARE if self.room == "narrow" else ROOMY
        return {
            "background": None,
            "padding": room["padding"],
            "font": FONT,
            "view": {"stroke": None},
            "axis": words | lines | {"titleFontWeight": "normal"} | room["axis"],
            "legend": words | LEGEND | room["legend"],
            "header": words,
            "title": {"color": self.ink, "font": FONT, "fontSize": 13},
            "text": {"color": self.ink, "font": FONT},
            "range": {"category": list(self.many)},
        }


THEMES: dict[Mode, Theme] = {
    "light": Theme(
        ink="#1c2733",
        faint="#4d5b6b",
        line="#dfe4ea",
        upstream="#2f6db5",
        downstream="#c2641c",
        accent="#1c2733",
        warning="#b3261e",
        many=("#2f6db5", "#c2641c", "#2e8a63", "#8457a8", "#a8842a", "#5b6b7b", "#c04a78", "#3b8ea5"),
    ),
    "dark": Theme(
        ink="#e8edf2",
        faint="#a9b6c4",
        line="#33404e",
        upstream="#6ea8ea",
        downstream="#f0965a",
        accent="#e8edf2",
        warning="#ff8a80",
        many=("#6ea8ea", "#f0965a", "#63c798", "#bd95dd", "#d9b65c", "#9fb0c1", "#ec86ad", "#72c3d8"),
    ),
}


def rows(values: list[dict[str, Any]]) -> Any:
    """Data written into the specification."""
    return alt.InlineData(values=values)


def specified(chart: Chart, theme: Theme) -> dict[str, Any]:
    """The Vega-Lite specification of a chart in the colours of the theme."""
    made: dict[str, Any] = _isolated(fitted(chart.to_dict(), SPACES[theme.room]))
    whole = made if "facet" in made else made | {"width": WIDTHS[theme.room], "autosize": FITTED}
    return whole | {"config": theme.config()}


def _isolated(part: Any) -> Any:
    """The specification with every text kept to itself: in data, scales and titles alike, so that they still agree."""
    match part:
        case str():
            return isolated(part)
        case list():
            return [_isolated(each) for each in part]
        case dict():
            return {name: _isolated(each) for name, each in part.items()}
        case _:
            return part


def drawn(chart: Chart, theme: Theme) -> str:
    """The chart as SVG."""
    return _drawn(json.dumps(specified(chart, theme)))


@lru_cache(maxsize=MOST_KEPT)
def _drawn(specification: str) -> str:
    return vl_convert.vegalite_to_svg(specification, show_warnings=False)


@cache
def plain_axis(ticks: int = 5) -> alt.Axis:
    """Amounts with their thousands shortened; zero is 0, whatever the others are counted in."""
    return alt.Axis(format="~s", tickCount=ticks, labelExpr="datum.value === 0 ? '0' : datum.label")


@cache
def period_axis() -> alt.Axis:
    """Periods in a row: upright, as many as there is room for."""
    return alt.Axis(labelOverlap=True, labelAngle=0)


def key(words: str, colour: str, dash: tuple[int, int] | None = None) -> Any:
    """The stroke of lines whose rows say `words` in their field key, with its own entry beside the other legends."""
    shown = alt.Legend(title=None, symbolType="M0,-1L0,1", symbolStrokeWidth=2, symbolDash=list(dash or (1, 0)))
    return alt.Stroke("key:N", scale=alt.Scale(domain=[words], range=[colour]), legend=shown)
