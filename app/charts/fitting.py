"""A specification with its names in the room they have; data and tooltips keep them whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from app.charts.lettering import lines, shortened, width
from app.directions import isolated

Part = dict[str, Any]
LEGENDS = ("color", "shape", "stroke")


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """What there is for the names of an axis, of a legend and of a panel, and for axis and title together [pixels]."""

    axis: int
    legend: int
    header: int
    whole: int


def fitted(chart: Part, space: Space) -> Part:
    """The chart with each name short enough that its beginning is seen."""
    made: Part = _part(chart, space, list(_rows(chart)))
    return made


def _part(part: Any, space: Space, rows: list[Part]) -> Any:
    if isinstance(part, list):
        return [_part(each, space, rows) for each in part]
    if not isinstance(part, dict):
        return part
    made = {name: each if name == "datasets" else _part(each, space, rows) for name, each in part.items()}
    if isinstance(made.get("encoding"), dict):
        made["encoding"] = _encoding(made["encoding"], space, rows)
    if "field" in (facet := made.get("facet") or {}):
        made["facet"] = facet | {"header": (facet.get("header") or {}) | _short(_names(facet, rows), space.header)}
    return made


def _encoding(encoding: Part, space: Space, rows: list[Part]) -> Part:
    made = dict(encoding)
    for channel in ("x", "y"):
        if _nominal(made.get(channel)):
            names = _names(made[channel], rows)
            extent = {"minExtent": _widest(names, space.axis)} if channel == "y" else {}
            made[channel] = _with(made[channel], "axis", _short(names, space.axis) | extent)
    for channel in LEGENDS:
        if _nominal(made.get(channel)) and made[channel].get("legend", {}) is not None:
            made[channel] = _with(made[channel], "legend", _short(_names(made[channel], rows), space.legend))
    beside = made["y"]["axis"]["minExtent"] if _nominal(made.get("y")) else 0
    return made | {"x": _titled(made["x"], space.whole - beside)} if "x" in made else made


def _titled(channel: Part, room: float) -> Part:
    title = channel.get("title")
    return channel | {"title": lines(title, room)} if isinstance(title, str) and width(title) > room else channel


def _with(channel: Part, guide: str, more: Part) -> Part:
    return channel | {guide: (channel.get(guide) or {}) | more}


def _nominal(channel: Part | None) -> bool:
    return channel is not None and channel.get("type") == "nominal" and "field" in channel


def _short(names: Iterable[str], room: int) -> Part:
    """The guide's own limit is off: it measures with another font, and cuts letters of two code units in half."""
    short = {isolated(name): isolated(less) for name in names if (less := shortened(name, room)) != name}
    if not short:
        return {"labelLimit": 0}
    told = f"{_quoted(short.values())}[indexof({_quoted(short)}, datum.value)] || (datum.label)"
    return {"labelLimit": 0, "labelExpr": told}


def _quoted(texts: Iterable[str]) -> str:
    """Texts in an expression; those of panels are searched for `datum.value`, also within quotes."""
    return json.dumps(list(texts)).replace("datum.", "datum\\u002e")


def _widest(names: Iterable[str], room: int) -> float:
    return max((width(shortened(name, room)) for name in names), default=0.0)


def _names(channel: Part, rows: list[Part]) -> list[str]:
    return list({str(row[channel["field"]]): None for row in rows if row.get(channel["field"]) is not None})


def _rows(chart: Part) -> Iterator[Part]:
    """All data of the specification, which stand together under names."""
    for values in chart.get("datasets", {}).values():
        yield from values
