"""The response curves of the tactics, and where the plan stands on them."""

from __future__ import annotations

import numpy as np

from app.spreadsheets.book import Sheet
from app.spreadsheets.plan.frame import Frame
from app.spreadsheets.style import DOWNSTREAM, UPSTREAM
from optimizer.answers.plan import TacticTotal
from optimizer.problem.tactic import Tactic

MOST_CURVES = 24
POINTS = 41
ROOM = 1.3  # how far beyond the largest spend a curve is drawn
TOP = 5
ACROSS, HIGH = 3, 15  # charts side by side; rows that one is high
COLUMNS = 4  # of a tactic's block: spend, outcome, the plan's point


def write_curves(frame: Frame) -> None:
    """Charts on one sheet, their points on another: the tactics that spend most, each with the plan's mean period."""
    shown = sorted(frame.plan.tactics, key=lambda total: -total.spend)[:MOST_CURVES]
    charts = frame.book.sheet("Curves", [])
    points = frame.book.sheet("Curve points", [16] * (COLUMNS * len(shown)))
    charts.put(0, 0, "Response curves", "title")
    few = f" The {MOST_CURVES} that spend most." if len(frame.plan.tactics) > MOST_CURVES else ""
    told = "Outcome of one period against its (carried-over) spend; the mark is the plan's mean spend per period."
    charts.put(1, 0, told + few, "subtitle")
    points.put(0, 0, "Points of the curves", "title")
    tactics = {tactic.name: tactic for tactic in frame.scenario.tactics}
    for number, total in enumerate(shown):
        _block(frame, points, total, tactics[total.tactic], number)
        _chart(frame, charts, points, total, number)
    points.raw.freeze_panes(TOP, 0)


def _block(frame: Frame, sheet: Sheet, total: TacticTotal, tactic: Tactic, number: int) -> None:
    """A tactic's points, in four columns of their own."""
    left = COLUMNS * number
    spends = [own.spend for own in frame.plan.allocations if own.tactic == total.tactic]
    mean = total.spend / len(spends)
    far = ROOM * max([*spends, tactic.current_spend or 0.0]) or tactic.response.natural_scale()
    xs = np.linspace(0.0, far, POINTS)
    ys, mark = (tactic.response.value(x) - tactic.response.value(np.zeros(1)) for x in (xs, np.array([mean])))
    sheet.put(TOP - 3, left, total.tactic, "label")
    sheet.put(TOP - 2, left, f"{tactic.response.family}, {tactic.stage}", "subtitle")
    sheet.row(TOP - 1, ("Spend", "Outcome", "Plan: spend", "Plan: outcome"), "heading", start=left)
    for row, (x, y) in enumerate(zip(xs.tolist(), ys.tolist(), strict=True), TOP):
        sheet.put(row, left, x, "money")
        sheet.put(row, left + 1, y, "figure")
    sheet.put(TOP, left + 2, mean, "money")
    sheet.put(TOP, left + 3, float(mark[0]), "figure")


def _chart(frame: Frame, charts: Sheet, points: Sheet, total: TacticTotal, number: int) -> None:
    left, colour = COLUMNS * number, UPSTREAM if total.stage == "upstream" else DOWNSTREAM
    chart = frame.book.chart({"type": "scatter", "subtype": "straight"})
    last = TOP + POINTS - 1
    chart.add_series(
        {
            "name": "Curve",
            "categories": points.area(TOP, left, last, left),
            "values": points.area(TOP, left + 1, last, left + 1),
            "line": {"color": colour, "width": 2.25},
            "marker": {"type": "none"},
        }
    )
    chart.add_series(
        {
            "name": "Plan, mean per period",
            "categories": points.area(TOP, left + 2, TOP, left + 2),
            "values": points.area(TOP, left + 3, TOP, left + 3),
            "marker": {"type": "diamond", "size": 10, "fill": {"color": "#22313F"}, "border": {"color": "#FFFFFF"}},
            "line": {"none": True},
        }
    )
    grid = {"visible": True, "line": {"color": "#E5E9ED"}}
    chart.set_title({"name": [points.name, TOP - 3, left], "name_font": {"size": 11}})
    chart.set_x_axis({"num_format": "#,##0", "min": 0, "num_font": {"size": 8}, "major_gridlines": grid})
    chart.set_y_axis({"num_format": "#,##0", "min": 0, "num_font": {"size": 8}, "major_gridlines": grid})
    chart.set_legend({"none": True})
    chart.set_size({"width": 400, "height": 280})
    charts.raw.insert_chart(3 + HIGH * (number // ACROSS), 6 * (number % ACROSS) + number % ACROSS, chart)
