"""What binds at a plan, chosen so that the rest is determined: rows and limits that say the same are taken once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from optimizer.search.ranges.outward import Unknown

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
DEPENDENT = 1e-7  # of its size: a gradient that is a sum of others
FLAT = 1e-11  # of the largest curvature: none
LEAST = 1e-30  # curvature that is as good as none


class Curving(Protocol):
    """Second derivatives by column: written out, shape (columns, columns), and the eigenvalues of what is free."""

    def whole(self) -> Array: ...

    def eigenvalues(self, free: Flags) -> Array: ...


class Span:
    """Directions that are spoken for."""

    def __init__(self, size: int) -> None:
        self._basis, self._count = np.zeros((size, size)), 0

    def take(self, direction: Array) -> bool:
        """Add a direction; whether it is new."""
        size, left = float(np.linalg.norm(direction)), direction
        known = self._basis[: self._count]
        for _ in range(2):
            left = left - (known @ left) @ known
        rest = float(np.linalg.norm(left))
        if rest <= DEPENDENT * size or self._count == len(self._basis):
            return False
        self._basis[self._count] = left / rest
        self._count += 1
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Which columns stand still and which rows bind; `held` are columns whose place nothing decides."""

    fixed: Flags
    active: Flags
    held: Flags


def basis_of(jacobian: Array, curving: Curving, fixed: tuple[Flags, Flags], binding: Index, tight: Index) -> Basis:
    """Independent limits: columns that are pinned (`fixed[0]`), then `binding` rows in their order, then columns at a
    limit (`fixed[1]`), and of the rows that are `tight` without a price as many as the rest needs to be determined.

    Raises Unknown where the rest curves the wrong way: the plan is then not the best of its neighbourhood. A row takes
    one direction away, and so at the most one of those that do (Cauchy's interlacing).
    """
    pinned, at_limit = fixed
    size, free = len(pinned), np.flatnonzero(~pinned)
    active, still = np.zeros(len(jacobian), dtype=bool), pinned.copy()
    span = Span(len(free))
    for row in binding.tolist():
        active[row] = span.take(jacobian[row, free])
    edge = at_limit & ~pinned
    if _independent(jacobian[active][:, ~pinned], jacobian[active][:, ~(pinned | edge)]):
        still |= edge
    else:
        for column in np.flatnonzero(edge).tolist():
            still[column] = span.take((free == column).astype(float))
    held = np.zeros(size, dtype=bool)
    bends = curving.eigenvalues(~still)
    none = FLAT * max(float(np.abs(bends).max(initial=0.0)), LEAST)
    if (bends > none).all():
        return Basis(fixed=still, active=active, held=held)
    if (bends < -none).sum() > active.sum() + len(tight):
        raise Unknown
    inside = np.flatnonzero(~still)
    hessian = curving.whole()[np.ix_(inside, inside)]
    flat, down = _flat(jacobian[np.ix_(active, inside)], hessian, none)
    if flat.shape[1]:
        _chosen(active, jacobian[np.ix_(tight, inside)] @ flat, tight, flat)
        if active[tight].any():
            flat, down = _flat(jacobian[np.ix_(active, inside)], hessian, none)
        if down:
            raise Unknown
        _chosen(held, flat, inside, flat)
    return Basis(fixed=still, active=active, held=held)


def _independent(rows: Array, inside: Array) -> bool:
    """Whether rows are independent of each other and of all limits of columns: so they are in what lies inside."""
    span = Span(inside.shape[1])
    sizes = np.linalg.norm(rows, axis=1)
    parts = zip(inside, sizes, strict=True)
    return all(float(np.linalg.norm(part)) > DEPENDENT * size and span.take(part) for part, size in parts)


def _flat(own: Array, hessian: Array, none: float) -> tuple[Array, bool]:
    """The directions that no row and no curvature decides, one a column, and whether some curve the wrong way."""
    spoken = np.linalg.qr(own.T)[0]
    across = hessian - spoken @ (spoken.T @ hessian)
    across -= (across @ spoken) @ spoken.T
    size = max(float(np.abs(hessian).max(initial=0.0)), LEAST)  # no more: its last digits are not to be curvature
    across += size * (spoken @ spoken.T)  # what rows decide is not flat
    bends, ways = np.linalg.eigh(across)
    return np.asarray(ways[:, bends <= none]), bool((bends < -none).any())


def _chosen(marks: Flags, parts: Array, names: Index, flat: Array) -> None:
    """Mark, of some rows, the largest that are new, until every flat direction is spoken for; in place."""
    span, count = Span(flat.shape[1]), 0
    for place in np.argsort(-np.linalg.norm(parts, axis=1), kind="stable").tolist():
        if count == flat.shape[1] or float(np.linalg.norm(parts[place])) <= DEPENDENT:
            return
        if span.take(parts[place]):
            marks[names[place]] = True
            count += 1
