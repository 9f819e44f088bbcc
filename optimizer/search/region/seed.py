"""Where to begin: the spends that one common price per unit of money would buy, read off a ladder of slopes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.problem.limits import BUDGET
from optimizer.search.region.hull import Hull, Region

Array = NDArray[np.float64]
AROUND = (0.3, 0.7, 1.0, 1.4, 3.0)  # multiples of the price at which tangents are placed
NEAREST = (0.7, 1.4)  # of them, where cells are many
MANY = 5_000  # first tangents, from which on only those are placed: each is a row, of which HiGHS holds a kilobyte
LADDER = np.concatenate([[0.0], np.logspace(-7.0, 0.0, 36)])  # shares of an interval at which slopes are read
CLOSE = 1.2  # times a price, to which that of an amount is looked for, and then interpolated: nearer saves no step
READ = 10_000  # rungs that are compared with prices in one look
ROUNDS = 20  # looks, far more than any range of prices takes
LOOKS = (6, 40)  # prices in one, at the least and at the most
EAGER = 0.99  # of a price, for which spends are bought that it is for
FLATTEST = 1e-300
CHEAPEST = 1e-9  # of what the first rung returns: a lower price is none
LEFT = 0.1  # of the lowest rung, at the least where a slope is infinite at 0: no method ends at 0 there
AT_ONCE = 100_000  # readings of a curve that are made together: of more, numbers on the way take much memory


@dataclass(frozen=True, kw_only=True)
class Seed:
    """The ladder of a model, and the price [scaled cost per money] at which its cells together spend the budget.

    `inputs` [money] and `returns`, what one more unit of money returns there, are of shape (rungs, cells); `reach` is
    the money that one more unit of input takes, by cell.
    """

    model: Model
    inputs: Array
    returns: Array
    reach: Array
    price: float

    @classmethod
    def of(cls, model: Model, hull: Hull, region: Region) -> Seed:
        """Read the slopes of the envelopes, and find the price."""
        return cls.ladder(model, hull, region).priced()

    @classmethod
    def ladder(cls, model: Model, hull: Hull, region: Region) -> Seed:
        """Read the slopes of the envelopes; the price is left to be found."""
        reach = _money_per_input(model)
        inputs = region.low + LADDER[:, None] * (region.high - region.low)
        returns = _slopes(model, hull, inputs) * (_worth(model) / reach)
        return cls(model=model, inputs=inputs, returns=returns, reach=reach, price=1.0)

    def priced(self) -> Seed:
        """With the price found."""
        price = self._balanced(_money(self.model))
        return Seed(model=self.model, inputs=self.inputs, returns=self.returns, reach=self.reach, price=price)

    def points(self) -> list[Array]:
        """Inputs [money] for the first tangents, each an array over all cells."""
        if many(self.model):
            return [self._rung(self.price * factor) for factor in NEAREST]
        return [*(self._rung(self.price * factor) for factor in AROUND), self.inputs[-1]]

    def start(self) -> tuple[Array, Array]:
        """Columns and duals [scaled] for Newton's method to start from: only spends and the price of the budget."""
        model = self.model
        columns, duals = self._bought(np.array([self.price])), np.zeros(len(model.drafts))
        duals[self._budget] = -self.price * model.row_scale[self._budget]
        return np.minimum(np.maximum(columns, model.low), model.high), duals

    def priced_at(self, upper: Array) -> Array:
        """Such duals under many upper limits of the rows [scaled], shape (points, rows): the price of each's budget."""
        own, duals = self._budget, np.zeros(upper.shape)
        money = np.minimum(upper[:, own] * self.model.row_scale[own], float(self.inputs[-1] @ self.reach))
        for row, limits in zip(own.tolist(), money.T, strict=True):
            duals[:, row] = -self.starts(limits)[1] * self.model.row_scale[row]
        return duals

    @property
    def _budget(self) -> NDArray[np.intp]:
        """The rows that limit what is spent in all from above."""
        drafts = enumerate(self.model.drafts)
        return np.array([number for number, row in drafts if row.owner == BUDGET and row.side != "at_least"], np.intp)

    def starts(self, money: Array) -> tuple[Array, Array]:
        """Spends [scaled] that one price buys, for each of some amounts of money, (amounts, spends); and that price.

        Rungs are coarse: what their prices buy says which are between them. At that price what hardly pays would begin
        at 0, where a curve need not bend, and no step of Newton's leads from there.
        """
        price = self._prices(money)
        spent = self._wanted(price[:, None])[0] @ self.reach
        order = np.argsort(spent, kind="stable")
        price = np.exp(np.interp(money, spent[order], np.log(price[order])))
        return self._bought(EAGER * price[..., None])[:, self.model.spend.ravel()], price

    def answers(self, prices: Array) -> tuple[Array, Array]:
        """Spends [scaled] that prices of their own [scaled cost per money] buy, (…, spends), and what they fall by.

        That is −∂spend/∂log(price).
        """
        cells, price = self._cells.ravel(), prices
        if not self._same:
            price = np.ones((*prices.shape[:-1], len(self.reach)))
            price[..., cells] = prices
        spends, falls = self._wanted(price)
        if not self._same:
            spends, falls = spends[..., cells], falls[..., cells]
        return spends * self._taken, falls * self._taken

    @property
    def cheapest(self) -> Array:
        """By spend the price [scaled cost per money] below which it is as large as it may be, shape (spends,)."""
        last = np.maximum(self.returns[-1], CHEAPEST * self.returns[1])
        return np.asarray(last[self._cells].ravel())

    def _bought(self, price: Array) -> Array:
        """Columns [scaled] whose spends are what prices, (…, 1), buy, others as low as can be; shape (…, columns)."""
        model, cells = self.model, self._cells
        columns = np.empty((*price.shape[:-1], len(model.cost)))
        columns[...] = model.low
        columns[..., model.spend] = (self._wanted(price)[0] * self.reach)[..., cells] / model.scale[model.spend]
        return columns

    @cached_property
    def _every(self) -> NDArray[np.intp]:
        """All cells."""
        return np.arange(len(self.reach))

    @cached_property
    def _taken(self) -> Array:
        """By spend how much of it [scaled] an input of its cell [money] takes."""
        return np.asarray(self.reach[self._cells.ravel()] / self.model.scale[self.model.spend.ravel()])

    @cached_property
    def _same(self) -> bool:
        """Whether cells stand as spends do."""
        return np.array_equal(self._cells.ravel(), self._every)

    @cached_property
    def _cells(self) -> NDArray[np.intp]:
        """The cell that reads each spend in its own period, shape (tactics, periods)."""
        tactics, periods = self.model.spend.shape
        return np.asarray(self.model.cells.first[:tactics, None] + np.arange(periods))

    def _rung(self, price: float) -> Array:
        """The highest rung of each cell that still returns the price."""
        return self._at(self._place(np.asarray([price])))

    def _wanted(self, price: Array) -> tuple[Array, Array]:
        """The input of each cell that returns its price, (…, 1) or (…, cells), and −∂input/∂log(price).

        Between two rungs it is as on a power curve; below the first, where a slope is infinite at 0, as on a logarithm.
        """
        place = self._place(price)
        last = np.minimum(place + 1, len(self.inputs) - 1)
        low, high = self._at(place), self._at(last)
        above, below = (self._rungs(self.returns, k) for k in (place, last))
        with np.errstate(all="ignore"):
            width, ratio = np.log(above / below), np.log(high / low)
            share = np.fmin(np.fmax(np.log(above / price) / width, 0.0), 1.0)
            between = np.where(low > 0.0, low * np.exp(ratio * share), low + share * (high - low))
            falls = np.where(low > 0.0, between * ratio, high - low) / width
            steep = high * np.maximum(below / price, LEFT)
        between, falls = (np.where(np.isinf(above), steep, own) for own in (between, falls))
        bought = (above >= price) & np.isfinite(falls)
        return np.where(above >= price, between, low), np.where(bought, falls, 0.0)

    def _place(self, price: Array) -> NDArray[np.intp]:
        rungs = (self.returns >= price[..., None, :]).sum(axis=-2, dtype=np.int16)  # there are few: summed faster so
        place: NDArray[np.intp] = np.maximum(rungs, 1).astype(np.intp) - 1
        return place

    def _at(self, place: NDArray[np.intp]) -> Array:
        return self._rungs(self.inputs, place)

    def _rungs(self, ladder: Array, place: NDArray[np.intp]) -> Array:
        """What stands on a rung of each cell, shape (…, cells)."""
        return np.asarray(ladder[place, self._every])

    def _balanced(self, money: float) -> float:
        """The price at which the cells together want to spend `money`: between that of any step and ever nearer."""
        many, gains = min(max(READ // self.returns.size, LOOKS[0]), LOOKS[1]), self.returns[1:]
        usual = gains[(gains > FLATTEST) & np.isfinite(gains)]  # a spend without room may stand where it is infinite
        high = float(usual.max(initial=FLATTEST))
        rungs, low = np.arange(many) / (many - 1.0), float(usual.min(initial=high))
        for _ in range(ROUNDS):
            prices = high * (low / high) ** rungs
            spends = self._wanted(prices[:, None])[0] @ self.reach
            place = min(max(int(spends.searchsorted(money)), 1), many - 1)
            high, low = float(prices[place - 1]), float(prices[place])
            if high <= CLOSE * low:
                break
        return float(np.exp(np.interp(money, spends, np.log(prices))))

    def _prices(self, money: Array) -> Array:
        """The price at which the cells together spend each amount: it buys the ladder's steps, the best first."""
        widths, gains = np.diff(self.inputs, axis=0) * self.reach, self.returns[1:]
        order = np.argsort(-gains, axis=None)  # of equals any: their price is one
        bought = float(self.inputs[0] @ self.reach) + np.cumsum(widths.ravel()[order])
        last = np.minimum(np.searchsorted(bought, money), len(order) - 1)
        return np.maximum(gains.ravel()[order][last], FLATTEST)


def many(model: Model) -> bool:
    """Whether first tangents of all kinds would be more than a program is to hold."""
    return (len(AROUND) + 1) * len(model.cells.inputs) > MANY


def _slopes(model: Model, hull: Hull, inputs: Array) -> Array:
    """The slopes of all rungs, a few of them at a time where cells are many."""
    step = max(1, AT_ONCE // (inputs.shape[1] * model.cells.curves.draws))
    return np.concatenate([hull.slope(inputs[first : first + step]) for first in range(0, len(inputs), step)])


def _worth(model: Model) -> Array:
    """Objective per unit of outcome, by cell; where the objective does not see the response, what goals weigh."""
    cells = model.cells
    size = np.where(cells.most > 0, cells.most, 1.0)
    worth = -model.cost[cells.responses] / size
    if (worth > 0).all():
        return worth
    weights = np.zeros(len(model.cost))
    np.maximum.at(weights, model.matrix.columns, np.abs(model.matrix.values))
    fallback = weights[cells.responses] / size
    worth = np.where(worth > 0, worth, fallback)
    positive = worth[worth > 0]
    return np.where(worth > 0, worth, positive.min() if positive.size else 1.0)


def _money_per_input(model: Model) -> Array:
    """Money that one more unit of input takes, by cell: 1 without adstock, 1/Σ weights with it."""
    scenario, counts = model.scenario, model.cells.first[1:] - model.cells.first[:-1]
    if not scenario.carrying:
        return np.ones(len(model.cells.inputs))
    each = np.ones(len(scenario.tactics))
    for row in scenario.carrying:
        each[row] /= scenario.tactics[row].carry_over.adstock.spread(len(scenario.periods)).sum() or 1.0
    return np.repeat(np.resize(each, len(counts)), counts)


def _money(model: Model) -> float:
    total = model.scenario.budget.total
    most = float((model.high * model.scale)[model.spend].sum())
    return min(most, total.at_most) if total is not None and total.at_most is not None else 0.5 * most
