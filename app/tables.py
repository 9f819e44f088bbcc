"""Plans and comparisons as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.schemas.catalogue import CatalogueOut
from app.schemas.comparison import ComparisonOut
from app.schemas.frontier import FrontierOut
from app.schemas.plan import ConflictOut, PlanOut, RuleOut
from optimizer.answers.explanation.limits import SHARE, held, priced_by
from optimizer.answers.price import UNTOLD
from optimizer.sources.report import ImportReport
from optimizer.wording import percent, percent_up

NOTHING = "–"
WHOLE = 10_000.0  # from here on figures of curves are shown without fractions
MOST_ROWS = 60
MOST_USES = 3  # of the next best uses
LONGEST_VALUE = 40  # characters


def show_plan(title: str, plan: PlanOut, console: Console | None = None) -> None:
    """The spend and revenue of every tactic, the goals, and what was proved."""
    out = console or Console()
    rows = [
        (
            row.tactic,
            row.stage,
            money(row.spend),
            money(row.revenue),
            ratio(row.roi),
            signed(row.change_from_current),
        )
        for row in plan.tactics
    ]
    _show(out, title, ("tactic", "stage", "spend", "revenue", "roi", "change"), rows, words=2)
    if plan.totals is not None:
        out.print(f"Spend {money(plan.totals.spend)}, revenue {money(plan.totals.revenue)}.")
    for goal in plan.goals:
        verdict = "met" if goal.met else f"missed by {money(goal.shortfall)}"
        out.print(f"Goal {goal.name}: {money(goal.achieved)} of {money(goal.target)}, {verdict}.", markup=False)
    for line in prices(plan):
        out.print(line, markup=False)
    out.print(certificate(plan), "\n", markup=False)


def prices(plan: PlanOut) -> Iterator[str]:
    """What the limits are worth, and where the next money would go; nothing where no limit has a price."""
    for rule in plan.rules:
        unit, price = priced_by(rule)
        if price:
            yield f"Price of {rule.name}: {_figure(price)} {unit}{_range(rule)}."
    uses = [f"{use.tactic} ({use.period}) {_figure(use.gain)}{_stopped(use.limited_by)}" for use in plan.next_best]
    if uses:
        yield f"Next best uses of money: {', '.join(uses[:MOST_USES])}."


def _range(rule: RuleOut) -> str:
    """From where to where a price holds, in words, a share in percent; nothing where there is no end."""
    least, most = held(rule)
    if rule.price_note is not None and UNTOLD in rule.price_note and least == most:
        return ", and how far that holds was not worked out"
    told = percent if rule.price_unit.endswith(SHARE) else _figure
    if least is not None and most is not None and told(least) == told(most):
        return ", holds at this limit only"
    ends = [f"{word} {told(end)}" for word, end in (("from", least), ("to", most)) if end is not None]
    return f", holds {' '.join(ends)}" if ends else ""


def _stopped(names: Sequence[str]) -> str:
    others = [name for name in names if name != "budget"]
    return f", stopped by {' and '.join(others)}" if others else ""


def _figure(value: float) -> str:
    """Four digits that tell, with separators.

    >>> _figure(35472682.265), _figure(0.60800225)
    ('35,472,682', '0.608')
    """
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.4g}"


def show_frontier(frontier: FrontierOut, console: Console | None = None) -> None:
    """Value, spend and what the next unit adds, point by point; then the budgets that were sought."""
    out = console or Console()
    over = "budget" if frontier.goal is None else f"target of {frontier.goal}"
    rows = [
        (
            money(point.budget if frontier.goal is None else point.target),
            point.status,
            money(point.value),
            NOTHING if point.gap is None else percent_up(point.gap),
            money(point.spend),
            NOTHING if point.marginal is None else f"{point.marginal:.3g}",
            ratio(point.roi),
        )
        for point in frontier.points
    ]
    _show(out, f"Best {frontier.aim}", (over, "status", "value", "gap", "spend", "marginal", "roi"), rows, words=2)
    for words, sought in (
        ("The money stops paying", frontier.stops_paying),
        ("Return falls to the target", frontier.target_roi),
        ("Marginal return falls to the target", frontier.target_marginal_roi),
    ):
        if sought is not None:
            where = NOTHING if sought.budget is None else f"at {money(sought.budget)}"
            out.print(f"{words}: {where} ({sought.status}); {sought.detail}.", markup=False)


def certificate(plan: PlanOut) -> str:
    """What was proved, in words."""
    match plan.status:
        case "conflict":
            return _conflict(plan.conflict) if plan.conflict else "No plan can satisfy every limit."
        case "no_plan":
            return "No plan was found in time."
    if plan.bound is None:
        return "Nothing was proved about better plans."
    if plan.gap is None:
        return f"Certificate: the plan is worth 0, no plan can be worth more than {plan.bound:.3g} ({plan.status})."
    return f"Certificate: no plan can be better by more than {percent_up(plan.gap)} ({plan.status})."


def _conflict(conflict: ConflictOut) -> str:
    """What cannot hold, and what would mend it."""
    lines = [f"No plan can satisfy all of: {', '.join(conflict.conflicting)}."]
    lines += [f"Nor all of: {', '.join(names)}." for names in conflict.further]
    if conflict.relaxations:
        lines.append(f"Any one of these mends it: {'; '.join(own.sentence for own in conflict.relaxations)}.")
    elif conflict.cheapest is not None:
        lines.append(f"This mends it: {conflict.cheapest.sentence}.")
    return "\n".join(lines)


def show_comparison(comparison: ComparisonOut, console: Console | None = None) -> None:
    """Totals, values on the common curves, allocations and differences, side by side."""
    out = console or Console()
    labels = comparison.labels
    _show(out, "Totals", ("", *labels), _totals(comparison))
    _show(out, f"Every allocation on the curves of {comparison.common}", ("", *labels), _revalued(comparison))
    for each in comparison.revalued:
        if each.reason is not None:
            out.print(f"{each.label}: {each.reason}.", markup=False)
    cells = [(row.tactic, row.period, *map(money, row.spend)) for row in comparison.allocations]
    _show(out, "Spend", ("tactic", "period", *labels), cells, words=2)
    differing = [(row.path, *(_short(value) for value in row.values)) for row in comparison.differences]
    more = comparison.more_differences
    _show(out, "Where the scenarios differ", ("field", *labels), differing, words=1 + len(labels), more=more)


def show_catalogue(catalogue: CatalogueOut, console: Console | None = None) -> None:
    """The templates with their defaults; what each does stands in the JSON."""
    rows = [
        (
            each.key,
            each.stage,
            each.response.family if each.response.shape is None else f"{each.response.family} {each.response.shape:g}",
            f"{each.response.saturation:.0%}",
            NOTHING if each.adstock is None else f"{each.adstock['retention']:g}",
            str(each.lead),
        )
        for each in catalogue.templates
    ]
    columns = ("template", "stage", "curve", "reached today", "retention", "lead")
    _show(console or Console(), f"Assumed, by the {catalogue.templates[0].period}", columns, rows, words=3)


def show_import(report: ImportReport, console: Console | None = None) -> None:
    """What an import made of each tactic, how it compares with the file's own figures, and what was left out."""
    out = console or Console()
    rows = [
        (
            tactic.tactic,
            tactic.family if tactic.draws == 1 else f"{tactic.family}, {tactic.draws} draws",
            tactic.shape,
            _known(tactic.scale),
            _known(tactic.current_spend),
            _known(tactic.current_outcome),
            _known(tactic.current_marginal),
        )
        for tactic in report.tactics
    ]
    header = ("tactic", "family", "shape", "scale", "spend today", "outcome today", "marginal")
    _show(out, f"{report.source} {report.version}, per {report.period}".replace(" ,", ","), header, rows, words=3)
    if report.largest_difference is not None:
        told = (
            f"{len(report.checks)} figures of the file checked, the largest difference {report.largest_difference:.2g}."
        )
        out.print(told, markup=False)
    for tactic in report.tactics:
        if tactic.current_low is not None:
            low, high = _known(tactic.current_low), _known(tactic.current_high)
            out.print(f"{tactic.tactic}: its outcome today lies between {low} and {high}.", markup=False)
    for entry in report.left_out:
        out.print(f"Left out {entry.name}: {entry.reason}", markup=False)
    for line in (*report.warnings, *(f"{t.tactic}: {line}" for t in report.tactics for line in t.warnings)):
        out.print(line, markup=False)


def _known(value: float | None) -> str:
    return NOTHING if value is None else f"{value:,.0f}" if abs(value) >= WHOLE else f"{value:.4g}"


def money(value: float | None) -> str:
    """Whole units with separators.

    >>> money(1234567.4), money(None)
    ('1,234,567', '–')
    """
    return NOTHING if value is None else f"{value:,.0f}"


def signed(value: float | None) -> str:
    """Money with its sign.

    >>> signed(-12.0)
    '-12'
    """
    return NOTHING if value is None else f"{value:+,.0f}"


def ratio(value: float | None) -> str:
    """Two digits after the point."""
    return NOTHING if value is None else f"{value:.2f}"


def _totals(comparison: ComparisonOut) -> list[tuple[str, ...]]:
    names = ("spend", "revenue", "outcome", "profit")
    return [
        (name, *(money(None if totals is None else getattr(totals, name)) for totals in comparison.totals))
        for name in names
    ]


def _revalued(comparison: ComparisonOut) -> list[tuple[str, ...]]:
    names = ("value", "revenue", "outcome", "profit")
    return [(name, *(money(getattr(each, name)) for each in comparison.revalued)) for name in names]


def _short(value: str | None) -> str:
    text = NOTHING if value is None else value
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _show(
    out: Console,
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    words: int = 1,
    more: int = 0,
) -> None:
    """A table whose first `words` columns hold words and whose others hold numbers."""
    table = Table(title=Text(title), title_justify="left")
    for position, column in enumerate(columns):
        table.add_column(Text(column), justify="left" if position < words else "right", overflow="fold")
    listed = list(rows)
    for row in listed[:MOST_ROWS]:
        table.add_row(*map(Text, row))  # as it stands: brackets in a name are no markup
    hidden = len(listed) - len(listed[:MOST_ROWS]) + more
    out.print(table)
    if hidden:
        out.print(f"… and {hidden} more.")
