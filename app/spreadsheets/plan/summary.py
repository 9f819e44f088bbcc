"""The first sheet: what the plan is, what it is worth, how good it provably is, and every tactic on one line."""

from __future__ import annotations

from app.spreadsheets.book import Formula, Sheet, Value, cell, fixed
from app.spreadsheets.plan.frame import ALLOCATION, TOP, Frame, ratio_of, summed
from app.spreadsheets.style import DOWNSTREAM, UPSTREAM
from optimizer.answers.plan import Certificate, Totals
from optimizer.problem.budget import BudgetLimit
from optimizer.units import difference

LAST = 8  # the last column
WIDE = 128  # characters on a line across all columns
FIGURES, CHARTS, HIGH = 4, 16, 18  # first rows; rows that the charts are high
HEADINGS = ("Tactic", "Stage", "Spend", "Share", "Change", "Outcome", "Revenue", "ROI", "Marginal revenue")
MOST_BARS = 20


def write_summary(frame: Frame) -> None:
    """Figures left, certificate right, charts below, then the tactics."""
    sheet = frame.book.sheet("Summary", [30, 16, 18, 11, 17, 17, 18, 10, 16])
    sheet.put(0, 0, frame.scenario.name, "title")
    kept = f"{frame.origin.id}, stored {frame.origin.created:%Y-%m-%d %H:%M} UTC, " if frame.origin else ""
    sheet.put(1, 0, f"Plan {kept}{frame.plan.status}. Money in {frame.scenario.currency}.", "subtitle")
    headline = frame.explanation.headline.text
    sheet.merged(2, 0, LAST, headline, "lead", height=17.0 * max(1, -(-len(headline) // (WIDE - 10))))
    totals, certificate = frame.plan.totals, frame.plan.certificate
    if totals is None:
        _failure(frame, sheet)
        return
    tactics = CHARTS + (HIGH if frame.plan.allocations else 0) + 1
    _figures(frame, sheet, totals, tactics + 1)
    _proof(frame, sheet, certificate)
    _tactics(frame, sheet, tactics)
    _charts(frame, sheet, tactics + 1)


def _failure(frame: Frame, sheet: Sheet) -> None:
    """Why there is no plan, in sentences."""
    row = 4
    for section in frame.explanation.sections:
        sheet.row(row, [section.title, *([None] * LAST)], "section")
        for sentence in section.sentences:
            row += 1
            sheet.merged(row, 0, LAST, sentence.text, "wrapped", height=15.5 * max(1, -(-len(sentence.text) // WIDE)))
        row += 2


def _figures(frame: Frame, sheet: Sheet, totals: Totals, top: int) -> None:
    """Name and value, from row to row; the spend and what is left are formulas."""
    sheet.row(FIGURES - 1, ("Figures", None), "section")
    grand = Formula(f"={ALLOCATION}!{cell(TOP + len(frame.tactics) + 2, frame.right)}", totals.spend)
    budget = _budget(frame.scenario.budget.total)
    left: Value = totals.unspent
    if budget is not None and left == difference(budget, totals.spend):
        left = Formula(f"={cell(FIGURES + 1, 1)}-{cell(FIGURES, 1)}", left)
    revenue = Formula(f"={cell(top + len(frame.tactics), 6)}", totals.revenue)
    shown: tuple[tuple[str, Value, str], ...] = (
        ("Spend", grand, "money"),
        ("Budget", budget, "money"),
        ("Unspent", left, "money"),
        ("Revenue", revenue, "money"),
        ("Profit", totals.profit, "money"),
        ("ROI", ratio_of(cell(FIGURES + 3, 1), cell(FIGURES, 1), totals.roi), "ratio"),
        ("Outcome (incremental)", totals.outcome, "figure"),
        ("Outcome without any spend", totals.baseline_outcome, "figure"),
        ("Worth of demand left", totals.end_value, "figure"),
    )
    for row, (name, value, look) in enumerate(shown, FIGURES):
        if value is not None:
            sheet.put(row, 0, name, "label")
            sheet.put(row, 1, value, look)


def _budget(limit: BudgetLimit | None) -> float | None:
    """What may be spent at the most, where the scenario says so."""
    return None if limit is None else limit.at_most if limit.exactly is None else limit.exactly


def _proof(frame: Frame, sheet: Sheet, certificate: Certificate | None) -> None:
    """The certificate, in words."""
    sheet.row(FIGURES - 1, ("Certificate", *([None] * (LAST - 3))), "section", start=3)
    told = next((section.sentences for section in frame.explanation.sections if section.key == "certificate"), ())
    row = FIGURES
    for sentence in told:
        sheet.merged(row, 3, LAST, sentence.text, "wrapped", height=31.0 if len(sentence.text) > 100 else None)
        row += 1
    if certificate is None:
        return
    for name, value in (("Value", certificate.value), ("Bound", certificate.bound)):
        sheet.put(row, 3, name, "label")
        sheet.put(row, 4, value, "figure")
        row += 1
    sheet.put(row, 3, "Gap", "label")
    if certificate.value and certificate.gap is not None:
        gap = Formula(f"=ABS({cell(row - 1, 4)}-{cell(row - 2, 4)})/ABS({cell(row - 2, 4)})", certificate.gap)
        sheet.put(row, 4, gap, "proof")
    else:
        sheet.put(row, 4, certificate.gap, "proof")


def _tactics(frame: Frame, sheet: Sheet, top: int) -> None:
    """Every tactic on one line, and their sum."""
    for column, heading in enumerate(HEADINGS):
        sheet.put(top, column, heading, "heading", *(("right",) if column > 1 else ()))
    first, last = top + 1, top + len(frame.tactics)
    totals, marginal = frame.plan.totals, _marginal(frame)
    assert totals is not None
    for row, own in enumerate(frame.tactics, first):
        spend = cell(row, 2)
        sheet.row(row, (own.tactic, own.stage), own.stage)
        sheet.put(row, 2, frame.total_of(row - first, own.spend), "money")
        share = own.spend / totals.spend if totals.spend else None
        sheet.put(row, 3, ratio_of(spend, fixed(last + 1, 2), share), "share")
        sheet.put(row, 4, own.change_from_current, "change")
        sheet.put(row, 5, own.outcome, "figure")
        sheet.put(row, 6, own.revenue, "money")
        sheet.put(row, 7, ratio_of(cell(row, 6), spend, own.roi), "ratio")
        sheet.put(row, 8, marginal.get(own.tactic), "ratio")
    sheet.row(last + 1, ["Total", *([None] * LAST)], "total")
    spends = summed(first, 2, last, 2, [own.spend for own in frame.tactics])
    revenues = Formula(f"=SUM({cell(first, 6)}:{cell(last, 6)})", totals.revenue)
    sheet.put(last + 1, 2, spends, "total", "money")
    sheet.put(last + 1, 6, revenues, "total", "money")
    sheet.put(last + 1, 7, ratio_of(cell(last + 1, 6), cell(last + 1, 2), totals.roi), "total", "ratio")


def _marginal(frame: Frame) -> dict[str, float]:
    """What the next unit earns where it earns most, by tactic."""
    best: dict[str, float] = {}
    for own in frame.plan.allocations:
        if own.marginal_revenue is not None:
            best[own.tactic] = max(best.get(own.tactic, 0.0), own.marginal_revenue)
    return best


def _charts(frame: Frame, sheet: Sheet, first: int) -> None:
    """Spend and revenue by tactic; spend by period and stage."""
    grid = {"visible": True, "line": {"color": "#E5E9ED"}}
    last = first + min(len(frame.tactics), MOST_BARS) - 1
    bars = frame.book.chart({"type": "column"})
    for column, colour in ((2, UPSTREAM), (6, "#4C9F70")):
        bars.add_series(
            {
                "name": sheet.area(first - 1, column, first - 1, column)[:3],
                "categories": sheet.area(first, 0, last, 0),
                "values": sheet.area(first, column, last, column),
                "fill": {"color": colour},
                "gap": 60,
            }
        )
    periods = frame.book.chart({"type": "column", "subtype": "stacked"})
    for offset, colour in ((1, UPSTREAM), (2, DOWNSTREAM)):
        row = frame.bottom + offset
        periods.add_series(
            {
                "name": [ALLOCATION, row, 0],
                "categories": [ALLOCATION, TOP - 1, 2, TOP - 1, frame.right - 1],
                "values": [ALLOCATION, row, 2, row, frame.right - 1],
                "fill": {"color": colour},
                "gap": 60,
            }
        )
    titles = (("Spend and revenue by tactic", bars, 0), ("Spend by period", periods, 4))
    for title, chart, column in titles:
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_y_axis({"num_format": "#,##0", "num_font": {"size": 8}, "major_gridlines": grid})
        chart.set_x_axis({"num_font": {"size": 8}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 560, "height": 340})
        sheet.raw.insert_chart(CHARTS, column, chart, {"x_offset": 5})
