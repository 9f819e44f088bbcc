"""Limits that conflict because of what is on in every plan, told without a solver.

A tactic that has to spend l > 0 is on. By itself it conflicts with a rule that asks more of what is on than its limit
u, minimum > u, or whole packages of which no number k has l ≤ k · price ≤ u; with others that are on as well, it does
with a rule that lets fewer be on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice
from typing import NamedTuple

from optimizer.problem.limits import spend_limit
from optimizer.problem.rules import ActiveCount, Exclusive, MinimumIfActive, Packages, Rule
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import Scope
from optimizer.problem.tactic import SpendLimits, Tactic
from optimizer.units import exact


class Forced(NamedTuple):
    """What rules leave to tactics that are on in every plan, which are told by their spend limits."""

    rules: tuple[Rule, ...]
    on: dict[str, Tactic]

    @classmethod
    def of(cls, scenario: Scenario) -> Forced:
        """Those of a scenario."""
        return cls(scenario.rules, {spend_limit(own): own for own in scenario.tactics if own.spend.at_least > 0.0})

    def conflict(self, names: Collection[str]) -> tuple[str, ...] | None:
        """A rule and spend limits among those named that cannot hold, each of them needed; None where none shows."""
        on = {name: own for name, own in self.on.items() if name in names}
        for rule in self.rules:
            if rule.name in names and (broken := _alone(rule, on) or _together(rule, on)):
                return (rule.name, *broken)
        return None


def _alone(rule: Rule, on: dict[str, Tactic]) -> tuple[str, ...]:
    """The spend limit of the first tactic that a rule leaves nothing to spend."""
    match rule:
        case MinimumIfActive(scope=scope, at_least=least) | ActiveCount(scope=scope, minimum=float(least)):
            barred = (name for name, own in on.items() if scope.selects(own) and _most(own.spend) < least)
        case Packages(scope=scope, price=price):
            barred = (name for name, own in on.items() if scope.selects(own) and not _sold(own.spend, price))
        case _:
            return ()
    return tuple(islice(barred, 1))


def _together(rule: Rule, on: dict[str, Tactic]) -> tuple[str, ...]:
    """The spend limits of one tactic more than a rule lets be on; where scopes count as one, of as few as it takes."""
    match rule:
        case Exclusive(at_most=most, groups=(_, *_) as groups):
            needed = [name for name, own in on.items() if any(scope.selects(own) for scope in groups)]
            for name in tuple(needed):
                others = [other for other in needed if other != name]
                if _counted(groups, [on[other] for other in others]) > most:
                    needed = others
            return tuple(needed) if _counted(groups, [on[name] for name in needed]) > most else ()
        case Exclusive(scope=scope, at_most=most) | ActiveCount(scope=scope, at_most=int(most)):
            counted = tuple(name for name, own in on.items() if scope.selects(own))
            return counted[: most + 1] if len(counted) > most else ()
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
