"""What one more unit of money would bring in each cell, what stops it, and where it would go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

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
    tactics, surplus, size = valuation.scenario.tactics, margins.surplus, margins.size
    limits: Limits = {}
    for row, column in np.ndindex(valuation.spend.shape):
        most = tactics[row].spend.at_most
        if surplus[row, column] < -NOTICEABLE * size[row, column]:
            continue  # its own curve: the next unit does not pay
        if most is not None and valuation.spend[row, column] > most - WHOLE * unit:
            limits[row, column] = (f"spend limit of {tactics[row].name}",)
        else:
            least = CHARGED * size[row, column]
            names = [name for name, charge in margins.charges.items() if charge[row, column] > least]
            pays = np.isinf(size[row, column]) or surplus[row, column] > NOTICEABLE * size[row, column]
            limits[row, column] = tuple(sorted([*names, *(_broken(valuation, row, column, unit) if pays else ())]))
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
    tactics, surplus, size = valuation.scenario.tactics, margins.surplus, margins.size
    limits: Limits = {}
    for row, column in np.ndindex(valuation.spend.shape):
        least, spend = tactics[row].spend.at_least, valuation.spend[row, column]
        floor = least > 0.0 and spend < least + WHOLE * unit and surplus[row, column] <= NOTICEABLE * size[row, column]
        own = [f"spend limit of {tactics[row].name}"] if floor else []
        enough = -CHARGED * size[row, column]
        names = [name for name, charge in margins.charges.items() if spend > 0.0 and charge[row, column] < enough]
        limits[row, column] = (*own, *sorted(names))
    return limits


def next_best(valuation: Valuation, margins: Margins, limits: Limits) -> tuple[NextUse, ...]:
    """The cells where one more unit of money would gain most, and what stops it there; at most ten."""
    uses = sorted(_uses(valuation, margins, limits), key=lambda use: -use.gain)
    return tuple(uses[:MOST_USES])


def unspent_because(valuation: Valuation, margins: Margins, limits: Limits, unit: float) -> tuple[str, ...]:
    """Why budget is left over: the limits that stop cells that would gain, or that none would; () when all is spent."""
    budget = valuation.scenario.budget.total
    if budget is None or budget.at_most is None:
        return ()
    if difference(budget.at_most, valuation.spent(Scope())) < 0.999 * unit:
        return ()
    names = {name for use in _uses(valuation, margins, limits) for name in use.limited_by if name != BUDGET}
    return tuple(sorted(names)) or (NO_USE,)


def _uses(valuation: Valuation, margins: Margins, limits: Limits) -> Iterator[NextUse]:
    scenario, gains = valuation.scenario, margins.next_unit
    for row, column in np.ndindex(gains.shape):
        gain = float(gains[row, column])
        if np.isfinite(gain) and gain > NOTICEABLE * margins.size[row, column]:
            yield NextUse(
                tactic=scenario.tactics[row].name,
                period=scenario.periods[column],
                gain=gain,
                limited_by=limits.get((row, column), ()),
            )
