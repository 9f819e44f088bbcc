"""Plans side by side as a workbook: totals, allocations, goals, limits, and where the scenarios differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.spreadsheets.book import Book, Formula, Sheet, Value, cell, span
from app.spreadsheets.style import SERIES
from optimizer.answers.comparison import AllocationRow, Comparison
from optimizer.answers.plan import GoalResult, RuleResult
from optimizer.units import exact

FIRST = 4
TOTALS = ("spend", "revenue", "profit", "roi", "outcome", "unspent", "end_value")
WORTH = ("value", "revenue", "profit", "outcome")
MOST_BARS = 20
TALL = 32  # height of headings [points]
CHART_ROWS = 20  # of the sheet, below which a chart ends
LOOKS = {"spend": "money", "unspent": "money", "revenue": "money", "profit": "money", "roi": "ratio", "gap": "proof"}


def comparison_workbook(comparison: Comparison, names: Mapping[str, str], digits: int) -> bytes:
    """The XLSX of a comparison; `names` are those of the plans by label; differences from the first are formulas."""
    book = Book("Comparison of plans", digits, None)
    headings = _headings(comparison.labels, names)
    _summary(book, comparison, headings)
    _allocation(book, comparison, headings)
    if comparison.goals:
        _results(book, "Goals", headings, [(row.name, row.results) for row in comparison.goals], GOAL)
    if comparison.rules:
        _results(book, "Limits", headings, [(row.name, row.results) for row in comparison.rules], RULE)
    _scenarios(book, comparison, headings)
    return book.bytes()


def _headings(labels: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """What the plans are called: their names; with the ends of their labels where two have the same."""
    told = [names.get(label, label) for label in labels]
    return [
        f"{name} ({label[-6:]})" if told.count(name) > 1 else name for name, label in zip(told, labels, strict=True)
    ]


def _summary(book: Book, comparison: Comparison, headings: Sequence[str]) -> None:
    sheet = book.sheet("Summary", [34, *([20] * len(headings)), *([18] * (len(headings) - 1))])
    sheet.put(0, 0, "Comparison of plans", "title")
    sheet.put(1, 0, "Differences are from the first plan, as formulas.", "subtitle")
    _head(sheet, FIRST - 1, ["Totals"], headings)
    totals = [(name, [None if own is None else getattr(own, name) for own in comparison.totals]) for name in TOTALS]
    proved: list[tuple[str, Sequence[float | None]]] = [("value", comparison.values), ("gap", comparison.gaps)]
    row = _lines(sheet, FIRST, [*totals, *proved]) + 1
    common = headings[comparison.labels.index(comparison.common)]
    sheet.put(row, 0, f"Every allocation on the curves of {common}", "section")
    sheet.put(row + 1, 0, "A plan is not better because its curves were kinder.", "subtitle")
    _head(sheet, row + 2, ["On common curves"], headings)
    row = _lines(sheet, row + 3, [(name, [getattr(own, name) for own in comparison.revalued]) for name in WORTH])
    for heading, own in zip(headings, comparison.revalued, strict=True):
        if own.reason is not None:
            sheet.put(row, 0, f"{heading}: {own.reason}", "subtitle")
            row += 1
    if any(comparison.totals):
        _chart(book, sheet, range(FIRST, FIRST + 2), len(headings), "Spend and revenue", (row + 1, 0), 1)
    sheet.raw.freeze_panes(FIRST, 1)


def _lines(sheet: Sheet, row: int, figures: Sequence[tuple[str, Sequence[float | None]]]) -> int:
    """A line for each figure that some plan has; where the next one would stand."""
    for name, values in figures:
        if any(value is not None for value in values):
            words = "ROI" if name == "roi" else name.replace("_", " ").capitalize()
            _line(sheet, row, [words], values, LOOKS.get(name, "figure"))
            row += 1
    return row


def _allocation(book: Book, comparison: Comparison, headings: Sequence[str]) -> None:
    """Spend by tactic with live sums over the cells below, a chart, then the cells themselves."""
    plans = len(headings)
    sheet = book.sheet("Allocation", [28, 14, *([18] * (2 * plans - 1))])
    sheet.put(0, 0, "Allocation", "title")
    sheet.put(1, 0, "Spend by tactic; below it by tactic and period.", "subtitle")
    by_tactic: dict[str, list[AllocationRow]] = {}
    for row in comparison.allocations:
        by_tactic.setdefault(row.tactic, []).append(row)
    last, place = FIRST + len(by_tactic), FIRST + len(by_tactic) + (CHART_ROWS if by_tactic else 0) + 3
    _head(sheet, FIRST - 1, ["Tactic", ""], headings)
    _head(sheet, place - 1, ["Tactic", "Period"], headings)
    for summed, (tactic, rows) in enumerate(by_tactic.items(), FIRST):
        _totals(sheet, summed, tactic, rows, place)
        for row in rows:
            _line(sheet, place, [row.tactic, row.period], row.spend, "money")
            place += 1
    if by_tactic:
        _totals(sheet, last, "Total", comparison.allocations, FIRST, last - FIRST, "total")
        bars = range(FIRST, min(last, FIRST + MOST_BARS))
        _chart(book, sheet, bars, plans, "Spend by tactic", (last + 2, 0))
    sheet.raw.freeze_panes(FIRST, 2)


def _totals(
    sheet: Sheet, row: int, name: str, cells: Sequence[AllocationRow], top: int, count: int = 0, *styles: str
) -> None:
    """Live sums, for each plan, over `count` rows from `top` on; left out: one for each cell."""
    plans = range(len(cells[0].spend))
    sums = [_sum([own.spend[plan] for own in cells]) for plan in plans]
    ranges = [span(top, 2 + plan, top + (count or len(cells)) - 1, 2 + plan) for plan in plans]
    shown = [None if own is None else Formula(f"=SUM({area})", own) for area, own in zip(ranges, sums, strict=True)]
    _line(sheet, row, [name, None], sums, "money", shown, *styles)


def _sum(values: Sequence[float | None]) -> float | None:
    """The sum of what there is; None where there is nothing."""
    known = [exact(value) for value in values if value is not None]
    return float(sum(known)) if known else None


Reading = tuple[str, Callable[[GoalResult | RuleResult], Value], str]


def _attribute(name: str) -> Callable[[GoalResult | RuleResult], Value]:
    def read(result: GoalResult | RuleResult) -> Value:
        value: Value = getattr(result, name)
        return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value

    return read


GOAL: tuple[Reading, ...] = tuple(
    (title, _attribute(name), look)
    for title, name, look in (
        ("Target", "target", "figure"), ("Achieved", "achieved", "figure"), ("Shortfall", "shortfall", "figure"),
        ("Met", "met", "text"), ("Price", "price", "figure"),
    )
)  # fmt: skip
RULE: tuple[Reading, ...] = tuple(
    (title, _attribute(name), look)
    for title, name, look in (("Binds", "binding", "text"), ("Price", "price", "figure"))
)


def _results(
    book: Book,
    name: str,
    headings: Sequence[str],
    rows: Sequence[tuple[str, Sequence[GoalResult | RuleResult | None]]],
    readings: Sequence[Reading],
) -> None:
    """One row for each goal or limit and what is said of it, with a column for each plan."""
    sheet = book.sheet(name, [34, 13, *([20] * len(headings))])
    sheet.put(0, 0, name, "title")
    sheet.row(FIRST - 1, (name.removesuffix("s"), "", *headings), "heading")
    sheet.raw.set_row(FIRST - 1, TALL)
    place = FIRST
    for own, results in rows:
        for position, (title, read, look) in enumerate(readings):
            sheet.put(place, 0, own if position == 0 else None, "label")
            sheet.put(place, 1, title, "subtitle")
            for column, result in enumerate(results, 2):
                sheet.put(place, column, None if result is None else read(result), look, "right")
            place += 1
    sheet.raw.freeze_panes(FIRST, 2)


def _scenarios(book: Book, comparison: Comparison, headings: Sequence[str]) -> None:
    """Every field in which the scenarios differ."""
    sheet = book.sheet("Scenario differences", [44, *([34] * len(headings))])
    sheet.put(0, 0, "Where the scenarios differ", "title")
    more = f"{comparison.more_differences} more are not listed." if comparison.more_differences else ""
    sheet.put(1, 0, more if comparison.differences else "Nowhere.", "subtitle")
    sheet.row(FIRST - 1, ("Field", *headings), "heading")
    for place, own in enumerate(comparison.differences, FIRST):
        sheet.row(place, (own.path, *own.values), "wrapped", "text")
    sheet.raw.freeze_panes(FIRST, 1)


def _head(sheet: Sheet, row: int, first: Sequence[str], headings: Sequence[str]) -> None:
    sheet.row(row, first, "heading")
    titles = [*headings, *(f"{heading} less first" for heading in headings[1:])]
    sheet.row(row, titles, "heading", "right", start=len(first))
    sheet.raw.set_row(row, TALL)


def _line(
    sheet: Sheet,
    row: int,
    words: Sequence[str | None],
    values: Sequence[float | None],
    look: str,
    shown: Sequence[Value] | None = None,
    *styles: str,
) -> None:
    """Words, a value for each plan, and what each later one differs from the first."""
    sheet.row(row, words, "label", *styles)
    start = len(words)
    sheet.row(row, values if shown is None else shown, *styles, look, start=start)
    for position, value in enumerate(values[1:], 1):
        if value is not None and values[0] is not None:
            less = Formula(f"={cell(row, start + position)}-{cell(row, start)}", float(exact(value) - exact(values[0])))
            sheet.put(row, start + len(values) + position - 1, less, *styles, "proof" if look == "proof" else "change")


def _chart(
    book: Book, sheet: Sheet, rows: Sequence[int], plans: int, title: str, at: tuple[int, int], start: int = 2
) -> None:
    """Columns side by side, a colour for each plan."""
    chart = book.chart({"type": "column"})
    for column in range(start, start + plans):
        chart.add_series(
            {
                "name": [sheet.name, FIRST - 1, column],
                "categories": sheet.area(rows[0], 0, rows[-1], 0),
                "values": sheet.area(rows[0], column, rows[-1], column),
                "fill": {"color": SERIES[(column - start) % len(SERIES)]},
                "gap": 80,
            }
        )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#E5E9ED"}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 860, "height": 340})
    sheet.raw.insert_chart(*at, chart)
