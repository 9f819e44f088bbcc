"""What one more unit of money would bring in each cell, what stops it, and where it would go."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.plan import NextUse
from optimizer.curves import Array
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuation
from optimizer.units import difference, tidy

Limits = dict[tuple[int, int], tuple[str, ...]]
BUDGET = "budget"
NO_USE = "no further spend pays"
MOST_USES = 10
NOTICEABLE = 1e-3  # of a cell's worth, below which rounding to money explains a gain or a loss
WHOLE = 0.999  # of a minor unit: less than this from a limit is at it, as near as money comes
CHARGED = 1e-6  # of a cell's worth, above which a limit charges for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """∂objective/∂spend by cell before any charge, and what each limit charges [objective per money].

    Above 0 is better, whether the objective is to be large or small; both of shape (tactics, periods).
    """

    worth: Array
    charges: dict[str, Array]

    def ordered(self, rows: Sequence[int]) -> Margins:
        """The same for tactics in another order."""
        charges = {name: charge[rows] for name, charge in self.charges.items()}
        return Margins(worth=self.worth[rows], charges=charges)

    @property
    def surplus(self) -> Array:
        """What is left of the next unit when every limit is paid."""
        return self.worth - sum(self.charges.values(), np.zeros(self.worth.shape))

    @property
    def next_unit(self) -> Array:
        """What is left of it when every limit but the budget is paid: what one more unit of budget could bring here."""
        others = [charge for name, charge in self.charges.items() if name != BUDGET]
        return self.worth - sum(others, np.zeros(self.worth.shape))

    @property
    def size(self) -> Array:
        """What a charge or a gain of a cell is compared with."""
        return np.maximum(np.abs(self.worth), 1e-300)


def limited_by(valuation: Valuation, margins: Margins, unit: float) -> Limits:
    """What stops each cell from growing: its own limit, or the limits that charge for what it would take.

    Where the next unit would pay after all charges, it is what was decided: the rules without a price that it breaks.
    """
    tactics, spend = valuation.scenario.tactics, valuation.spend
    surplus, size = margins.surplus, margins.size
    most = np.array([[np.inf if tactic.spend.at_most is None else tactic.spend.at_most] for tactic in tactics])
    full = spend > most - WHOLE * unit
    pays = np.isinf(size) | (surplus > NOTICEABLE * size)
    charged = {name: charge > CHARGED * size for name, charge in sorted(margins.charges.items())}
    limits: Limits = {}
    for row, column in np.argwhere(surplus >= -NOTICEABLE * size).tolist():  # of others, the next unit does not pay
        if full[row, column]:
            limits[row, column] = (f"spend limit of {tactics[row].name}",)
            continue
        names = [name for name, charges in charged.items() if charges[row, column]]
        broken = _broken(valuation, row, column, unit) if pays[row, column] else ()
        limits[row, column] = tuple(sorted([*names, *broken]))
    return limits


def _broken(valuation: Valuation, row: int, column: int, unit: float) -> Iterator[str]:
    """The rules without a price that one more unit of money in a cell would break."""
    spend = valuation.spend.copy()
    spend[row, column] = tidy(spend[row, column] + unit)
    more = replace(valuation, spend=spend)
    for rule in valuation.scenario.rules:
        if not rule.priced and rule.violation(more) > 0.0:
            yield rule.name


def held_by(valuation: Valuation, margins: Margins, unit: float) -> Limits:
    """What stops each cell from shrinking: its own floor where it would rather, and the limits that pay for it."""
    tactics, spend, size = valuation.scenario.tactics, valuation.spend, margins.size
    least = np.array([[tactic.spend.at_least] for tactic in tactics])
    floor = (least > 0.0) & (spend < least + WHOLE * unit) & (margins.surplus <= NOTICEABLE * size)
    paid = {name: (spend > 0.0) & (charge < -CHARGED * size) for name, charge in sorted(margins.charges.items())}
    limits: Limits = dict.fromkeys(np.ndindex(spend.shape), ())
    for row, column in np.argwhere(np.logical_or.reduce([floor, *paid.values()])).tolist():
        own = [f"spend limit of {tactics[row].name}"] if floor[row, column] else []
        limits[row, column] = (*own, *(name for name, pays in paid.items() if pays[row, column]))
    return limits


def next_best(valuation: Valuation, margins: Margins, limits: Limits) -> tuple[NextUse, ...]:
    """The cells where one more unit of money would gain most, and what stops it there; at most ten."""
    scenario, gains = valuation.scenario, margins.next_unit
    gaining = [tuple(place) for place in np.argwhere(_gaining(margins)).tolist()]
    return tuple(
        NextUse(
            tactic=scenario.tactics[row].name,
            period=scenario.periods[column],
            gain=float(gains[row, column]),
            limited_by=limits.get((row, column), ()),
        )
        for row, column in heapq.nsmallest(
            MOST_USES, gaining, key=lambda place: -float(f"{gains[place]:.9e}")
        )  # equals by place
    )


def unspent_because(valuation: Valuation, margins: Margins, limits: Limits, unit: float) -> tuple[str, ...]:
    """Why budget is left over: the limits that stop cells that would gain, or that none would; () when all is spent.

    A limit that charges all that its cells would gain is what stops them, as much as one that charges nothing.
    """
    budget = valuation.scenario.budget.total
    if budget is None or budget.at_most is None:
        return ()
    if difference(budget.at_most, valuation.spent(Scope())) < 0.999 * unit:
        return ()
    wanted = np.argwhere((margins.worth > 0.0) | _gaining(margins)).tolist()
    names = {name for row, column in wanted for name in limits.get((row, column), ()) if name != BUDGET}
    return tuple(sorted(names)) or (NO_USE,)


def _gaining(margins: Margins) -> NDArray[np.bool_]:
    """The cells that would gain from one more unit."""
    gains = margins.next_unit
    return np.isfinite(gains) & (gains > NOTICEABLE * margins.size)
