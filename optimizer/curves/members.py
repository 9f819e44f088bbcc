"""Stacked curves behind their input and output scales, averaged over draws."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from optimizer.curves.base import Array, scaled

Rows = NDArray[Any] | tuple[NDArray[Any], ...]  # places on the first axis, or on each


class Shape(Protocol):
    """What can be evaluated for many rows at once: a stacked family, or one bridged into a hull."""

    def value(self, x: Array) -> Array: ...

    def derivative(self, x: Array) -> Array: ...

    def take(self, rows: Rows) -> Self: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """value(x) = output_scale · Σ_k weight_k · f_k((x + input_offset) / input_scale).

    The shape's last axis counts the members; the axes before it are those of the scales (none for one
    curve, one row per cell for a stack). `weights` has the shape's axes; None weighs all members alike.
    """

    shape: Shape
    draws: int
    input_scale: Array
    input_offset: Array
    output_scale: Array
    weights: Array | None = None
    unscaled: bool = field(init=False, repr=False, compare=False)  # every scale is 1, every offset 0

    def __post_init__(self) -> None:
        unscaled = ((self.input_scale == 1.0) & (self.input_offset == 0.0) & (self.output_scale == 1.0)).all()
        object.__setattr__(self, "unscaled", bool(unscaled))

    def columns(self) -> Array:
        """All that a row's curve is made of, by row."""
        own = _fields(self.shape)
        own += [
            self.input_scale,
            self.input_offset,
            self.output_scale,
            *([] if self.weights is None else [self.weights]),
        ]
        return np.column_stack([column.reshape(len(self.input_scale), -1) for column in own])

    def value(self, x: Array) -> Array:
        response = self._mean(self.shape.value(self.inputs(x)))
        return response if self.unscaled else np.asarray(self.output_scale * response)

    def slope(self, x: Array) -> Array:
        rise = self._mean(self.shape.derivative(self.inputs(x)))
        return rise if self.unscaled else scaled(self.output_scale / self.input_scale, rise)

    def each(self, x: Array) -> Array:
        """What each member yields by itself: an axis more than x, for the members."""
        return np.asarray(self.output_scale[..., None] * self.shape.value(self.inputs(x)))

    def _mean(self, values: Array) -> Array:
        if self.draws == 1:
            only: Array = values[..., 0]
            return only
        return np.asarray(values.mean(axis=-1) if self.weights is None else (values * self.weights).sum(axis=-1))

    def inputs(self, x: Array) -> Array:
        """x >= 0 as the members see it, with an axis for them."""
        seen: Array = x if self.unscaled else (x + self.input_offset) / self.input_scale
        return seen[..., None]

    def take(self, rows: NDArray[Any]) -> Members:
        return Members(
            shape=self.shape.take(rows),
            draws=self.draws,
            input_scale=self.input_scale[rows],
            input_offset=self.input_offset[rows],
            output_scale=self.output_scale[rows],
            weights=None if self.weights is None else self.weights[rows],
        )

    def by_draw(self, draws: NDArray[Any]) -> Members:
        """A row for each row and draw, of one member."""
        rows = np.repeat(np.arange(len(self.input_scale)), len(draws))
        member = np.tile(draws if self.draws > 1 else np.zeros_like(draws), len(self.input_scale))
        return Members(
            shape=self.shape.take((rows[:, None], member[:, None])),
            draws=1,
            input_scale=self.input_scale[rows],
            input_offset=self.input_offset[rows],
            output_scale=self.output_scale[rows],
        )


def _fields(shape: Any) -> list[Array]:
    """The arrays that a shape is made of, those of a shape within it among them."""
    own = [getattr(shape, field.name) for field in fields(shape)]
    return [array for each in own for array in ([each] if isinstance(each, np.ndarray) else _fields(each))]
