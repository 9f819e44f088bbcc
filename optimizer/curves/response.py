"""A tactic's response curve: one curve or many draws of it, scaled."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from statistics import median
from typing import Literal

import numpy as np

from optimizer.curves.base import Array, Curve
from optimizer.curves.checks import not_negative, positive
from optimizer.curves.members import Members
from optimizer.errors import ScenarioError

SUM_TOLERANCE = 1e-9
ShapeKind = Literal["linear", "concave", "s_shaped", "tabulated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCurve:
    """The expected response: the mean over draws, never the curve at mean parameters.

    f(x) = o·Σ_k w_k·f_k((x + d)/h)

    Fields: members = f_k, all of one family; input_scale = h > 0 [spend/input]; input_offset = d >= 0
    [spend]; output_scale = o >= 0 [1]; weights = w_k > 0, which sum to 1 [1]; None weighs all alike.
    Errors: ScenarioError at `members` (`empty`, `mixed_families`), at `weights` (`wrong_length`, `wrong_sum`),
    or at the number that is out of range.
    Source: Jin et al. (2017), Bayesian Methods for Media Mix Modeling.

    >>> from optimizer.curves.linear import Linear
    >>> mean = ResponseCurve(members=(Linear(slope=1), Linear(slope=3)), input_scale=10)
    >>> mean.value(np.array([50.0])).tolist()
    [10.0]
    """

    members: tuple[Curve, ...]
    input_scale: float = 1.0
    input_offset: float = 0.0
    output_scale: float = 1.0
    weights: tuple[float, ...] | None = None
    _known: Members | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_members(self.members)
        positive("input_scale", self.input_scale)
        not_negative("input_offset", self.input_offset)
        not_negative("output_scale", self.output_scale)
        if self.weights is not None:
            _check_weights(self.weights, len(self.members))

    @property
    def family(self) -> str:
        """The wire name of the members' family."""
        return self.members[0].family

    def value(self, x: Array) -> Array:
        """f(x) for spend x >= 0 [outcome]."""
        return self._stacked.value(np.maximum(np.asarray(x, dtype=np.float64), 0.0))

    def slope(self, x: Array) -> Array:
        """f'(x), from the right at a kink [outcome/spend]."""
        return self._stacked.slope(np.maximum(np.asarray(x, dtype=np.float64), 0.0))

    def each(self, x: Array) -> Array:
        """What each draw yields at spend x >= 0 [outcome]: the shape of x and an axis for the draws."""
        return self._stacked.each(np.maximum(np.asarray(x, dtype=np.float64), 0.0))

    def weighted(self, weights: Array) -> ResponseCurve:
        """The mean over the draws with other weights, shape (draws,), that sum to 1; draws of weight 0 are left out.

        >>> from optimizer.curves.linear import Linear
        >>> three = ResponseCurve(members=(Linear(slope=1), Linear(slope=3), Linear(slope=9)))
        >>> three.weighted(np.array([0.25, 0.75, 0.0])).value(np.array([2.0])).tolist()
        [5.0]
        """
        if len(self.members) == 1:
            return self
        kept = np.flatnonzero(weights)
        return replace(self, members=tuple(self.members[k] for k in kept), weights=tuple(weights[kept].tolist()))

    def natural_scale(self) -> float:
        """A typical spend, above 0 [spend]: where the median member's typical input is reached."""
        first, *others = self.members
        typical = median(member.natural_scale() for member in self.members) if others else first.natural_scale()
        spend = float(typical) * self.input_scale
        return spend - self.input_offset if spend > self.input_offset else spend

    def supremum(self) -> float:
        """The least upper bound of f [outcome]; infinite when f grows without end."""
        each = [m.supremum() for m in self.members]
        return self.output_scale * float(np.average(each, weights=self.weights)) if self.output_scale else 0.0

    def shape_kind(self) -> ShapeKind:
        """What a formulation has to know: a table that happens to be concave is `concave`."""
        if all(np.all(m.straight()) for m in self.members):
            return "linear"
        if self.is_concave:
            return "concave"
        return "tabulated" if self.family == "tabulated" else "s_shaped"

    @property
    def is_concave(self) -> bool:
        """Whether every member is concave over all spend >= 0."""
        start = self.input_offset / self.input_scale
        return all(bool(np.all(m.bend() <= start)) for m in self.members)

    @property
    def _stacked(self) -> Members:
        """The members in one, once the curve is asked by itself: most are only read with others (`CurveStack`)."""
        if self._known is None:
            object.__setattr__(self, "_known", self._stack())
        assert self._known is not None
        return self._known

    def _stack(self) -> Members:
        return Members(
            shape=type(self.members[0]).stack(self.members),
            draws=len(self.members),
            input_scale=np.asarray(self.input_scale, dtype=np.float64),
            input_offset=np.asarray(self.input_offset, dtype=np.float64),
            output_scale=np.asarray(self.output_scale, dtype=np.float64),
            weights=None if self.weights is None else np.asarray(self.weights, dtype=np.float64),
        )


def _check_members(members: tuple[Curve, ...]) -> None:
    if not members:
        raise ScenarioError("empty", "members", "must hold at least one curve", "give a curve")
    if len({type(m) for m in members}) > 1:
        raise ScenarioError("mixed_families", "members", "must be of one family", "draw from one family")


def _check_weights(weights: tuple[float, ...], members: int) -> None:
    if len(weights) != members:
        raise ScenarioError("wrong_length", "weights", "must be as many as the members", "give one for each")
    for position, weight in enumerate(weights):
        positive(f"weights[{position}]", weight, smallest=0.0)
    if abs(sum(weights) - 1.0) > SUM_TOLERANCE:
        raise ScenarioError("wrong_sum", "weights", "must sum to 1", "divide them by their sum")
