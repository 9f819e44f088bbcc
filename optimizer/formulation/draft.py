"""Columns and rows in the planner's units, before they are scaled and handed to PuLP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]
DENSE = 16  # numbers for each that is there, up to which they are counted rather than sorted
Side = Literal["at_least", "at_most", "exactly", "link", "pursued"]


def among(some: Index, size: int) -> NDArray[np.bool_]:
    """Which of `size` numbers are among some.

    >>> among(np.array([0, 2]), 4).tolist()
    [True, False, True, False]
    """
    found = np.zeros(size, dtype=np.bool_)
    found[some] = True
    return found


def places(some: Index, size: int) -> Index:
    """Where each of `size` numbers stands among some, −1 for others.

    >>> places(np.array([2, 0]), 4).tolist()
    [1, -1, 0, -1]
    """
    place = np.full(size, -1, dtype=np.intp)
    place[some] = np.arange(len(some))
    return place


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Σ values · columns: columns by number, values in the planner's units; `multiples` of sums that others have."""

    columns: Index
    values: Array
    multiples: tuple[tuple[Sum, float], ...] = ()

    def __add__(self, other: Sum) -> Sum:
        """The sum of both; columns that stand in both are merged when the row is written."""
        return Sum(
            columns=np.concatenate([self.columns, other.columns]),
            values=np.concatenate([self.values, other.values]),
            multiples=self.multiples + other.multiples,
        )

    def __mul__(self, factor: float) -> Sum:
        multiples = tuple((total, times * factor) for total, times in self.multiples)
        return Sum(columns=self.columns, values=self.values * factor, multiples=multiples)

    def __sub__(self, other: Sum) -> Sum:
        return self + other * -1.0

    def merged(self) -> Sum:
        """Each column once, in order of its number, zeros left out; multiples as they are."""
        if (self.columns[1:] > self.columns[:-1]).all() and self.values.all():
            return self
        if len(self.columns) and int(self.columns.max()) < DENSE * len(self.columns):
            values: Array = np.bincount(self.columns, weights=self.values).astype(np.float64)
            columns = np.flatnonzero(values)
            return Sum(columns=columns, values=values[columns], multiples=self.multiples)
        columns, where = np.unique(self.columns, return_inverse=True)
        values = np.bincount(where, weights=self.values, minlength=len(columns)).astype(np.float64)
        kept = values != 0.0
        return Sum(columns=columns[kept], values=values[kept], multiples=self.multiples)

    def written_out(self) -> Sum:
        """The same without multiples."""
        if not self.multiples:
            return self
        own = self.merged()
        last = max(int(part.columns.max(initial=-1)) for part in (own, *(total for total, _ in self.multiples)))
        whole = np.zeros(last + 1)
        whole[own.columns] = own.values
        for total, times in self.multiples:
            whole[total.columns] += total.values * times
        columns = np.flatnonzero(whole)
        return Sum(columns=columns, values=whole[columns])


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """lower ≤ total ≤ upper, on behalf of `owner`: a rule, a goal, a budget or the adstock of a tactic.

    `lever` is by how much the row's limit moves when the owner's moves by one unit; a sum is taken at the plan.
    `leeway` is the share of a limit by which a plan may miss it: `least` ≤ total ≤ `most` is what a search is held to.
    """

    owner: str
    side: Side
    total: Sum
    lower: float
    upper: float
    lever: Sum | float = 1.0
    leeway: float = 0.0

    @property
    def sum(self) -> Sum:
        """The sum with every coefficient, each time anew: of many rows they would be much to hold."""
        return self.total.written_out()

    @property
    def least(self) -> float:
        """The least that a plan may have."""
        return self.lower - self.leeway * abs(self.lower) if self.leeway else self.lower

    @property
    def most(self) -> float:
        """The most that a plan may have."""
        return self.upper + self.leeway * abs(self.upper) if self.leeway else self.upper


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """Columns that follow from the spend: `value` of a spend (tactics, periods) [money], in the planner's units."""

    columns: Index
    value: Callable[[Array], Array]


@dataclass(slots=True)
class Draft:
    """Columns and rows as they are being written; limits in the planner's units."""

    names: list[str] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    followers: list[Follower] = field(default_factory=list)

    def add_columns(self, names: list[str], low: Array, high: Array, *, integer: bool = False) -> Index:
        """New columns; returns their numbers."""
        first = len(self.names)
        self.names += names
        self.low += low.tolist()
        self.high += high.tolist()
        self.integer += [integer] * len(names)
        return np.arange(first, len(self.names))

    def add_row(
        self,
        owner: str,
        total: Sum,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        lever: Sum | float = 1.0,
        leeway: float = 0.0,
    ) -> None:
        """One row for each side that is limited; one equality, without leeway, where both sides agree."""
        if at_least is not None and at_least == at_most:
            self._write(owner, "exactly", total, at_least, at_least, lever)
            return
        if at_least is not None:
            self._write(owner, "at_least", total, at_least, np.inf, lever, leeway)
        if at_most is not None:
            self._write(owner, "at_most", total, -np.inf, at_most, lever, leeway)

    def link(self, owner: str, total: Sum, lower: float, upper: float) -> None:
        """A row that holds by definition: it belongs to the mathematics, not to the planner."""
        self._write(owner, "link", total, lower, upper, 0.0)

    def link_each(self, owner: str, columns: Index, values: Array) -> None:
        """Such rows, Σ values · columns[k] = 0, in each of which columns stand once and in order, and none by 0."""
        sums = [Sum(columns=own, values=values) for own in columns]
        self.rows += [Row(owner=owner, side="link", total=own, lower=0.0, upper=0.0, lever=0.0) for own in sums]

    def pursue(self, owner: str, total: Sum, at_least: float) -> int:
        """A row that ties a column of attainment to what attains it; returns its number."""
        self._write(owner, "pursued", total, at_least, np.inf, 0.0)
        return len(self.rows) - 1

    def follow(self, columns: Index, value: Callable[[Array], Array]) -> None:
        """Say how columns follow from the spend, so that a given spend is a point of the model."""
        self.followers.append(Follower(columns=columns, value=value))

    def _write(
        self,
        owner: str,
        side: Side,
        total: Sum,
        lower: float,
        upper: float,
        lever: Sum | float,
        leeway: float = 0.0,
    ) -> None:
        self.rows.append(
            Row(owner=owner, side=side, total=total.merged(), lower=lower, upper=upper, lever=lever, leeway=leeway)
        )
