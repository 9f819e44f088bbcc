"""Spend in whole minor units, by largest remainder, inside every limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.certificate import largest_violation
from optimizer.formulation.model import Model
from optimizer.formulation.rounding import mending
from optimizer.problem.budget import BudgetLimit
from optimizer.problem.rules import Packages
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.search.deadline import Deadline
from optimizer.search.money.brought import brought
from optimizer.search.money.nearby import REACH, nearby
from optimizer.search.money.nudge import Limits, nudged
from optimizer.search.money.regained import can_regain, regained
from optimizer.search.money.remainder import largest_remainder
from optimizer.search.money.shares import can_keep, in_shares
from optimizer.search.money.whole_pieces import pieces_of, standing
from optimizer.solver.highs import Program
from optimizer.units import units_above, units_below

Array = NDArray[np.float64]
Units = NDArray[np.int64]
MENDING_SECONDS = 2.0  # for each integer program, as far as the deadline goes
ALLOWED = 0.1  # seconds for each, when time is up
NEARBY = 0.25  # of these, for what is looked for further off: mostly there is none
EXACT = 1e15  # units, up to which a double tells them apart
UNCLEAR, CLEAR = 1e-3, 1e9  # of a unit, within which an amount may be a whole one; and units, up to which that is sure
AGAIN = 2  # times that slopes are read: where rounding led, and where mending did
CLOSE = 0.99  # minor units where they bring most, by which mending may miss the best: of spend itself none,
SHARE = 0.03  # or as much of the gap that is asked for
STEPS = (2, 100)  # minor units that a cell may be moved to keep every limit: near first, then further


@dataclass(frozen=True, slots=True, kw_only=True)
class Minor:
    """The unit that money is rounded to: 10^−digits."""

    digits: int

    @property
    def unit(self) -> float:
        """Its size [money]."""
        return float(10.0**-self.digits)

    def money(self, units: Units) -> Array:
        """Whole units as the doubles nearest to their decimals."""
        return np.asarray(units / 10.0**self.digits, dtype=np.float64)

    def down(self, amount: float) -> int:
        """The largest whole number of units within an amount."""
        return units_below(amount, self.digits)

    def up(self, amount: float) -> int:
        """The smallest whole number of units that covers an amount."""
        return units_above(amount, self.digits)


def minor_of(scenario: Scenario, spent: float) -> tuple[Minor, str | None]:
    """The rounding unit of a plan that spends about `spent`, and a warning where it is not the currency's."""
    digits = scenario.plan_digits(spent)
    if digits == scenario.money_digits:
        return Minor(digits=digits), None
    if digits < scenario.money_digits:
        return Minor(digits=digits), (
            f"the money of this plan is more than {scenario.money_digits} digits after the point can be told of: "
            f"amounts are rounded to {digits} instead"
        )
    return Minor(digits=digits), (
        f"the money of this plan is small against the minor unit of {scenario.currency}: amounts are rounded to "
        f"{digits} digits after the point instead; state `digits` to choose"
    )


def rounded(
    model: Model,
    valuer: Valuer,
    ideal: Array,
    minor: Minor,
    converted: Array | None = None,
    worth: float = -np.inf,
    until: Deadline | None = None,
    free: Model | None = None,
) -> Valuation:
    """The ideal spend [money] in whole minor units: by largest remainder, mended where that breaks a limit.

    `converted` [outcome] is what the ideal converts of demand, shaped like the spend. Where rounding loses more of what
    the ideal is `worth` than the gap that is asked for, that is looked for again. Mending ends with `until`. Where
    there is a `free` model, before its decisions were made, what is still broken is looked for further off.
    """
    limits, (broken, best) = _first(model, valuer, ideal, minor, converted)
    if broken > 0.0 and (nearer := brought(model, best, limits, minor.unit, STEPS[-1], _seconds(until))) is not None:
        limits, again = _first(model, valuer, nearer, minor, converted)
        broken, best = _nearer((broken, best), again[1])
    for steps in STEPS:
        near: Valuation | None = best
        for _ in range(AGAIN):
            if broken == 0.0 or near is None:
                break
            if (near := _mended(model, valuer, near, limits, minor, steps, until)) is not None:
                broken, best = _nearer((broken, best), near)
    if broken > 0.0 and free is not None and can_keep(best, minor.digits, REACH):
        limits, units = _nearby(model, free, limits, best, minor, until)
        if units is not None:
            broken, best = _nearer((broken, best), _valued(valuer, minor.money(units), converted))
    if broken == 0.0 and worth - best.value > model.scenario.solve.gap * abs(worth) and can_regain(best):
        return regained(best, valuer, *_whole_limits(model.scenario, limits, ideal, minor), minor.digits)
    return best


def _nearby(
    decided: Model, free: Model, limits: tuple[Array, Array], best: Valuation, minor: Minor, until: Deadline | None
) -> tuple[tuple[Array, Array], Units | None]:
    """Whole units that keep every limit on spend near those of a plan, and the limits of the cells there."""
    model, units = decided, np.rint(best.spend * 10.0**minor.digits).astype(np.int64)
    if int(units.sum()) <= REACH:  # of more, decisions that leave a plan before rounding leave one after it
        model, limits = free, _own_limits(free.scenario)
    reach = np.minimum((model.high * model.scale)[model.spend], best.spend + REACH * minor.unit)
    least = _counted(limits[0], minor, up=True)
    most: Units = np.maximum(_within(limits[1], reach, minor), least)
    return limits, nearby(model, units, least, most, minor.unit, NEARBY * _seconds(until))


def _whole_limits(scenario: Scenario, limits: tuple[Array, Array], ideal: Array, minor: Minor) -> tuple[Units, Units]:
    """The limits of each cell in whole units; where there is none, more than rounding can give."""
    (low, high), far = limits, max(ideal.sum(), _least_of_all(scenario)) + 10.0 * minor.unit * ideal.size
    least = _counted(low, minor, up=True)
    return least, np.maximum(_within(high, far, minor), least)


def _least_of_all(scenario: Scenario) -> float:
    """What has to be spent in all [money], which a point that a solver found may miss."""
    total = scenario.budget.total
    return 0.0 if total is None else total.at_least or 0.0


def rounded_soon(model: Model, valuer: Valuer, ideal: Array, minor: Minor, converted: Array | None = None) -> Valuation:
    """The same without a solver: where it breaks a limit, another spend near by may keep it."""
    return _first(model, valuer, ideal, minor, converted)[1][1]


def _first(
    model: Model, valuer: Valuer, ideal: Array, minor: Minor, converted: Array | None
) -> tuple[tuple[Array, Array], tuple[float, Valuation]]:
    """What the cells may spend, their whole pieces decided, the best that is found of it, and how much that breaks."""
    if not len(model.uncounted):
        limits = _limits(model.scenario, valuer, ideal, converted)
        return limits, _shared(model, valuer, ideal, minor, limits, converted)
    pieces = pieces_of(model.scenario, *_limits(model.scenario, valuer, ideal, converted, counted=False))
    best = pieces.best(
        model,
        ideal,
        minor.unit,
        lambda counts: _shared(model, valuer, ideal, minor, pieces.limits(counts), converted),
    )
    whole = best[1].spend
    sold = pieces.sizes > 0.0
    return (np.where(sold, whole, pieces.low), np.where(sold, whole, pieces.high)), best


def _shared(
    model: Model, valuer: Valuer, ideal: Array, minor: Minor, limits: tuple[Array, Array], converted: Array | None
) -> tuple[float, Valuation]:
    """By largest remainder; units are moved from cell to cell where that breaks a limit. And how much it still does."""
    least, most = _whole_limits(model.scenario, limits, ideal, minor)
    units = _shared_out(model.scenario, ideal * 10.0**minor.digits, least, most, minor)
    first = _valued(valuer, minor.money(units), converted)
    best = largest_violation(first), first
    if best[0] > 0.0 and (own := Limits.of([model], minor.unit)) is not None:
        moved = nudged(own, units, ideal * 10.0**minor.digits, least, most)
        best = _nearer(best, _valued(valuer, minor.money(moved), converted))
    if best[0] > 0.0:  # a curve that is steep at 0 may need a unit where hardly any is spent
        above = np.clip(np.ceil(ideal * 10.0**minor.digits - 1e-6).astype(np.int64), least, most)
        best = _nearer(best, _valued(valuer, minor.money(above), converted))
    if best[0] > 0.0:
        whole = in_shares(best[1], ideal * 10.0**minor.digits, least, most, minor.digits, STEPS[-1])
        best = best if whole is None else _nearer(best, _valued(valuer, minor.money(whole), converted))
    return best


def _nearer(best: tuple[float, Valuation], other: Valuation) -> tuple[float, Valuation]:
    """What breaks limits less, the first of equals, and by how much."""
    broken = largest_violation(other)
    return (broken, other) if broken < best[0] else best


def rounded_together(
    models: Sequence[Model],
    valuer: Valuer,
    ideals: Array,
    minors: Sequence[Minor],
    until: Deadline | None = None,
) -> list[Valuation]:
    """The same for many points of one model without decisions or pools; `ideals` (points, tactics, periods).

    What is rounded alike is mended alike, where the limits allow: the last first, which has more room than the others.
    """
    valuations = shared_together(models, valuer, ideals, minors)
    mended: dict[tuple[Minor, bytes], Valuation] = {}
    for place in reversed(range(len(models))):
        if largest_violation(valuations[place]) > 0.0:
            own, alike = valuer.under(models[place].scenario), (minors[place], valuations[place].spend.tobytes())
            known = own.value(mended[alike].spend) if alike in mended else None
            if known is None or largest_violation(known) > 0.0:
                known = mended[alike] = rounded(
                    models[place], own, ideals[place], minors[place], until=until, free=models[place]
                )
            valuations[place] = known
    return valuations


def shared_together(models: Sequence[Model], valuer: Valuer, ideals: Array, minors: Sequence[Minor]) -> list[Valuation]:
    """Many points by largest remainder, none of them mended; on/off minimums are decided as the ideals have them."""
    valuations: dict[int, Valuation] = {}
    for minor in dict.fromkeys(minors):
        places = [place for place, own in enumerate(minors) if own == minor]
        valued = _all_shared([models[place] for place in places], valuer, ideals[places], minor)
        valuations |= zip(places, valued, strict=True)
    return [valuations[place] for place in range(len(models))]


def _all_shared(models: Sequence[Model], valuer: Valuer, ideals: Array, minor: Minor) -> list[Valuation]:
    """By largest remainder of the budget alone; units are moved from cell to cell where that breaks a limit."""
    points, scenarios = len(ideals), [model.scenario for model in models]
    minimums, (low, high) = scenarios[0].minimums, scenarios[0].own_limits
    if minimums.any():
        active = ideals >= minimums / 2
        low, high = np.where(active, np.maximum(low, minimums), low), np.where(active, high, 0.0)
    sums = ideals.reshape(points, -1).sum(axis=1)
    far = np.maximum(sums, [_least_of_all(own) for own in scenarios])
    far += 10.0 * minor.unit * ideals[0].size  # more than any cell can be given by rounding
    least = _counted(low, minor, up=True)
    most = np.maximum(_within(high, far[:, None, None], minor), least)
    ideal = (ideals * 10.0**minor.digits).reshape(points, -1)
    totals = [
        _target(scenario.budget.total, float(own), minor, up=not scenario.objective.maximizes)
        for scenario, own in zip(scenarios, ideal.sum(axis=1).tolist(), strict=True)
    ]
    least, most = (np.broadcast_to(limit, ideals.shape).reshape(points, -1) for limit in (least, most))
    units = largest_remainder(ideal, least, most, np.array(totals))
    if (limits := Limits.of(models, minor.unit)) is not None:
        some = np.flatnonzero(limits.broken(units.astype(np.float64)) > UNCLEAR)
        units[some] = nudged(limits.part(some), units[some], ideal[some], least[some], most[some])
    return valuer.values(minor.money(units.reshape(ideals.shape)), scenarios)


def _within(high: Array, far: Array | float, minor: Minor) -> Units:
    """Whole units within upper limits, or beyond `far` where that is nearer."""
    near, beyond = high <= far, np.ceil(np.asarray(far) * 10.0**minor.digits).astype(np.int64)
    return np.where(near, _counted(np.where(near, high, 0.0), minor, up=False), beyond)


def _counted(amounts: Array, minor: Minor, *, up: bool) -> Units:
    """Whole units that cover each amount, or within it; one by one where doubles do not tell."""
    size = 10.0**minor.digits
    units = amounts * size
    near = np.rint(units)
    told = (near / size == amounts) & (np.abs(near) <= EXACT)
    plain = (np.abs(units - near) > UNCLEAR) & (np.abs(near) < CLEAR)
    counted = np.where(told, near, np.ceil(units) if up else np.floor(units)).astype(np.int64)
    for place in zip(*np.nonzero(~(told | plain)), strict=True):
        counted[place] = (minor.up if up else minor.down)(float(amounts[place]))
    return counted


def _valued(valuer: Valuer, spend: Array, converted: Array | None) -> Valuation:
    """With demand converted as planned and further, or where it is worth most; no further where that breaks a limit."""
    free = valuer.value(spend)
    if converted is None:
        return free
    best = min(valuer.value(spend, converted), free, key=_standing)
    if largest_violation(best) == 0.0:
        return best
    return min(best, valuer.value(spend, converted, more=False), key=largest_violation)


def _standing(valuation: Valuation) -> tuple[float, float]:
    return standing((largest_violation(valuation), valuation))


def _own_limits(scenario: Scenario) -> tuple[Array, Array]:
    low, high = (np.repeat(limit, len(scenario.periods), axis=1) for limit in scenario.own_limits)
    return low, high


def _limits(
    scenario: Scenario, valuer: Valuer, ideal: Array, converted: Array | None, *, counted: bool = True
) -> tuple[Array, Array]:
    """The limits of each cell [money] with the decisions as the ideal has them; of pieces, where they are counted."""
    low, high = _own_limits(scenario)
    if not scenario.rules:
        return low, high
    valuation = valuer.value(ideal, converted)
    for rule in scenario.rules:
        if not counted and isinstance(rule, Packages):
            continue
        least, most = rule.decided(valuation)
        low, high = np.maximum(low, least), np.minimum(high, most)
    return low, np.maximum(low, high)


def _shared_out(scenario: Scenario, ideal: Array, least: Units, most: Units, minor: Minor) -> Units:
    """Whole units for each cell: period by period where periods have budgets, all at once otherwise."""
    total = _target(scenario.budget.total, float(ideal.sum()), minor, up=not scenario.objective.maximizes)
    if not scenario.budget.by_period:
        return largest_remainder(ideal.ravel(), least.ravel(), most.ravel(), total).reshape(ideal.shape)
    limits = dict(scenario.budget.by_period)
    sums = ideal.sum(axis=0)
    floor, ceiling = least.sum(axis=0), most.sum(axis=0)
    for position, period in enumerate(scenario.periods):
        if (limit := limits.get(period)) is not None:
            if limit.at_least is not None:
                floor[position] = max(floor[position], minor.up(limit.at_least))
            if limit.at_most is not None:
                ceiling[position] = min(ceiling[position], minor.down(limit.at_most))
    by_period = largest_remainder(sums, floor, np.maximum(floor, ceiling), total)
    return largest_remainder(ideal.T, least.T, most.T, by_period).T


def _target(limit: BudgetLimit | None, ideal: float, minor: Minor, *, up: bool) -> int:
    """How many units to share out in all: the budget where it binds, else the ideal, rounded up to meet goals."""
    whole = int(np.ceil(ideal - 1e-3)) if up else int(np.rint(ideal))
    if limit is not None and limit.at_least is not None:
        whole = max(whole, minor.up(limit.at_least))
    if limit is not None and limit.at_most is not None:
        cap = minor.down(limit.at_most)
        whole = cap if ideal >= cap - 0.5 else min(whole, cap)
    return whole


def _mended(
    model: Model,
    valuer: Valuer,
    first: Valuation,
    limits: tuple[Array, Array],
    minor: Minor,
    steps: int,
    until: Deadline | None,
) -> Valuation | None:
    """Whole units within so many steps that keep every limit, by a small integer program; None when it finds none."""
    if not can_keep(first, minor.digits, steps):
        return None
    base = first.spend
    problem, brings, sizes = mending(model, first, *limits, minor.unit, steps)
    program = Program(problem)
    if not len(model.attainments.columns):  # levels are met one after the other, to the last unit
        program.accept_within(max(CLOSE, SHARE * model.scenario.solve.gap * abs(first.value) / brings))
    outcome = program.solve(_seconds(until))
    if outcome.columns is None:
        return None
    moves = np.array([outcome.columns[program.place[f"step_{column}"]] for column in model.spend.ravel()])
    units = np.rint(base * 10.0**minor.digits).astype(np.int64) + np.rint(moves).astype(np.int64).reshape(base.shape)
    converted = None
    if model.currents is not None and first.flow is not None:
        drift = np.zeros(len(model.cost))
        for column in model.currents.columns.tolist():
            drift[column] = outcome.columns[program.place[f"drift_{column}"]] * sizes[column]
        moved = np.where(model.currents.realised >= 0, drift[model.currents.realised], 0.0)
        converted = first.flow.converted + moved
    return _valued(valuer, minor.money(units), converted)


def _seconds(until: Deadline | None) -> float:
    return MENDING_SECONDS if until is None else max(ALLOWED, min(MENDING_SECONDS, until.left))


def whole_cost(cost: float, minor: Minor, step: Fraction = Fraction(0)) -> float:
    """The least spend in whole units, or in larger whole steps, that is not below `cost`: a bound may be rounded up."""
    step = max(step, Fraction(1, 10**minor.digits))
    return float(-(-(Fraction(cost) / step - Fraction(1, 1000)) // 1) * step)
