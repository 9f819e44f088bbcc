"""Which tactics and periods a goal or a rule speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.errors import ScenarioError

if TYPE_CHECKING:
    from optimizer.problem.tactic import Tactic

Stage = Literal["upstream", "downstream"]
Tagged = dict[tuple[str, str], list[int]]  # the places of tactics by tag
STAGES: tuple[Stage, ...] = ("upstream", "downstream")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A selection of cells (tactic × period): everything given must match; empty means everything.

    `tactics` and `periods` are names, `stage` is upstream or downstream, `tags` are (key, value) pairs.
    """

    tactics: tuple[str, ...] | None = None
    stage: Stage | None = None
    tags: tuple[tuple[str, str], ...] = ()
    periods: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "tags", tuple(sorted(self.tags)))
        for field in ("tactics", "periods"):
            if getattr(self, field) == ():
                raise ScenarioError("empty_scope", field, "names nothing", "name at least one, or leave it out")

    def selects(self, tactic: Tactic) -> bool:
        """Whether the tactic is in scope, whatever the period."""
        return (
            (self.tactics is None or tactic.name in self.tactics)
            and (self.stage is None or tactic.stage == self.stage)
            and all(tag in tactic.tags for tag in self.tags)
        )

    def cells(
        self, tactics: Sequence[Tactic], periods: Sequence[str], tagged: Tagged | None = None
    ) -> NDArray[np.bool_]:
        """The selected cells as a mask, shape (tactics, periods); `tagged` are the tactics by tag, where known."""
        rows, columns = np.ones(len(tactics), dtype=bool), np.ones(len(periods), dtype=bool)
        if self.tactics is not None:
            names = frozenset(self.tactics)
            rows &= np.array([tactic.name in names for tactic in tactics], dtype=bool)
        if self.stage is not None:
            rows &= np.array([tactic.stage == self.stage for tactic in tactics], dtype=bool)
        for tag in self.tags:
            own = (rows_by_tag(tactics) if tagged is None else tagged).get(tag, [])
            with_tag = np.zeros(len(tactics), dtype=bool)
            with_tag[own] = True
            rows &= with_tag
        if self.periods is not None:
            columns = np.isin(np.asarray(periods, dtype=object), np.asarray(self.periods, dtype=object))
        mask: NDArray[np.bool_] = rows[:, None] & columns[None, :]
        return mask

    def check(self, tactics: Sequence[Tactic], periods: Sequence[str]) -> None:
        """Refuse names that the scenario does not have, and a selection without a cell."""
        if self.tactics is not None:
            _known("tactics", self.tactics, {tactic.name for tactic in tactics})
        if self.periods is not None:
            _known("periods", self.periods, set(periods))
        for key, value in self.tags:
            if not any((key, value) in tactic.tags for tactic in tactics):
                raise ScenarioError(
                    "unknown_tag", f"tags.{key}", "no tactic has this tag", "use a tag of a tactic, or tag one"
                )
        if not any(self.selects(tactic) for tactic in tactics):
            raise ScenarioError("empty_scope", "", "selects no tactic", "widen the scope")


EVERYTHING = Scope()


def rows_by_tag(tactics: Sequence[Tactic]) -> Tagged:
    """The places of the tactics with each tag."""
    rows: Tagged = {}
    for row, tactic in enumerate(tactics):
        for tag in tactic.tags:
            rows.setdefault(tag, []).append(row)
    return rows


def _known(field: str, names: tuple[str, ...], known: set[str]) -> None:
    for position, name in enumerate(names):
        if name not in known:
            kind = field.removesuffix("s")
            raise ScenarioError(
                f"unknown_{kind}", f"{field}[{position}]", f"no {kind} has this name", f"use the name of a {kind}"
            )
