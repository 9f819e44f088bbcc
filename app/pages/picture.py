"""A chart as an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import Depends, Response

from app.charts.theme import THEMES, Chart, Mode, Room, Theme, drawn, specified

Drawing = Literal["svg", "json"]
KEPT = "private, max-age=86400"
UNCHANGED = {"Cache-Control": KEPT, "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


def _look(theme: Mode = "light", room: Room = "wide") -> Theme:
    return replace(THEMES[theme], room=room)


Look = Annotated[Theme, Depends(_look)]


def picture(chart: Callable[[Theme], Chart], drawing: Drawing, look: Theme) -> Response:
    """The chart as SVG, or as the specification that the charting library reads."""
    if drawing == "json":
        return Response(json.dumps(specified(chart(look), look)), headers=UNCHANGED, media_type="application/json")
    return Response(drawn(chart(look), look), headers=UNCHANGED, media_type="image/svg+xml")
