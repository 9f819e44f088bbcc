"""Where the money goes, how that differs from today, and why: marginal returns and limits."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.answers.explanation.sentence import Said, Sentence, Told, number, say, share, some_of
from optimizer.answers.plan import Allocation, TacticTotal
from optimizer.units import difference, tidy

MOST = 12  # tactics told one by one: those that moved most, or that get most


def moves(told: Told) -> Iterator[Sentence]:
    """One sentence a tactic, the largest move first; the rest together."""
    tactics = sorted(told.plan.tactics, key=lambda row: (-abs(_move(row)), -row.spend, row.tactic))
    most = MOST if len(tactics) > MOST + 1 else len(tactics)
    for row in tactics[:most]:
        cells = [cell for cell in told.plan.allocations if cell.tactic == row.tactic]
        yield _told(told, row, cells)
    rest = tactics[most:]
    if rest:
        words = "{count} more tactics get {spend} together."
        together = tidy(sum(row.spend for row in rest))
        yield say(words, count=number(len(rest)), spend=told.money(together))


def _move(row: TacticTotal) -> float:
    return row.spend if row.change_from_current is None else row.change_from_current


def _told(told: Told, row: TacticTotal, cells: list[Allocation]) -> Sentence:
    words, parts = _amount(told, row)
    why, more = _held(*_why(told, row, cells), cells)
    return say(f"{{tactic}} {words}{why}.", tactic=row.tactic, **parts, **more)


def _amount(told: Told, row: TacticTotal) -> tuple[str, dict[str, Said]]:
    """What it gets, and how that compares with today."""
    change, spend = row.change_from_current, told.money(row.spend)
    if change is None:
        return ("gets {spend}", {"spend": spend}) if row.spend else ("gets nothing", {})
    if change == 0:
        return "gets {spend}, as much as today", {"spend": spend}
    today = difference(row.spend, change)
    parts = {"spend": spend, "change": told.money(abs(change)), "today": told.money(today)}
    more = "more" if change > 0 else "less"
    if not row.spend:
        return "gets nothing, {today} less than today", {"today": told.money(today)}
    if not today:
        return "gets {spend}, from nothing today", {"spend": spend}
    parts["part"] = share(abs(change) / today)
    return f"gets {{spend}}, {{change}} ({{part}}) {more} than the {{today}} of today", parts


def _held(words: str, parts: dict[str, Said | str], cells: list[Allocation]) -> tuple[str, dict[str, Said | str]]:
    """What keeps it from shrinking, where a limit does."""
    holds = sorted({name for cell in cells for name in cell.held_by})
    return (words + ", kept up by {holds}", parts | {"holds": some_of(holds)}) if holds else (words, parts)


def _why(told: Told, row: TacticTotal, cells: list[Allocation]) -> tuple[str, dict[str, Said | str]]:
    """What the next unit would earn there, and what stops it."""
    if row.demand is not None:
        return _through_pool(told, row, cells)
    known = [slope for cell in cells if (slope := told.slope(cell)) is not None]
    stops = sorted({name for cell in cells for name in cell.limited_by})
    if not known and stops:
        return ": held by {stops}, though its curve rises without end at 0", {"stops": some_of(stops)}
    if not known:
        return "", {}
    low, high = min(known), max(known)
    unit = "next" if row.spend else "first"
    parts: dict[str, Said | str] = {"low": number(low)}
    words = f": its {unit} unit of money would earn {{low}}"
    if number(low).text != number(high).text:
        words, parts = (
            f": its {unit} unit of money would earn {{low}} to {{high}} by period",
            parts | {"high": number(high)},
        )
    if stops:
        return words + ", held by {stops}", parts | {"stops": some_of(stops)}
    return _unwanted(told, words, parts, cells)


def _unwanted(
    told: Told, words: str, parts: dict[str, Said | str], cells: list[Allocation]
) -> tuple[str, dict[str, Said | str]]:
    """Why no limit has to stop it: it does not pay, or money earns more elsewhere."""
    gains = [gain for cell in cells if (gain := told.gain(cell)) is not None]
    price, charge = told.plan.budget and told.plan.budget.price, told.scenario.objective.target_marginal_roi
    if len(gains) < len(cells):
        return words, parts
    if max(gains) <= 0.0:
        return words + ", which does not pay", parts
    if not price or max(gains) >= price:
        return words, parts
    if told.aim == "revenue":
        return words + ", less than the {price} that money earns elsewhere", parts | {"price": number(price + charge)}
    if told.aim == "profit":
        words += ", a profit of {gain}, less than the {price} that it makes elsewhere"
        return words, parts | {"gain": number(max(gains)), "price": number(price)}
    return words, parts


def _through_pool(told: Told, row: TacticTotal, cells: list[Allocation]) -> tuple[str, dict[str, Said | str]]:
    """What it does to demand: where that is in balance, one more unit of money on one side alone earns nothing."""
    tactic = next(tactic for tactic in told.scenario.tactics if tactic.name == row.tactic)
    stops = sorted({name for cell in cells for name in cell.limited_by})
    parts: dict[str, Said | str] = {"demand": number(row.demand or 0.0, "demand")}
    if tactic.feeds is not None:
        words, parts["pool"] = ": it brings {demand} of demand to {pool}", tactic.feeds
        if row.earned_through_pool:
            words, parts["worth"] = words + ", worth {worth} at the plan's prices", told.worth(row.earned_through_pool)
    else:
        words, parts["pool"] = ": it converts {demand} of the demand of {pool}", tactic.draws_from or ""
    return (words + "; held by {stops}", parts | {"stops": some_of(stops)}) if stops else (words, parts)
