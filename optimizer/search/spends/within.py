"""How far spends are followed: the limits that the scenario states, or ceilings that provably hold the optimum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.certificate import largest_violation
from optimizer.errors import ScenarioError
from optimizer.formulation.model import Model, build, worth_at_least
from optimizer.formulation.spend import LOOSE, beside, reach
from optimizer.formulation.tighten import tightened
from optimizer.problem.limits import BUDGET
from optimizer.problem.objective import Objective
from optimizer.problem.scenario import Scenario, no_budget
from optimizer.problem.valuation import Valuer
from optimizer.search.deadline import Deadline
from optimizer.search.search import ANY, NOISE, Found, search
from optimizer.search.spends.ceiling import first_ceiling, is_charged, is_open, worth_at_most
from optimizer.search.spends.ends import OPEN, ended
from optimizer.units import LARGEST

Array = NDArray[np.float64]
Watch = Callable[[Model, int, int, float, float], None]  # model, rounds, nodes, cost and bound [scaled]
WIDER = 1000.0
BEYOND = 10.0  # times the largest spend of a point, within which plans near it are looked for
BEFORE_ROUNDING = 0.9  # of the gap that is asked for: the rest is left for what whole minor units cost
ROUGHLY = 0.5  # a gap that says whether there is a plan
NEARBY = 2.0  # times a ceiling that tolerances may have let pass
HALF = 0.5  # of the time that is left
QUICK = 0.1  # of the time limit, for each plan that only brings limits down
NOTICEABLE = 0.99  # a limit that rows move below this share of itself is worth building again


def search_within(scenario: Scenario, deadline: Deadline, watch: Watch) -> Found:
    """Search a scenario within what it states; where it leaves spends open, within ceilings that hold the optimum."""
    if not scenario.objective.maximizes:
        return _least_spend(scenario, by_rows(scenario), deadline, watch)
    try:
        most, ceiling = _first(scenario)
    except ScenarioError:
        if (nothing := proof_of_none(scenario, deadline)) is not None:
            return nothing
        raise  # spend has no end, and limits that can hold do not give it one
    if ceiling >= LARGEST:
        return _searched(scenario, most, deadline, watch)
    return _below(scenario, most, ceiling, deadline, watch)


def by_rows(scenario: Scenario) -> Array:
    """How far spends go [money] by what is stated, shape (tactics, periods).

    Raises `no_budget` where spend costs the objective nothing and rows do not end all of it.
    """
    reached = reach(scenario, np.inf)
    most = np.minimum(reached, LOOSE * LARGEST)
    if not np.isinf(reached).any():
        return most
    most = np.minimum(most, tightened(build(scenario, most)))
    if not scenario.objective.maximizes or is_charged(scenario):
        return most
    nearer = most if (most < OPEN).all() else _ended(scenario, most)
    if not (nearer < OPEN).all():
        raise no_budget()
    return nearer


def _first(scenario: Scenario) -> tuple[Array, float]:
    """How far spends go [money] by rows, and the ceiling to look below first: no end where limits are all there is."""
    most, near = by_rows(scenario), first_ceiling(scenario)
    closed = bool((most < OPEN).all()) or not is_open(scenario)
    if closed and float(most.max()) <= WIDER * near:
        return most, LARGEST
    most, ceiling = _worth(scenario, 0.0, most, known=closed)
    return most, ceiling if ceiling >= LARGEST else max(ceiling, near)


def _worth(scenario: Scenario, value: float, most: Array, *, known: bool = False) -> tuple[Array, float]:
    """How far spends go [money] by rows, and in plans worth `value` or more: no end where limits are all there is.

    Rows together are asked only where spend pays for itself without end, unless its limits are `known`; then once more
    beside the worth itself, below which what only loses money has its end.
    """
    if not is_charged(scenario):
        return most, LARGEST
    try:
        return most, worth_at_most(scenario, value, most)
    except ScenarioError:
        if known:
            return most, LARGEST
    nearer = _ended(scenario, most)
    if (nearer < OPEN).all():
        return nearer, LARGEST
    try:
        return nearer, worth_at_most(scenario, value, nearer)
    except ScenarioError:
        worthy = _ended(scenario, nearer, lambda model: worth_at_least(model, value))
        if not (worthy < OPEN).all():
            raise
        return nearer, float(worthy.max())


def _ended(scenario: Scenario, most: Array, beside: Callable[[Model], Model] = lambda model: model) -> Array:
    """How far spends go [money] by their rows together, and then by each of these; `beside` may add rows."""
    near = reach(scenario, LARGEST / WIDER)
    less = np.minimum(near, tightened(build(scenario, near)))
    nearer = np.minimum(most, LOOSE * ended(*(beside(build(scenario, far)) for far in (most, less))))
    if np.array_equal(nearer, most):
        return most
    return np.minimum(nearer, tightened(beside(build(scenario, nearer))))


def _below(scenario: Scenario, most: Array, ceiling: float, deadline: Deadline, watch: Watch) -> Found:
    """Search below a ceiling that holds every plan worth something, and below higher ones where none is there.

    One far above the curves' own scales is brought down first by the worth of a plan within these.
    """
    empty, last, least = _Empty(), float(most.max()), 0.0  # plans worth `least` or more are below the ceiling
    if ceiling > BEYOND * (near := first_ceiling(scenario)):
        quick = _looked(scenario, np.minimum(most, near), deadline.within(HALF * deadline.left), watch)
        if quick.columns is not None and quick.lost <= NOISE:
            value = -quick.cost * quick.model.worth
            enough = min(_worth(scenario, value, most)[1], last)
            if enough <= near and not quick.stopped:
                return quick
            if enough < ceiling:
                ceiling, least = max(enough, near), value
    while True:
        if empty.found is not None:  # whether what lies beyond is any plan at all, before the best is looked for
            beyond = search(narrowed(scenario, np.minimum(most, ceiling)), ANY, deadline, lambda *_: None)
            if beyond.columns is not None and empty.holds(beyond):
                return empty.found
        found = _searched(scenario, np.minimum(most, ceiling), deadline, watch)
        if found.columns is None:
            if not found.proved_empty or ceiling >= last:
                return found
            empty = _Empty(found=found, ceiling=ceiling)
            ceiling = min(ceiling * WIDER, last)  # a plan that must lose money may lie beyond
            continue
        if empty.found is not None and empty.holds(found):
            return empty.found
        value = -found.cost * found.model.worth
        enough = min(_worth(scenario, value, most)[1], last)
        if enough <= ceiling:
            return found
        if found.stopped:
            return replace(found, bound=min(found.bound, -least / found.model.worth))
        ceiling, least = enough, value


def proof_of_none(scenario: Scenario, deadline: Deadline) -> Found | None:
    """What proves that there is no plan, whatever it is worth; None where there is one, or no proof."""
    roughly = replace(scenario, objective=Objective(aim="spend"), solve=replace(scenario.solve, gap=ROUGHLY))
    least = np.repeat(scenario.own_limits[0], len(scenario.periods), axis=1)
    if largest_violation(Valuer(scenario).value(least)) == 0.0:
        return None
    found = _least_spend(roughly, by_rows(roughly), deadline, lambda *_: None)
    return found if found.proved_empty else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Empty:
    """A search that proved that no plan spends at most `ceiling` in each cell."""

    found: Found | None = None
    ceiling: float = -1.0

    def holds(self, other: Found) -> bool:
        """Whether a plan found under a wider ceiling lies where there is none: its tolerances let it pass."""
        return float(_spend(other).max()) <= self.ceiling


def _spend(found: Found) -> Array:
    """The spend of what was found [money], shape (tactics, periods)."""
    assert found.columns is not None
    spend: Array = (found.columns * found.model.scale)[found.model.spend]
    return spend


def _least_spend(scenario: Scenario, most: Array, deadline: Deadline, watch: Watch) -> Found:
    """Minimise spend: no plan that beats one found spends more in a cell than that one does in all.

    Where the stated limits are far above what the goals need, curves would be read on a hundredth of their interval,
    and nothing is accurate there; a few quick plans bring the limits down first.
    """
    ceiling, first, empty = float(most.max()), _First(), _Empty()
    if is_open(scenario):
        ceiling = min(ceiling, first_ceiling(scenario))
    while ceiling > 0:
        quick = Deadline.after(min(QUICK * scenario.solve.time_limit, deadline.left), deadline.clock)
        found = search(build(scenario, np.minimum(most, ceiling)), ANY, quick, lambda *_: None)
        if found.columns is None:
            if first.found is not None:  # tolerances, which are shares of the ceiling, let that plan pass
                ceiling *= NEARBY
                break
            if not found.proved_empty:
                break
            if ceiling >= float(most.max()):
                return found
            empty = _Empty(found=found, ceiling=ceiling)
            ceiling = min(ceiling * WIDER, float(most.max()))
            continue
        if empty.found is not None and empty.holds(found):
            return empty.found
        first = first.joined(found, ceiling)
        spent = _no_more(found)
        narrow = spent <= 0.5 * ceiling
        ceiling = spent if narrow else max(ceiling, spent)
        if not narrow:
            break
    last = _searched(scenario, np.minimum(most, ceiling), deadline, watch)
    while last.proved_empty and first.found is None and ceiling < float(most.max()):  # time was up before one was known
        empty = _Empty(found=last, ceiling=ceiling)
        ceiling = min(ceiling * WIDER, float(most.max()))
        last = _searched(scenario, np.minimum(most, ceiling), deadline, watch)
    if last.columns is not None and empty.found is not None and empty.holds(last):
        return empty.found
    return first.beside(last)


@dataclass(frozen=True, slots=True, kw_only=True)
class _First:
    """The cheapest of the quick plans, and what they proved that any plan spends [money]."""

    found: Found | None = None
    least: float = 0.0

    def joined(self, found: Found, ceiling: float) -> _First:
        """With one more, which was looked for up to a ceiling of each cell: a plan beyond spends more than that."""
        cheaper = self.found is None or _cost(found) < _cost(self.found)
        least = max(self.least, min(found.bound * found.model.worth, ceiling))
        return _First(found=found if cheaper else self.found, least=least)

    def beside(self, last: Found) -> Found:
        """The last search's plan, or the quick one where time was up before that was bettered; with all that is known.

        A plan that only tolerances let pass is no better one.
        """
        first = self.found
        if first is None or last.proved_empty:
            return first or last
        least = max(self.least, last.bound * last.model.worth)
        ended = last.columns is not None and not last.stopped
        if ended or _cost(last) <= _cost(first) or (last.columns is not None and first.lost > NOISE):
            return replace(last, bound=min(least / last.model.worth, last.cost))
        bound = min(least / first.model.worth, first.cost)
        return replace(first, bound=bound, stopped=last.stopped)


def _no_more(found: Found) -> float:
    """What no plan that spends less than the one found spends more than in a cell [money].

    Within less than a minor unit curves are nothing but the rounding of doubles.
    """
    return float(_spend(found).sum()) * (1.0 + 1e-6) + found.model.scenario.minor_unit


def _cost(found: Found) -> float:
    """What was found spends [money]."""
    return found.cost * found.model.worth


def enough(scenario: Scenario, found: Found) -> Array:
    """The most that any plan at least as good as one found spends in each cell [money], shape (tactics, periods)."""
    if not scenario.objective.maximizes:
        return np.minimum(reach(scenario, LARGEST), _no_more(found))
    most = by_rows(scenario)
    return np.minimum(*_worth(scenario, -found.cost * found.model.worth, most)) if is_open(scenario) else most


def model_within(scenario: Scenario, value: float, judged: Scenario | None = None) -> Model:
    """The model whose limits hold every plan worth `value` or more, for objectives that are to be large.

    `judged` is the same scenario with the curves that the worth is reckoned with, where they are others.
    """
    most = by_rows(scenario)
    if is_open(scenario) and not (most < OPEN).all():
        most = np.minimum(*_worth(judged or scenario, value, most))
    return narrowed(scenario, most)


def _searched(scenario: Scenario, most: Array, deadline: Deadline, watch: Watch) -> Found:
    """Search with spends up to `most`; where what is found is lost in tolerances, which are shares of that, nearer.

    Where spends may go far, half of the time is kept for that.
    """
    usual = first_ceiling(scenario)
    far = float(most.max()) > WIDER * usual
    found = _looked(scenario, most, deadline.within(HALF * deadline.left) if far else deadline, watch)
    if found.columns is None:
        return _looked(scenario, most, deadline, watch) if far and found.stopped else found
    sound = found.lost <= NOISE
    if sound and not (far and found.stopped):
        return found
    near, empty = found, _Empty()
    ceiling = max(BEYOND * float(_spend(found).max()), usual)
    while ceiling < float(most.max()):
        near = _looked(scenario, np.minimum(most, ceiling), deadline, watch)
        if near.proved_empty:
            empty = _Empty(found=near, ceiling=ceiling)
        elif near.columns is None:
            return found if sound else near
        elif not empty.holds(near):
            beyond = found.bound * found.model.worth / near.model.worth
            better = sound and _cost(found) <= _cost(near)
            near = replace(near, bound=min(beyond, near.cost), stopped=near.stopped or found.stopped)
            return found if better else near
        ceiling *= WIDER
    return found if sound else empty.found or near


def _looked(scenario: Scenario, most: Array, deadline: Deadline, watch: Watch) -> Found:
    model = narrowed(scenario, most)
    return search(model, BEFORE_ROUNDING * scenario.solve.gap, deadline, lambda *seen: watch(model, *seen))


def narrowed(scenario: Scenario, most: Array) -> Model:
    """The model, built again where its rows say that spends reach less far; what the budget leaves each is known."""
    most = np.minimum(most, beside(scenario))
    model = build(scenario, most)
    if all(draft.owner == BUDGET for draft in model.drafts):
        return model
    less = tightened(model)
    return build(scenario, less) if (less < NOTICEABLE * most).any() else model
