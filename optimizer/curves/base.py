"""What every family of response curves can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import Field, fields
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Cells = NDArray[np.intp]

NEXT_TO_ZERO = 1e-150


class Curve(ABC):
    """A non-decreasing, finite response f(x) for inputs x >= 0.

    A family is a frozen dataclass whose methods are numpy expressions over its fields. That is why many
    curves of a family can be *stacked* into one instance, whose fields are arrays, and evaluated at once.
    The derivative is not called `slope`, because `slope` is the parameter of the linear family.
    """

    __slots__ = ()
    family: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @abstractmethod
    def value(self, x: Array) -> Array:
        """f(x) [outcome]."""

    @abstractmethod
    def derivative(self, x: Array) -> Array:
        """f'(x) >= 0, from the right at a kink [outcome per unit of input]; infinite at most at x = 0."""

    @abstractmethod
    def bend(self) -> Array | float:
        """The input from which f is concave; before it f is convex, unless it is a table. 0: all concave."""

    @abstractmethod
    def natural_scale(self) -> float:
        """A typical input, above 0; for a family without one, 1.0."""

    @abstractmethod
    def supremum(self) -> float:
        """The least upper bound of f; infinite when f grows without end."""

    def straight(self) -> Flags | bool:
        """Whether f is a straight line."""
        return False

    @classmethod
    def stack(cls, curves: Sequence[Self], *axes: int) -> Self:
        """One instance that stands for all of `curves`: every field is an array with one entry per curve, which may be
        laid out along several axes."""
        columns = {f.name: cls._column([getattr(c, f.name) for c in curves]) for f in fields(cls)}
        if axes:
            columns = {name: column.reshape(*axes, *column.shape[1:]) for name, column in columns.items()}
        return cls._holding(columns)

    def take(self, rows: NDArray[Any] | tuple[NDArray[Any], ...]) -> Self:
        """The stacked curves at `rows`: an index array of any shape, one for each axis, or a mask."""
        return self._holding({f.name: getattr(self, f.name)[rows] for f in fields(self)})

    @staticmethod
    def _column(values: Sequence[Any]) -> Array:
        return np.array(values, dtype=np.float64)

    @classmethod
    def _holding(cls, columns: dict[str, Array]) -> Self:
        """An instance around `columns`, past the checks: its parts were checked when they were born."""
        stacked = object.__new__(cls)
        for name, column in columns.items():
            object.__setattr__(stacked, name, column)
        return stacked


def off_zero(x: Array) -> Array:
    """x, but never so close to 0 that a negative power of it overflows."""
    return np.maximum(x, NEXT_TO_ZERO)


def scaled(factor: Array | float, slope: Array) -> Array:
    """factor·slope, where a useless curve (factor 0) stays useless even at an infinite slope."""
    return np.asarray(factor * np.where(np.greater(factor, 0), slope, 0.0))


def begun(factor: Array | float, x: Array, slope: Array, power: Array | float, at_zero: Array | float) -> Array:
    """factor·slope of what begins like x^power: at 0 infinite for powers below 1, 0 above, for 1 factor·`at_zero`."""
    inside = x > 0
    if inside.all():
        return np.asarray(factor * slope)
    start = np.where(power < 1, np.inf, np.where(power > 1, 0.0, at_zero))
    return scaled(factor, np.where(inside, slope, start))
