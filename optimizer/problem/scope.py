"""Which tactics and periods a goal or a rule speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.errors import ScenarioError

if TYPE_CHECKING:
    from optimizer.problem.tactic import Tactic

Stage = Literal["upstream", "downstream"]
STAGES: tuple[Stage, ...] = ("upstream", "downstream")


class Places(NamedTuple):
    """Where tactics stand, by name and by tag."""

    named: dict[str, int]
    tagged: dict[tuple[str, str], list[int]]

    @classmethod
    def of(cls, tactics: Sequence[Tactic]) -> Places:
        """Those of a scenario's tactics."""
        tagged: dict[tuple[str, str], list[int]] = {}
        for row, tactic in enumerate(tactics):
            for tag in tactic.tags:
                tagged.setdefault(tag, []).append(row)
        return cls({tactic.name: row for row, tactic in enumerate(tactics)}, tagged)


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
        self, tactics: Sequence[Tactic], periods: Sequence[str], places: Places | None = None
    ) -> NDArray[np.bool_]:
        """The selected cells as a mask, shape (tactics, periods); `places` are those of the tactics, where known."""
        rows, columns = np.ones(len(tactics), dtype=bool), np.ones(len(periods), dtype=bool)
        places = places or Places.of(tactics)
        if self.tactics is not None:
            rows &= _marked((places.named.get(name) for name in self.tactics), len(tactics))
        if self.stage is not None:
            rows &= np.array([tactic.stage == self.stage for tactic in tactics], dtype=bool)
        for tag in self.tags:
            rows &= _marked(places.tagged.get(tag, []), len(tactics))
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


def _marked(places: Iterable[int | None], count: int) -> NDArray[np.bool_]:
    """Which of so many places are among some; those that are none are left out."""
    marked = np.zeros(count, dtype=bool)
    marked[[place for place in places if place is not None]] = True
    return marked


def _known(field: str, names: tuple[str, ...], known: set[str]) -> None:
    for position, name in enumerate(names):
        if name not in known:
            kind = field.removesuffix("s")
            raise ScenarioError(
                f"unknown_{kind}", f"{field}[{position}]", f"no {kind} has this name", f"use the name of a {kind}"
            )
