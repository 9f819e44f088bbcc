"""How time and memory grow with the size of a scenario: each size in a process of its own; the chart of the manual."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.solved import measured
from tests.oracles import instances

KINDS = ("20 periods", "adstock over 52 weeks")
SIZES = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
CHART = Path(__file__).resolve().parent.parent / "docs" / "growth.svg"
HEAD = ["cells", *(f"{kind}: time, memory" for kind in KINDS)]


def rows(*, most: int, chart: bool) -> list[list[str]]:
    """One line a size up to `most` cells, the exponents last; draws the chart if asked."""
    sizes = [size for size in SIZES if size <= most]
    found = {kind: [_measured(size, kind) for size in sizes] for kind in KINDS}
    if chart:
        CHART.write_text(_chart(sizes, found), encoding="utf-8")
    lines = [
        [f"{size:,}", *(f"{found[kind][k]['seconds']:.3g} s, {found[kind][k]['mib']:.0f} MiB" for kind in KINDS)]
        for k, size in enumerate(sizes)
    ]
    fitted = [", ".join(f"{_exponent(sizes, found[kind], what):.2f}" for what in ("seconds", "mib")) for kind in KINDS]
    return [HEAD, *lines, ["exponent from 1,000", *fitted]]


def _measured(cells: int, kind: str) -> dict[str, float]:
    weeks = 52 if kind == KINDS[1] else 20
    document = instances.weekly(max(1, round(cells / weeks)), 1, weeks=weeks)
    if kind != KINDS[1]:
        for tactic in document["tactics"]:
            del tactic["adstock"]
    return measured(document | {"solve": {"gap": 1e-5, "time_limit": 600}})


def _exponent(sizes: list[int], found: list[dict[str, float]], what: str) -> float:
    """The slope of the straight line through the logarithms."""
    points = [(size, own[what]) for size, own in zip(sizes, found, strict=True) if size >= 1000]
    return float(np.polyfit(*np.log(np.array(points)).T, 1)[0]) if len(points) > 1 else float("nan")


def _chart(sizes: list[int], found: dict[str, list[dict[str, float]]]) -> str:
    import altair
    import vl_convert

    named = {"seconds": "time [s]", "mib": "peak memory [MiB]"}
    data = [
        {"cells": size, "value": own[what], "scenario": kind, "panel": name}
        for kind in KINDS
        for size, own in zip(sizes, found[kind], strict=True)
        for what, name in named.items()
    ]
    log = altair.Scale(type="log")
    lines = (
        altair.Chart(altair.Data(values=data))
        .mark_line(point=True)
        .encode(
            x=altair.X("cells:Q", scale=log, title="cells (tactics x periods)"),
            y=altair.Y("value:Q", scale=log, title=None),
            color=altair.Color("scenario:N", title=None, legend=altair.Legend(orient="bottom")),
            column=altair.Column("panel:N", title=None, sort=list(named.values())),
        )
        .resolve_scale(y="independent")
        .properties(width=300, height=240)
    )
    svg: str = vl_convert.vegalite_to_svg(lines.to_json())
    return svg
