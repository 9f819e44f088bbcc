"""Limits that conflict because of what is on in every plan, told without a solver.

A tactic that has to spend l > 0 is on. By itself it conflicts with a rule that asks more of what is on than its limit
u, minimum > u, or whole packages of which no number k has l ≤ k · price ≤ u; with others that are on as well, it does
with a rule that lets fewer be on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.problem.limits import spend_limit
from optimizer.problem.rules import ActiveCount, Exclusive, MinimumIfActive, Packages, Rule
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import Scope
from optimizer.problem.tactic import SpendLimits, Tactic
from optimizer.units import exact


class Forced(NamedTuple):
    """Rules, each with those tactics in its scope that are on in every plan, by the names of their spend limits."""

    rules: tuple[tuple[Rule, dict[str, Tactic]], ...]

    @classmethod
    def of(cls, scenario: Scenario) -> Forced:
        """Those of a scenario."""
        on = np.array([own.spend.at_least > 0.0 for own in scenario.tactics])
        told = ((rule, _selected(rule, scenario, on)) for rule in scenario.rules)
        return cls(tuple((rule, tactics) for rule, tactics in told if tactics))

    def conflict(self, names: Collection[str]) -> tuple[str, ...] | None:
        """A rule and spend limits among those named that cannot hold, each of them needed; None where none shows."""
        for rule, tactics in self.rules:
            if rule.name in names:
                on = {name: own for name, own in tactics.items() if name in names}
                if broken := _alone(rule, on) or _together(rule, on):
                    return (rule.name, *broken)
        return None


def _selected(rule: Rule, scenario: Scenario, on: NDArray[np.bool_]) -> dict[str, Tactic]:
    """Those tactics that are on of which a rule says something, by the names of their spend limits."""
    scoped = np.zeros_like(on)
    for scope in _scopes(rule):
        scoped |= scenario.cells(scope).any(axis=1)
    return {spend_limit(own): own for own in (scenario.tactics[place] for place in np.flatnonzero(on & scoped))}


def _scopes(rule: Rule) -> tuple[Scope, ...]:
    """What a rule says something of that is on; nothing where it does not."""
    match rule:
        case Exclusive(groups=(_, *_) as groups):
            return groups
        case MinimumIfActive(scope=scope) | Packages(scope=scope) | Exclusive(scope=scope) | ActiveCount(scope=scope):
            return (scope,)
    return ()


def _alone(rule: Rule, on: dict[str, Tactic]) -> tuple[str, ...]:
    """The spend limit of the first tactic that a rule leaves nothing to spend."""
    match rule:
        case MinimumIfActive(at_least=least) | ActiveCount(minimum=float(least)):
            barred = (name for name, own in on.items() if _most(own.spend) < least)
        case Packages(price=price):
            barred = (name for name, own in on.items() if not _sold(own.spend, price))
        case _:
            return ()
    return tuple(islice(barred, 1))


def _together(rule: Rule, on: dict[str, Tactic]) -> tuple[str, ...]:
    """The spend limits of one tactic more than a rule lets be on; where scopes count as one, of as few as it takes."""
    match rule:
        case Exclusive(at_most=most, groups=(_, *_) as groups):
            if _counted(groups, tuple(on.values())) <= most:
                return ()
            needed = tuple(on)
            for name in on:
                others = tuple(other for other in needed if other != name)
                if _counted(groups, [on[other] for other in others]) > most:
                    needed = others
            return needed
        case Exclusive(at_most=most) | ActiveCount(at_most=int(most)):
            return tuple(on)[: most + 1] if len(on) > most else ()
    return ()


def _counted(groups: Sequence[Scope], on: Sequence[Tactic]) -> int:
    """How many groups have a tactic that is on."""
    return sum(any(scope.selects(own) for own in on) for scope in groups)


def _most(spend: SpendLimits) -> float:
    return float("inf") if spend.at_most is None else spend.at_most


def _sold(spend: SpendLimits, price: float) -> bool:
    """Whether a whole number of packages is within limits."""
    least = -(-exact(spend.at_least) // exact(price)) * exact(price)
    return spend.at_most is None or least <= exact(spend.at_most)
