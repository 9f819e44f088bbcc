"""The curves of an import as a picture: one panel for each tactic, what is spent today marked on it."""

from __future__ import annotations

from typing import Any, Literal

from optimizer.sources.report import ImportReport, TacticReport

Form = Literal["svg", "png"]
WIDTH, HEIGHT, COLUMNS = 260, 170, 3
MOST_PANELS = 60


def picture(report: ImportReport, form: Form) -> bytes:
    """The picture in that form; the band is that of the draws, or the file's own interval."""
    import vl_convert

    chart = _chart(report)
    if form == "svg":
        return str(vl_convert.vegalite_to_svg(chart)).encode()
    return bytes(vl_convert.vegalite_to_png(chart, scale=2.0))


def _chart(report: ImportReport) -> dict[str, Any]:
    import altair

    panels = [_panel(altair, tactic) for tactic in report.tactics[:MOST_PANELS]]
    chart: dict[str, Any] = altair.concat(*panels, columns=COLUMNS).to_dict()
    return chart


def _panel(altair: Any, tactic: TacticReport) -> Any:
    points = [
        {"spend": point.spend, "outcome": point.outcome, "low": point.low, "high": point.high} for point in tactic.plot
    ]
    axes = {
        "x": altair.X("spend:Q", title="spend", axis=altair.Axis(format="~s")),
        "y": altair.Y("outcome:Q", title="incremental outcome", axis=altair.Axis(format="~s")),
    }
    layers = [altair.Chart(altair.Data(values=points)).mark_line().encode(**axes)]
    if tactic.current_low is not None:
        bar = [{"spend": tactic.current_spend, "low": tactic.current_low, "high": tactic.current_high}]
        rule = altair.Chart(altair.Data(values=bar)).mark_rule()
        layers.append(rule.encode(x=axes["x"], y=altair.Y("low:Q", title="incremental outcome"), y2="high:Q"))
    banded = [point for point in points if point["low"] is not None]
    if banded:
        band = altair.Chart(altair.Data(values=banded)).mark_area(opacity=0.2)
        layers.insert(0, band.encode(x=axes["x"], y=altair.Y("low:Q", title="incremental outcome"), y2="high:Q"))
    if tactic.current_spend is not None:
        today = [{"spend": tactic.current_spend, "outcome": tactic.current_outcome}]
        layers.append(altair.Chart(altair.Data(values=today)).mark_point(filled=True, size=60).encode(**axes))
    return altair.layer(*layers).properties(title=tactic.tactic[:60], width=WIDTH, height=HEIGHT)
