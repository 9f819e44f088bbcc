"""Many response curves, evaluated together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves.base import Array, Cells, Curve, Flags
from optimizer.curves.members import Members
from optimizer.curves.response import ResponseCurve
from optimizer.curves.tabulated import Tabulated


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The cells of a stack that share a family and a number of draws: `cells`, rising, are their places in it."""

    cells: Cells
    members: Members


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveStack:
    """n cells with a response curve each, as a handful of numpy expressions.

    Fields: size = n; groups, which share the cells out; concave and linear, for each cell [true or false].

    >>> from optimizer.curves.linear import Linear
    >>> from optimizer.curves.log import Log
    >>> members = Linear(slope=2), Log(coefficient=1, scale=1)
    >>> stack = CurveStack.of([ResponseCurve(members=(m,)) for m in members], np.array([0, 1, 0]))
    >>> stack.slope(np.array([5.0, 3.0, 7.0])).tolist()
    [2.0, 0.25, 2.0]
    """

    size: int
    groups: tuple[Group, ...]
    concave: Flags
    linear: Flags

    @classmethod
    def of(cls, curves: Sequence[ResponseCurve], which: Cells | None = None) -> CurveStack:
        """The cells whose curves are `curves[which[i]]`; without `which`, one cell per curve."""
        concave, linear = np.zeros((2, len(curves)), dtype=np.bool_)
        groups = []
        for indices in _kinds(curves):
            stacked, members = _stacked([curves[i] for i in indices])
            each = np.zeros((len(indices), members.draws))
            start = (members.input_offset / members.input_scale)[:, None]
            concave[indices] = (each + stacked.bend() <= start).all(axis=1)
            linear[indices] = (each + stacked.straight() > 0.0).all(axis=1)
            groups.append(Group(cells=indices, members=members))
        whole = cls(size=len(curves), groups=tuple(groups), concave=concave, linear=linear)
        return whole if which is None else whole.take(which)

    @classmethod
    def joined(cls, first: CurveStack, second: CurveStack) -> CurveStack:
        """The cells of one stack, and those of another behind them."""
        moved = tuple(replace(group, cells=group.cells + first.size) for group in second.groups)
        return cls(
            size=first.size + second.size,
            groups=first.groups + moved,
            concave=np.concatenate([first.concave, second.concave]),
            linear=np.concatenate([first.linear, second.linear]),
        )

    def alike(self) -> Cells:
        """A number for each cell, equal where curves are: of one family, and every field the same."""
        numbers, count = np.zeros(self.size, dtype=np.intp), 0
        for group in self.groups:
            own = group.members.columns()
            numbers[group.cells] = count + np.unique(own, axis=0, return_inverse=True)[1].reshape(-1)
            count += len(own)
        return numbers

    def value(self, x: Array) -> Array:
        """The response of each cell at its x [outcome]: shape (…, n) to (…, n)."""
        return self._each(Members.value, x)

    def slope(self, x: Array) -> Array:
        """The slope of each cell at its x, from the right at a kink [outcome/spend]: shape (…, n) to (…, n)."""
        return self._each(Members.slope, x)

    def _each(self, function: Callable[[Members, Array], Array], x: Array) -> Array:
        """A function of the members of each group; a group that is alone has all cells."""
        x = np.maximum(x, 0.0)  # it is never below but by rounding
        if len(self.groups) == 1:
            return function(self.groups[0].members, x)
        out = np.empty(x.shape)
        for group in self.groups:
            out[..., group.cells] = function(group.members, x.take(group.cells, axis=-1))
        return out

    def turns(self) -> tuple[Array, Array]:
        """By cell the input up to which it is convex, and that from which it is concave; of a table nothing is said.

        >>> from optimizer.curves.hill import Hill
        >>> stack = CurveStack.of([ResponseCurve(members=(Hill(ceiling=1, half_saturation=3, shape=2),))])
        >>> stack.turns()[0] ** 2, stack.turns()[1] ** 2
        (array([3.]), array([3.]))
        """
        turn, flat = np.zeros(self.size), np.zeros(self.size)
        for group in self.groups:
            members = group.members
            assert isinstance(members.shape, Curve), "a hull of a hull is the hull itself"
            bend = np.broadcast_to(members.shape.bend(), (len(group.cells), members.draws))
            bend = bend * members.input_scale[:, None] - members.input_offset[:, None]
            turn[group.cells] = 0.0 if isinstance(members.shape, Tabulated) else bend.min(axis=1)
            flat[group.cells] = bend.max(axis=1)
        return turn, flat

    @property
    def draws(self) -> int:
        """The most curves that one cell is the mean of."""
        return max((group.members.draws for group in self.groups), default=1)

    def take(self, cells: Cells) -> CurveStack:
        """The stack of the given cells, in the given order; a cell may come more than once."""
        if np.array_equal(cells, np.arange(self.size)):
            return self
        return CurveStack(
            size=len(cells),
            groups=tuple(self._regrouped(cells)),
            concave=self.concave[cells],
            linear=self.linear[cells],
        )

    def by_draw(self, draws: Cells) -> CurveStack:
        """n · k cells: cell i as the d-th of k draws has it stands at i · k + d; a curve without draws is each of them.

        >>> from optimizer.curves.linear import Linear
        >>> stack = CurveStack.of([ResponseCurve(members=(Linear(slope=1), Linear(slope=5)))])
        >>> stack.by_draw(np.array([1, 0])).slope(np.array([7.0, 7.0])).tolist()
        [5.0, 1.0]
        """
        count = len(draws)
        groups = [
            Group(cells=(group.cells[:, None] * count + np.arange(count)).ravel(), members=group.members.by_draw(draws))
            for group in self.groups
        ]
        concave, linear = np.repeat(self.concave, count), np.repeat(self.linear, count)
        return CurveStack(size=self.size * count, groups=tuple(groups), concave=concave, linear=linear)

    def _regrouped(self, cells: Cells) -> Iterator[Group]:
        for group in self.groups:
            row_of = np.full(self.size, -1)
            row_of[group.cells] = np.arange(len(group.cells))
            rows = row_of[cells]
            kept = np.flatnonzero(rows >= 0)
            if kept.size:
                yield Group(cells=kept, members=group.members.take(rows[kept]))


def _kinds(curves: Sequence[ResponseCurve]) -> list[Cells]:
    """The indices of the curves of each family and number of draws, weighted ones apart."""
    kinds: dict[tuple[type[Curve], int, bool], list[int]] = defaultdict(list)
    for index, curve in enumerate(curves):
        kinds[type(curve.members[0]), len(curve.members), curve.weights is None].append(index)
    return [np.array(indices, dtype=np.intp) for indices in kinds.values()]


def _stacked(curves: Sequence[ResponseCurve]) -> tuple[Curve, Members]:
    """Curves of one kind in one instance, of shape (curves, draws)."""
    flat = [member for curve in curves for member in curve.members]
    draws = len(flat) // len(curves)
    shape = type(flat[0]).stack(flat, len(curves), draws)
    return shape, Members(
        shape=shape,
        draws=draws,
        input_scale=np.array([c.input_scale for c in curves]),
        input_offset=np.array([c.input_offset for c in curves]),
        output_scale=np.array([c.output_scale for c in curves]),
        weights=None if curves[0].weights is None else np.array([c.weights for c in curves]),
    )
