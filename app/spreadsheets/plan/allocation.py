"""Tactic × period, with totals that add up by themselves."""

from __future__ import annotations

from app.spreadsheets.book import Formula, Sheet, cell, fixed, span
from app.spreadsheets.plan.frame import ALLOCATION, LEFT, TOP, Frame, ratio_of, summed
from optimizer.units import exact

STAGES = ("upstream", "downstream")


def write_allocation(frame: Frame) -> None:
    """Spend of every tactic in every period; sums by tactic, by period, by stage and over all."""
    sheet = frame.book.sheet(ALLOCATION, [28, 13, *([14] * len(frame.periods)), 16, 9, 16, 16])
    sheet.put(0, 0, "Allocation", "title")
    sheet.put(1, 0, f"Spend by tactic and period [{frame.scenario.currency}]. Totals are formulas.", "subtitle")
    headings = ["Tactic", "Stage", *frame.periods, "Total", "Share", "Spend today", "Change"]
    sheet.row(TOP - 1, headings, "heading")
    for column in range(LEFT, len(headings)):
        sheet.put(TOP - 1, column, headings[column], "heading", "right")
    spends = frame.spends()
    for row, total in enumerate(frame.tactics, TOP):
        sheet.put(row, 0, total.tactic, total.stage)
        sheet.put(row, 1, total.stage, total.stage)
        values = [spends[total.tactic, period] for period in frame.periods]
        sheet.row(row, values, "money", start=LEFT)
        sheet.put(row, frame.right, summed(row, LEFT, row, frame.right - 1, values), "label", "money")
        _beside(frame, sheet, row, total.spend, total.change_from_current)
    _totals(frame, sheet, spends)
    sheet.raw.conditional_format(
        TOP, LEFT, frame.bottom, frame.right - 1,
        {"type": "data_bar", "bar_solid": True, "bar_color": "#C9DDF0", "bar_border_color": "#C9DDF0"},
    )  # fmt: skip
    sheet.raw.freeze_panes(TOP, LEFT)
    sheet.raw.repeat_rows(TOP - 1)
    sheet.raw.repeat_columns(0, 1)


def _beside(frame: Frame, sheet: Sheet, row: int, spend: float, change: float | None) -> None:
    """A tactic's share of all spend, what it spends today, and the change."""
    total, all_spend = cell(row, frame.right), frame.plan.totals.spend if frame.plan.totals else 0.0
    sheet.put(
        row,
        frame.right + 1,
        ratio_of(total, fixed(_last(frame), frame.right), spend / all_spend if all_spend else None),
        "share",
    )
    if change is not None:
        today = float(exact(spend) - exact(change))
        sheet.put(row, frame.right + 2, today, "money")
        sheet.put(row, frame.right + 3, Formula(f"={total}-{cell(row, frame.right + 2)}", change), "change")


def _totals(frame: Frame, sheet: Sheet, spends: dict[tuple[str, str], float]) -> None:
    stages = f"{fixed(TOP, 1)}:{fixed(frame.bottom, 1)}"
    for row, stage in enumerate(STAGES, frame.bottom + 1):
        own = [total.tactic for total in frame.tactics if total.stage == stage]
        sheet.row(row, [stage.capitalize(), stage], "total", stage)
        for column, period in enumerate(frame.periods, LEFT):
            cells = span(TOP, column, frame.bottom, column)
            value = float(sum(exact(spends[tactic, period]) for tactic in own))
            sheet.put(row, column, Formula(f'=SUMIF({stages},"{stage}",{cells})', value), "total", stage, "money")
        values = [spends[tactic, period] for tactic in own for period in frame.periods]
        sheet.put(row, frame.right, summed(row, LEFT, row, frame.right - 1, values), "total", stage, "money")
    last = _last(frame)
    sheet.row(last, ["Total", None], "total")
    for column, period in enumerate(frame.periods, LEFT):
        values = [spends[total.tactic, period] for total in frame.tactics]
        sheet.put(last, column, summed(TOP, column, frame.bottom, column, values), "total", "money")
    every = [*spends.values()]
    sheet.put(last, frame.right, summed(TOP, frame.right, frame.bottom, frame.right, every), "total", "money")


def _last(frame: Frame) -> int:
    return frame.bottom + 1 + len(STAGES)
