"""How far a plan may stand from a reference plan."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.current import check_current_spend, current_spend
from optimizer.problem.rules.base import Rule, beyond, check_scope
from optimizer.problem.scope import Scope
from optimizer.units import exact, number, whole

if TYPE_CHECKING:
    from optimizer.problem.past import Past
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation

CLOSE = 1e-9  # of the money compared, within which a limit is judged on decimals rather than doubles, and no line moved


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceLine:
    """The spend of one tactic in one period of the reference plan [money].

    Fields: tactic, the name of a tactic; period, the name of a period, left out: the only one;
    spend, what the reference plan spends there [money].
    """

    tactic: str
    spend: float
    period: str | None = None

    def __post_init__(self) -> None:
        number(self.spend, "spend", least=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnoverLimit(Rule):
    """Σ_scope |x − reference| ≤ amount and ≤ share · Σ_scope reference, and at most `lines` cells differ from it.

    Fields: amount is the most money that may be moved, up and down added up [money];
    share is the same as a share of what the reference plan spends in the scope [1];
    lines is the most cells (tactic and period) whose spend may differ from the reference's [1];
    reference is the plan that is compared with, cells that it does not name being 0; left out: current spend.

    >>> TurnoverLimit(name="few", lines=3).limit_unit
    'line'
    """

    kind: ClassVar[str] = "turnover_limit"
    amount: float | None = None
    share: float | None = None
    lines: int | None = None
    reference: tuple[ReferenceLine, ...] | None = None
    scope: Scope = field(default_factory=Scope)

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        if self.amount is None and self.share is None and self.lines is None:
            raise ScenarioError("no_limit", "", "limits nothing", "give amount, share or lines")
        if self.amount is not None:
            number(self.amount, "amount", least=0.0)
        if self.share is not None:
            number(self.share, "share", least=0.0, most=1e6)
        if self.lines is not None:
            whole(self.lines, "lines")

    @property
    def has_price(self) -> bool:
        return self.amount is not None or self.share is not None

    @property
    def limit_unit(self) -> str:
        if self.amount is not None:
            return "unit of money"
        return "line" if self.share is None else "whole share"

    @property
    def size(self) -> float:
        limits = (self.amount, self.share, self.lines)
        return float(next(limit for limit in limits if limit is not None)) or 1.0

    @property
    def span(self) -> tuple[float, float]:
        return 0.0, float("inf")

    def check(self, scenario: Scenario) -> None:
        check_scope(self.scope, "scope", scenario)
        if self.reference is None:
            check_current_spend(self.scope, "reference", scenario)
            return
        tactics, seen = {tactic.name for tactic in scenario.tactics}, set()
        for position, line in enumerate(self.reference):
            place = f"reference[{position}]"
            if line.tactic not in tactics:
                raise ScenarioError(
                    "unknown_tactic", f"{place}.tactic", "no tactic has this name", "use the name of a tactic"
                )
            cell = (line.tactic, _period(line, place, scenario))
            if cell in seen:
                raise ScenarioError("duplicate_cell", place, "names a cell that was named before", "keep one of them")
            seen.add(cell)

    def target(self, scenario: Scenario) -> Array:
        """The reference spend of every cell, shape (tactics, periods) [money]; NaN where it is not known."""
        shape = (len(scenario.tactics), len(scenario.periods))
        if self.reference is None:
            return np.repeat(current_spend(scenario)[:, None], shape[1], axis=1)
        rows = {tactic.name: row for row, tactic in enumerate(scenario.tactics)}
        columns = {period: column for column, period in enumerate(scenario.periods)}
        target = np.zeros(shape)
        for line in self.reference:
            target[rows[line.tactic], columns[line.period or scenario.periods[0]]] = line.spend
        return target

    def unchanged(self, scenario: Scenario) -> tuple[Array, Array]:
        """Between which spends a cell does not differ [money]: the reference, or the whole minor units around it."""
        target = self.target(scenario)
        units = target * 10.0 ** scenario.plan_digits()
        even = np.abs(units - np.rint(units)) <= CLOSE * np.maximum(units, 1.0)
        low, high = (step(units) / 10.0 ** scenario.plan_digits() for step in (np.floor, np.ceil))
        return np.where(even, target, low), np.where(even, target, high)

    def after(self, past: Past) -> tuple[Rule, ...]:
        """What was moved already counts; the reference is written out, for current spend is another by then."""
        scope, mask, target = past.after(self.scope), past.mask(self.scope), self.target(past.scenario)
        cells = past.scenario.cells(self.scope)
        moved = math.fsum(np.abs(past.spend - target[:, : past.now])[mask])
        low, high = (side[:, : past.now][mask] for side in self.unchanged(past.scenario))
        differing = int(((past.spend[mask] < low) | (past.spend[mask] > high)).sum())
        allowed = beyond(self._allowed(math.fsum(target[cells])), moved, 0.0) if self.has_price else None
        lines = None if self.lines is None else max(0, self.lines - differing)
        reference = tuple(
            ReferenceLine(tactic=tactic.name, period=period, spend=float(own))
            for tactic, row in zip(past.scenario.tactics, target[:, past.now :], strict=True)
            for period, own in zip(past.left, row, strict=True)
            if own == own  # current spend that is not stated is NaN, and out of scope
        )
        return self.narrowed(scope, amount=allowed, share=None, lines=lines, reference=reference)

    def violation(self, valuation: Valuation) -> float:
        return max(0.0, -self.slack(valuation))

    def decided(self, valuation: Valuation) -> tuple[Array, Array]:
        """The cells that do not differ stay where they are; of those that do, no more than there may be."""
        low, high = Rule.decided(self, valuation)
        if self.lines is None:
            return low, high
        cells, target = valuation.cells(self.scope), self.target(valuation.scenario)
        moved = np.where(cells, np.abs(valuation.spend - target), 0.0)
        furthest = np.argsort(-moved, axis=None, kind="stable")[: self.lines]
        free = np.zeros(moved.size, dtype=bool)
        free[furthest] = moved.ravel()[furthest] > CLOSE * float(valuation.spend.sum() + target[cells].sum())
        least, most = self.unchanged(valuation.scenario)
        held = cells & ~free.reshape(moved.shape)
        return np.where(held, least, low), np.where(held, most, high)

    def slack(self, valuation: Valuation) -> float:
        """What may still be moved, in units of the limit; lines too many count by the money that moves them back."""
        if not self.has_price:
            return float((self.lines or 0) - len(self._differing(valuation)))
        spend, target = valuation.cell_spend(self.scope), self._targets(valuation)
        reference = math.fsum(target)
        allowed = self._allowed(reference)
        room = allowed - math.fsum(np.abs(spend - target))
        if abs(room) <= CLOSE * (reference + math.fsum(spend)):
            room = self._room(spend, target)
        if self.lines is not None:
            room = min(room, self._too_many(self._differing(valuation)))
        return room if self.amount is not None or reference == 0 else room / reference

    def is_decided(self, valuation: Valuation) -> bool:
        """No further line may differ."""
        return self.lines is not None and len(self._differing(valuation)) >= self.lines

    def _allowed(self, reference: float) -> float:
        """The money that may be moved where the reference plan spends so much [money]."""
        by_share = math.inf if self.share is None else self.share * reference
        return by_share if self.amount is None else min(self.amount, by_share)

    def _room(self, spend: Array, target: Array) -> float:
        """How much more might be moved [money], on decimals as a person wrote them."""
        pairs = [(exact(now), exact(before)) for now, before in zip(spend.tolist(), target.tolist(), strict=True)]
        limits = [] if self.amount is None else [exact(self.amount)]
        if self.share is not None:
            limits.append(exact(self.share) * sum((before for _, before in pairs), Fraction(0)))
        return float(min(limits) - sum((abs(now - before) for now, before in pairs), Fraction(0)))

    def _too_many(self, differing: Array) -> float:
        """The money that would have to move back, as a negative number; infinite where lines are left."""
        over = len(differing) - (self.lines or 0)
        return -math.fsum(np.sort(differing)[:over]) if over > 0 else 0.0 if over == 0 else math.inf

    def _differing(self, valuation: Valuation) -> Array:
        """By how much each cell differs, those that do not left out, shape (cells that do,) [money]."""
        cells = valuation.cells(self.scope)
        low, high = self.unchanged(valuation.scenario)
        spend = valuation.spend[cells]
        moved: Array = np.abs(spend - self._targets(valuation))[(spend < low[cells]) | (spend > high[cells])]
        return moved

    def _targets(self, valuation: Valuation) -> Array:
        targets: Array = self.target(valuation.scenario)[valuation.cells(self.scope)]
        return targets


def _period(line: ReferenceLine, place: str, scenario: Scenario) -> str:
    """The period that a line speaks of."""
    if line.period is None and len(scenario.periods) > 1:
        raise ScenarioError("missing_field", f"{place}.period", "is missing", "name the period")
    period = scenario.periods[0] if line.period is None else line.period
    if period not in scenario.periods:
        raise ScenarioError("unknown_period", f"{place}.period", "no period has this name", "use the name of a period")
    return period
