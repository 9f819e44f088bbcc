"""What one more unit of money would bring in each cell, what stops it, and where it would go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.plan import NextUse
from optimizer.curves import Array
from optimizer.problem.budget import BudgetLimit
from optimizer.problem.limits import BUDGET, period_budget, spend_limit
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuation
from optimizer.units import difference, tidy

Limits = dict[tuple[int, int], tuple[str, ...]]
NO_USE = "no further spend pays"
MOST_USES = 10
NOTICEABLE = 1e-3  # of a cell's worth, below which rounding to money explains a gain or a loss
ALIKE = 1e-8  # of a gain, within which others may count as equal to it
MOVED = 2.0  # units of money, by which rounding moves a spend at the most, but for rare repairs
WHOLE = 0.999  # of a minor unit: less than this from a limit is at it, as near as money comes
CHARGED = 1e-6  # of a cell's worth, above which a limit charges for it


@dataclass(frozen=True, kw_only=True)
class Margins:
    """∂objective/∂spend by cell before any charge, and what each limit charges [objective per money].

    Above 0 is better, whether the objective is to be large or small; all of shape (tactics, periods). Of the charges
    `idle`, never above 0, pays for what is spent and for no more, and `decided`, never below 0, is asked for by on/off
    decisions, which have no price; None where there is nothing of the kind. `feeding`, shape (tactics, 1), marks by
    limit the tactics whose demand it pays others for converting; `rising` has what limits charge
    for growth that pay for what is spent, where that is another charge: others make way for it.
    """

    worth: Array
    charges: dict[str, Array]
    idle: Array | None = None
    decided: Array | None = None
    feeding: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    rising: dict[str, Array] = field(default_factory=dict)

    def ordered(self, rows: Sequence[int]) -> Margins:
        """The same for tactics in another order."""
        if list(rows) == list(range(len(self.worth))):
            return self
        charges = {name: charge[rows] for name, charge in self.charges.items()}
        idle, decided = (None if part is None else part[rows] for part in (self.idle, self.decided))
        feeding = {name: fed[rows] for name, fed in self.feeding.items()}
        rising = {name: charge[rows] for name, charge in self.rising.items()}
        return Margins(
            worth=self.worth[rows], charges=charges, idle=idle, decided=decided, feeding=feeding, rising=rising
        )

    @cached_property
    def surplus(self) -> Array:
        """What is left of the next unit when every limit is paid."""
        return self.worth - sum(self.charges.values(), np.zeros(self.worth.shape))

    @cached_property
    def gain(self) -> Array:
        """The same for a cell that grows: what limits pay for what is there already is not earned again."""
        return self.surplus if self.idle is None else self.surplus + self.idle

    @cached_property
    def growth(self) -> Array:
        """What a cell would gain by growing, were it allowed to: decisions are no price that could be paid."""
        return self.gain if self.decided is None else self.gain + self.decided

    @cached_property
    def next_unit(self) -> Array:
        """What is left of it when every price but the budget's is paid: what one more unit of budget brings here."""
        return self.growth + self.charges.get(BUDGET, np.zeros(self.worth.shape))

    @cached_property
    def size(self) -> Array:
        """What a charge or a gain of a cell is compared with."""
        return np.maximum(np.abs(self.worth), 1e-300)


def beyond(scenario: Scenario, spend: Array, unit: float) -> Array:
    """The spend, as far on as rounding moves it where a table responds: it may have been left just before a point."""
    further = spend.copy()
    further[list(scenario.tabulated)] += MOVED * unit
    return further


def limited_by(valuation: Valuation, margins: Margins, unit: float) -> Limits:
    """What stops each cell from growing: its own limit, or the limits that charge for what it would take.

    Where the next unit would pay after all charges, it is the rules that it breaks: decisions, and limits that bind
    together with others and have no price. Where it would pay the budget, but not the other limits too, it is those.
    """
    tactics, spend = valuation.scenario.tactics, valuation.spend
    growth, size = margins.growth, margins.size
    full = spend > valuation.scenario.own_limits[1] - WHOLE * unit
    pays = np.isinf(size) | (growth > NOTICEABLE * size)
    charged = {name: charge > CHARGED * size for name, charge in sorted((margins.charges | margins.rising).items())}
    limits: Limits = {}
    for row, column in _places(_priced_out(margins)):
        own = (spend_limit(tactics[row]),) if full[row, column] else ()
        limits[row, column] = (*own, *(name for name in charged if name != BUDGET and charged[name][row, column]))
    willing = growth >= -NOTICEABLE * size  # of others, the next unit does not pay
    limits |= {(row, column): (spend_limit(tactics[row]),) for row, column in _places(willing & full)}
    stopping = _by_place(charged)
    limits |= {place: stopping.get(place, ()) for place in _places(willing & ~full)}
    asked = willing & ~full & pays
    for place, broken in _broken(valuation, asked, unit).items():
        names = limits[place]
        spent = _spent(valuation, place[1], unit) if np.isinf(size[place]) and not names else ()
        limits[place] = tuple(sorted({*names, *broken})) or tuple(spent)
    return limits


def _places(cells: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Rows and columns of some cells, in order."""
    return list(zip(*(part.tolist() for part in np.nonzero(cells)), strict=True))


def _by_place(charged: dict[str, NDArray[np.bool_]]) -> dict[tuple[int, int], tuple[str, ...]]:
    """By cell the names of what charges it, in their order; cells that are charged alike share them."""
    if not charged:
        return {}
    marks = np.array(list(charged.values()))
    some = np.logical_or.reduce(marks)
    known: dict[bytes, tuple[str, ...]] = {}
    names: dict[tuple[int, int], tuple[str, ...]] = {}
    for place, packed in zip(_places(some), np.packbits(marks[:, some], axis=0).T, strict=True):
        alike = packed.tobytes()
        if alike not in known:
            known[alike] = tuple(compress(charged, marks[:, *place]))
        names[place] = known[alike]
    return names


def _priced_out(margins: Margins) -> NDArray[np.bool_]:
    """The cells where the next unit does not pay for all limits, but would pay for the budget alone."""
    asked = margins.charges | margins.rising
    others = (np.maximum(charge, 0.0) for name, charge in asked.items() if name != BUDGET)
    alone = margins.gain + sum(others, np.zeros(margins.worth.shape))
    return (margins.growth < -NOTICEABLE * margins.size) & (alone > NOTICEABLE * margins.size)


def _broken(valuation: Valuation, asked: NDArray[np.bool_], unit: float) -> dict[tuple[int, int], list[str]]:
    """By cell of some the rules on spend that one more unit of money in it would break, or break by more.

    A rule is asked of the cells that it speaks of.
    """
    names: dict[tuple[int, int], list[str]] = {place: [] for place in _places(asked)}
    for rule in valuation.scenario.rules if names else ():
        places = _places(asked & np.logical_or.reduce([valuation.cells(scope) for scope in rule.scopes]))
        before = rule.violation(valuation) if places else 0.0
        for place in places:
            spend = valuation.spend.copy()
            spend[place] = tidy(spend[place] + unit)
            if rule.violation(replace(valuation, spend=spend)) > before:
                names[place].append(rule.name)
    return names


def _spent(valuation: Valuation, column: int, unit: float) -> Iterator[str]:
    """The budgets that have no unit of money left for a period: what stops a cell whose slope no price measures."""
    budget, period = valuation.scenario.budget, valuation.scenario.periods[column]
    if budget.total is not None and _is_full(budget.total, valuation.spent(), unit):
        yield BUDGET
    own = dict(budget.by_period).get(period)
    if own is not None and _is_full(own, valuation.spent(Scope(periods=(period,))), unit):
        yield period_budget(period)


def _is_full(limit: BudgetLimit, spent: float, unit: float) -> bool:
    return limit.at_most is not None and difference(limit.at_most, spent) < WHOLE * unit


def held_by(valuation: Valuation, margins: Margins, unit: float) -> Limits:
    """What stops cells from shrinking: their own floor where they would rather, and the limits that pay for them.

    A limit on what is converted of demand pays for the demand, too.
    """
    tactics, spend, size = valuation.scenario.tactics, valuation.spend, margins.size
    least, _ = valuation.scenario.own_limits
    floor = (least > 0.0) & (spend < least + WHOLE * unit) & (margins.surplus <= NOTICEABLE * size)
    paid = {
        name: (spend > 0.0) & ((charge < -CHARGED * size) | margins.feeding.get(name, False))
        for name, charge in sorted(margins.charges.items())
    }
    limits: Limits = {(row, column): (spend_limit(tactics[row]),) for row, column in _places(floor)}
    return limits | {place: (*limits.get(place, ()), *names) for place, names in _by_place(paid).items()}


def next_best(valuation: Valuation, margins: Margins, limits: Limits) -> tuple[NextUse, ...]:
    """The cells where one more unit of money would gain most, and what stops it there; at most ten.

    Among them is the best of those that only the budget stops.
    """
    scenario, gains = valuation.scenario, margins.next_unit
    gaining = np.argwhere(_gaining(margins))
    best = _largest(gains, gaining, MOST_USES)
    alone = [limits.get((row, column)) == (BUDGET,) for row, column in gaining.tolist()]
    (free,) = _largest(gains, gaining[np.flatnonzero(alone)], 1) or (None,)
    told = best if free is None or free in best else [*best[: MOST_USES - 1], free]
    return tuple(
        NextUse(
            tactic=scenario.tactics[row].name,
            period=scenario.periods[column],
            gain=float(gains[row, column]),
            limited_by=limits.get((row, column), ()),
        )
        for row, column in told
    )


def _largest(gains: Array, places: NDArray[np.intp], count: int) -> list[tuple[int, int]]:
    """The places, shape (places, 2), of the largest gains; of equals, to ten digits, those that come first."""
    found = gains[places[:, 0], places[:, 1]]
    least = np.partition(found, -count)[-count] if len(found) > count else -np.inf
    near = [(row, column) for row, column in places[found >= least * (1.0 - ALIKE)].tolist()]
    return sorted(near, key=lambda place: (-float(f"{gains[place]:.9e}"), place))[:count]


def unspent_because(valuation: Valuation, margins: Margins, limits: Limits, unit: float) -> tuple[str, ...]:
    """Why budget is left over: the limits that stop cells that would gain, or that none would; () when all is spent.

    A limit that charges all that its cells would gain is what stops them, as much as one that charges nothing.
    """
    budget = valuation.scenario.budget.total
    if budget is None or budget.at_most is None:
        return ()
    if difference(budget.at_most, valuation.spent()) < 0.999 * unit:
        return ()
    wanted = _places((margins.worth > 0.0) | _gaining(margins))
    names = {name for place in wanted for name in limits.get(place, ()) if name != BUDGET}
    return tuple(sorted(names)) or (NO_USE,)


def _gaining(margins: Margins) -> NDArray[np.bool_]:
    """The cells that would gain from one more unit."""
    gains = margins.next_unit
    return np.isfinite(gains) & (gains > NOTICEABLE * margins.size)
