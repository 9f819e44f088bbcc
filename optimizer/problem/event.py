"""Something dated that makes tactics respond more, or less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.scope import Places, Scope
from optimizer.units import number

if TYPE_CHECKING:
    from optimizer.problem.tactic import Tactic


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The response of every cell in scope is multiplied by `lift` [1]; several events multiply.

    After the last period there are no events.
    """

    name: str
    scope: Scope = field(default_factory=Scope)
    lift: float

    def __post_init__(self) -> None:
        if not self.name:
            raise ScenarioError("empty_name", "name", "is empty", "give the event a name")
        number(self.lift, "lift", least=0.0, most=1e6)


def seasons_of(tactics: Sequence[Tactic], periods: Sequence[str], events: Sequence[Event]) -> Array:
    """s_it: the seasonality of each tactic times the lifts of the events it is in, shape (tactics, periods) [1]."""
    seasons = np.ones((len(tactics), len(periods)))
    for row, tactic in enumerate(tactics):
        if tactic.seasonality is not None:
            seasons[row] = tactic.seasonality.spread(len(periods))
    places = Places.of(tactics) if events else None
    for event in sorted(events, key=lambda event: event.name):
        seasons = np.where(event.scope.cells(tactics, periods, places), event.lift * seasons, seasons)
    return seasons
