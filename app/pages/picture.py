"""A chart as an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Literal

from fastapi import Response

from app.charts.theme import THEMES, Chart, Mode, Theme, drawn, specified

Drawing = Literal["svg", "json"]
KEPT = "private, max-age=86400"
UNCHANGED = {"Cache-Control": KEPT, "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


def picture(chart: Callable[[Theme], Chart], drawing: Drawing, mode: Mode) -> Response:
    """The chart as SVG, or as the specification that the charting library reads."""
    theme = THEMES[mode]
    if drawing == "json":
        return Response(json.dumps(specified(chart(theme), theme)), headers=UNCHANGED, media_type="application/json")
    return Response(drawn(chart(theme), theme), headers=UNCHANGED, media_type="image/svg+xml")


def inline(chart: Callable[[Theme], Chart]) -> dict[Mode, str]:
    """The chart in each mode as SVG within a page; the figure around it says what it shows."""
    return {
        mode: drawn(chart(theme), theme).replace("<svg ", '<svg aria-hidden="true" ', 1)
        for mode, theme in THEMES.items()
    }
