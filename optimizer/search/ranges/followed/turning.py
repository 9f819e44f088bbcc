"""What changes where one condition ends: something comes to a limit or leaves it, or takes another's place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.search.ranges.followed.conditions import Conditions
from optimizer.search.ranges.followed.newton import BOTH, FREE, GIVEN, HELD, HIGH, LOW, OFF, Newton, State
from optimizer.search.ranges.motion import Motion
from optimizer.search.ranges.outward import Unknown

Array = NDArray[np.float64]
DEPENDENT = 1e-9  # of its size: a gradient that is a sum of others
NOTHING = 1e-12  # a rate that is none
FLAT = 1e-30  # scaled: curvature that is none
LEVEL = 1e-9  # scaled: a jump of what an input costs that is none
TIED = 1e-12  # scaled: prices that come to 0 together
KEPT = 1e-7  # scaled, by which a point may move, and miss a condition, where a table is read on the next piece


class Closed(Exception):
    """Beyond here there is no plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rates:
    """How prices of active rows and reduced costs of columns move while what comes is given a price."""

    prices: Array
    columns: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaving:
    """A row or column that may make room: how far the price of what comes may go until then, how it stands then."""

    far: float
    kind: Literal["row", "column"]
    number: int
    stands: int
    way: int = 0  # on which side of its point a table is read from then on


def turned(
    conditions: Conditions, newton: Newton, state: State, slot: int, motion: Motion, beyond: State | None = None
) -> State:
    """The same place after the condition of a slot of the margins has changed sides; raises Closed, or Unknown.

    `beyond` is where it is broken, if not here.
    """
    count = len(state.columns)
    if slot < 2 * count and state.columns[slot % count] == HELD:
        return _let_go(conditions, newton, (state, beyond or state), slot % count, motion)
    if slot < 2 * count:
        return _column(conditions, newton, state, (slot % count, LOW if slot < count else HIGH), motion)
    number, side = slot - 2 * count, LOW
    if number >= len(state.rows):
        number, side = number - len(state.rows), HIGH
    draw = number >= conditions.counted
    if state.rows[number] in (FREE, GIVEN):
        return _row(conditions, newton, state, (number, LOW if draw else side), motion)
    given = draw and side == HIGH
    rows, prices = state.rows.copy(), state.prices.copy()
    rows[number], prices[number] = (GIVEN, conditions.most) if given else (FREE, 0.0)
    after = replace(state, rows=rows, prices=prices)
    if draw:
        return after
    if state.rows[number] == side:
        return _let_fall(newton, after, motion)
    return _beyond(conditions, after, _next_piece(number, side == LOW), motion)


def _column(conditions: Conditions, newton: Newton, state: State, slot: tuple[int, int], motion: Motion) -> State:
    """A column leaves its limit, or comes to one."""
    number, side = slot
    columns = state.columns.copy()
    if columns[number] in (-side, BOTH):
        raise Closed  # its limits have met
    columns[number] = FREE if columns[number] == side else side
    after = replace(state, columns=columns)
    own = np.zeros(len(columns))
    own[number] = 1.0
    if columns[number] == FREE:
        return _swapped(conditions, newton, after, own, -float(side), motion)
    return _settled(conditions, newton, (state, after), own, -1.0 if side == LOW else 1.0, motion)


def _let_fall(newton: Newton, state: State, motion: Motion) -> State:
    """A row has left its limit; a column that only it kept from going beyond its own stays there."""
    low, high, _, _ = newton.limits(motion, state.shift, state.point.pieces)
    pull, x = newton.reduced(state, motion), state.point.x
    below, above = (x <= low + KEPT) & (pull > OFF), (x >= high - KEPT) & (pull < -OFF)
    stuck = np.where((state.columns == FREE) & (below | above), np.abs(pull), 0.0)
    columns, worst = state.columns.copy(), int(np.argmax(stuck))
    if stuck[worst] == 0.0:
        return state
    columns[worst] = LOW if below[worst] else HIGH
    return replace(state, columns=columns)


def _swapped(conditions: Conditions, newton: Newton, state: State, own: Array, way: float, motion: Motion) -> State:
    """What has left its limit goes the way of its gradient `own`, and what that would break at once is held instead.

    So it is where rows and limits leave only one way to go: else curves decide it.
    """
    active, free = state.active, state.free
    if len(free) != len(active) + 1:
        return state
    rows = np.vstack([conditions.jacobian(state.point, active, motion, state.shift), own])
    ways = np.zeros(len(state.columns))
    ways[free] = np.linalg.lstsq(rows[:, free], np.append(np.zeros(len(active)), way), rcond=None)[0]
    far, held = _to_a_limit(conditions, newton, state, ways, motion)
    return held if far <= KEPT else state


def _let_go(conditions: Conditions, newton: Newton, states: tuple[State, State], number: int, motion: Motion) -> State:
    """A column whose place nothing decided, and now something does: it goes, with what has to follow, to a limit.

    Raises Unknown where it is not said which way, or nothing stops it.
    """
    state, beyond = states
    pull = float(newton.reduced(beyond, motion)[number])
    if abs(pull) <= OFF:
        raise Unknown
    free, way, columns = state.free, np.zeros(len(state.columns)), state.columns.copy()
    way[number], columns[number] = -np.sign(pull), FREE
    own = conditions.jacobian(state.point, state.active, motion, state.shift)
    way[free] = np.linalg.lstsq(own[:, free], -own[:, number] * way[number], rcond=None)[0]
    far, held = _to_a_limit(conditions, newton, replace(state, columns=columns), way, motion)
    if not np.isfinite(far):
        raise Unknown
    point = conditions.at(state.point.x + far * way, state.point.pieces, motion, state.shift)
    return replace(held, point=point)


def _to_a_limit(
    conditions: Conditions, newton: Newton, state: State, way: Array, motion: Motion
) -> tuple[float, State]:
    """How far a way leads until a free column or row comes to a limit, and the same place with that one held there."""
    low, high, lower, upper = newton.limits(motion, state.shift, state.point.pieces)
    ahead = conditions.jacobian(state.point, np.arange(len(state.rows)), motion, state.shift) @ way
    far, column = _first(state.point.x, way, low, high, state.columns == FREE)
    reach, row = _first(state.point.rows, ahead, lower, upper, state.rows == FREE)
    columns, rows = state.columns.copy(), state.rows.copy()
    if far <= reach:
        columns[column] = HIGH if way[column] > 0.0 else LOW
    else:
        rows[row] = HIGH if ahead[row] > 0.0 else LOW
    return min(far, reach), replace(state, columns=columns, rows=rows)


def _first(at: Array, way: Array, low: Array, high: Array, moving: NDArray[np.bool_]) -> tuple[float, int]:
    """How far a way leads until the first of some numbers comes to a limit, and which; infinite where none does."""
    some = np.flatnonzero(moving & (np.abs(way) > NOTHING))
    if not len(some):
        return np.inf, 0
    room = np.where(way > 0.0, high - at, at - low)[some]
    far = np.maximum(room, 0.0) / np.abs(way[some])
    return float(far.min()), int(some[np.argmin(far)])


def _row(conditions: Conditions, newton: Newton, state: State, slot: tuple[int, int], motion: Motion) -> State:
    """A row begins to bind, or a draw to be one of those that decide."""
    number, side = slot
    rows = state.rows.copy()
    rows[number] = side
    own = conditions.jacobian(state.point, np.array([number]), motion, state.shift)[0]
    down = (side == LOW) == (state.rows[number] == GIVEN)  # a draw comes down from the most that it may weigh
    return _settled(conditions, newton, (state, replace(state, rows=rows)), own, 1.0 if down else -1.0, motion, number)


def _settled(
    conditions: Conditions,
    newton: Newton,
    states: tuple[State, State],
    own: Array,
    way: float,
    motion: Motion,
    row: int | None = None,
) -> State:
    """What comes is `own`, a gradient; where others add up to it, its price rises until one of them is free.

    A column whose place nothing decided makes room for it before any price changes.
    """
    before, after = states
    active, free = before.active, before.free
    others = conditions.jacobian(before.point, active, motion, before.shift)
    shares: Array = np.linalg.lstsq(others[:, free].T, own[free], rcond=None)[0].astype(np.float64)
    left = own[free] - shares @ others[:, free]
    most = _jump(conditions, newton, after, row, motion)
    alone = float(np.abs(left).max(initial=0.0)) > DEPENDENT * max(1.0, float(np.abs(own).max()))
    if alone and most < -LEVEL:
        raise Closed  # a table grows steeper here, and nothing holds the plan at its point
    if alone:
        return _given_up(conditions, before, after, own, motion)
    if row is not None and most < 0.0:
        return _crossed(conditions, newton, before, _next_piece(row, way > 0.0), motion)
    rest = own - shares @ others
    idle = np.where(before.columns == HELD, np.abs(rest), 0.0)
    if float(idle.max(initial=0.0)) > DEPENDENT * max(1.0, float(np.abs(own).max())):
        columns = after.columns.copy()
        columns[int(np.argmax(idle))] = FREE
        return replace(after, columns=columns)
    rates = _Rates(prices=way * shares, columns=way * rest)
    ends = [*_leaving_rows(conditions, newton, before, rates, motion)]
    ends += _leaving_columns(before, rates, newton.reduced(before, motion))
    if row is not None and np.isfinite(most):
        ends.append(replace(_next_piece(row, way > 0.0), far=most))
    if not ends:
        raise Closed
    least = min(end.far for end in ends)
    tied = sorted((end for end in ends if end.far <= least + TIED), key=lambda end: end.far)
    ways = (_making_room(conditions, before, after, (end, row, way), rates, motion) for end in tied)
    found = list(ways) if len(tied) == 1 else [own for own in ways if _goes_on(conditions, own, motion)]
    return found[0] if found else _making_room(conditions, before, after, (tied[0], row, way), rates, motion)


def _given_up(conditions: Conditions, before: State, after: State, own: Array, motion: Motion) -> State:
    """A column whose place nothing decided goes on in place of what comes, where rows and costs see no difference."""
    held, free = np.flatnonzero(before.columns == HELD), before.free
    if not len(held):
        return after
    rows = conditions.jacobian(before.point, before.active, motion, before.shift)
    bends = conditions.curvature(before.point, before.prices).whole()
    decided = np.vstack([rows, bends / max(float(np.abs(bends).max()), FLAT)])
    for number in held.tolist():
        way = np.zeros(len(before.columns))
        way[number] = 1.0
        way[free] = np.linalg.lstsq(decided[:, free], -decided[:, number], rcond=None)[0]
        if float(np.abs(decided @ way).max()) <= KEPT and abs(float(own @ way)) > KEPT:
            columns = after.columns.copy()
            columns[number] = FREE
            return replace(after, columns=columns)
    return after


def _making_room(
    conditions: Conditions,
    before: State,
    after: State,
    coming: tuple[_Leaving, int | None, float],
    rates: _Rates,
    motion: Motion,
) -> State:
    """The state in which something has made room for what comes, and prices have moved until then."""
    first, row, way = coming
    columns, rows, prices = after.columns.copy(), after.rows.copy(), before.prices.copy()
    prices[before.active] += first.far * rates.prices
    if row is not None:
        prices[row] -= first.far * way
    if first.kind == "column":
        columns[first.number] = first.stands
    else:
        rows[first.number] = first.stands
        prices[first.number] = conditions.most if first.stands == GIVEN else 0.0
    return _beyond(conditions, replace(after, columns=columns, rows=rows, prices=prices), first, motion)


def _goes_on(conditions: Conditions, state: State, motion: Motion) -> bool:
    """Whether the rows that bind can be kept where their limits move: no gradient is a sum of others."""
    active, free = state.active, state.free
    rows = conditions.jacobian(state.point, active, motion, state.shift)[:, free]
    return len(active) <= len(free) and int(np.linalg.matrix_rank(rows)) == len(active)


def _jump(conditions: Conditions, newton: Newton, state: State, row: int | None, motion: Motion) -> float:
    """What a row may cost at the most: no more than is between the slopes of a table at a point; else infinite."""
    if row is None or not len(conditions.layout.rows) <= row < conditions.counted:
        return np.inf
    return float(newton.jumps(state, motion)[row - len(conditions.layout.rows)])


def _crossed(conditions: Conditions, newton: Newton, state: State, first: _Leaving, motion: Motion) -> State:
    """Beyond a point at which a table grows steeper: the plan goes on only where all else holds it there."""
    before = _beyond(conditions, state, first, motion)
    after = newton.solved(before, motion, state.shift)
    moved = float(np.abs(after.point.x - state.point.x).max())
    if max(moved, -float(newton.margins(after, motion).min())) > KEPT:
        raise Closed
    return after


def _next_piece(number: int, up: bool) -> _Leaving:
    return _Leaving(far=0.0, kind="row", number=number, stands=FREE, way=1 if up else -1)


def _beyond(conditions: Conditions, state: State, end: _Leaving, motion: Motion) -> State:
    """The same place, with a table read on its next piece where one leaves its point that way."""
    if not end.way:
        return state
    pieces = state.point.pieces.copy()
    pieces[end.number - len(conditions.layout.rows)] += end.way
    return replace(state, point=conditions.at(state.point.x, pieces, motion, state.shift))


def _leaving_rows(
    conditions: Conditions, newton: Newton, state: State, rates: _Rates, motion: Motion
) -> Iterator[_Leaving]:
    """Rows whose price comes to 0, draws that come to weigh the most they may, tables that leave their points."""
    most, first = newton.jumps(state, motion), len(conditions.layout.rows)
    for number, rate in zip(state.active.tolist(), rates.prices.tolist(), strict=True):
        price, stands = state.prices[number], state.rows[number]
        if (stands == LOW and rate < -NOTHING) or (stands == HIGH and rate > NOTHING):
            yield _Leaving(far=max(price / -rate, 0.0), kind="row", number=number, stands=FREE)
        elif first <= number < conditions.counted and abs(rate) > NOTHING:
            far = max(most[number - first] - abs(price), 0.0) / abs(rate)
            yield _Leaving(far=far, kind="row", number=number, stands=FREE, way=1 if stands == HIGH else -1)
        if number >= conditions.counted and rate > NOTHING:
            far = max(conditions.most - price, 0.0) / rate
            yield _Leaving(far=far, kind="row", number=number, stands=GIVEN)


def _leaving_columns(state: State, rates: _Rates, pull: Array) -> list[_Leaving]:
    """Columns at a limit that would rather leave it."""
    low = (state.columns == LOW) & (rates.columns < -NOTHING)
    high = (state.columns == HIGH) & (rates.columns > NOTHING)
    return [
        _Leaving(far=max(pull[number] / -rates.columns[number], 0.0), kind="column", number=number, stands=FREE)
        for number in np.flatnonzero(low | high).tolist()
    ]
