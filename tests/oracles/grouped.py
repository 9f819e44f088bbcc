"""One budget over groups with limits of their own: max Σ g_i(x_i), Σ x_i ≤ B (or = B), least_G ≤ Σ_{i∈G} x_i ≤ most_G.

A wire scenario of one period whose rules are ranges of what disjoint groups spend, or their shares of a budget that
is spent exactly, is read into it. `grouped_dp` solves it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.oracles import separable
from tests.oracles.curves import selects
from tests.oracles.families import Wire
from tests.oracles.separable import Separable


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items by place, and between what and what they spend together."""

    items: tuple[int, ...]
    least: float = -np.inf
    most: float = np.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """The problem: every item is in one group."""

    whole: Separable
    groups: tuple[Group, ...]


def of(scenario: Wire) -> Grouped:
    """Read a wire scenario; one that has more to it is refused."""
    whole, groups, taken = separable.of(scenario | {"rules": []}), [], set[int]()
    for rule in scenario["rules"]:
        items = tuple(i for i, tactic in enumerate(scenario["tactics"]) if selects(rule["scope"], tactic))
        share = rule["rule"] == "share_range"
        if taken & {*items} or rule["rule"] not in ("spend_range", "share_range") or (share and not whole.exactly):
            raise ValueError("not disjoint groups with limits of their own")
        taken |= {*items}
        size = whole.budget if share else 1.0
        least, most = size * rule.get("at_least", -np.inf), size * rule.get("at_most", np.inf)
        groups.append(Group(items=items, least=least, most=most))
    alone = (Group(items=(i,)) for i in range(len(whole.items)) if i not in taken)
    return Grouped(whole=whole, groups=(*groups, *alone))
