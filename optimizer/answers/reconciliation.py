"""The answer to a reconciliation: what is proposed, what is missing, and the least change that closes the gap."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from optimizer.answers.evaluation import Violation, broken
from optimizer.answers.plan import Conflict, GoalResult, Status, Totals
from optimizer.answers.proposal import Expectation, Line, OwnerTotal
from optimizer.curves import Array
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.units import difference, tidy
from optimizer.wording import cannot_hold, listed, money

Method = Literal["least_money", "fewest_lines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChange:
    """An owner's part of a changed line, by the owner's share of what was proposed for it [money]."""

    owner: str
    spend_from: float
    spend_to: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A line that is changed: a tactic in a period, from what was proposed to what is planned [money].

    `outcome` and `revenue` are what the plan would lose if this line alone were left as proposed (below 0: gain);
    `breaks` names the limits and goals that would then be broken.
    """

    tactic: str
    period: str
    spend_from: float
    spend_to: float
    change: float
    owners: tuple[OwnerChange, ...]
    outcome: float
    revenue: float
    breaks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCertificate:
    """What was proved of the change: `moved` is Σ |spend − proposal| [money], no plan that keeps all moves less than
    `bound`. With fewest_lines no plan changes fewer than `lines_bound` lines; the bound is for plans with so few.
    """

    method: Method
    moved: float
    bound: float
    gap: float
    lines: int
    lines_bound: int | None
    largest_violation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A spend against the goals: sums, goals, and the limits, rules and goals that it breaks."""

    totals: Totals
    goals: tuple[GoalResult, ...]
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """`status` as plans have it: whether the goals can all be met, and whether the least change was proved.

    `fits`: the proposal meets everything as it is. `planned` and `certificate` are None where there is no plan.
    """

    status: Status
    fits: bool
    summary: tuple[str, ...]
    proposed: Standing
    owners: tuple[OwnerTotal, ...]
    expectations: tuple[Expectation, ...]
    planned: Standing | None
    changes: tuple[Change, ...]
    certificate: ChangeCertificate | None
    conflict: Conflict | None
    detail: str


def changes_of(valuer: Valuer, planned: Valuation, reference: Array, lines: Sequence[Line]) -> tuple[Change, ...]:
    """Every cell that the plan spends otherwise than was proposed, the largest move first."""
    cells = [(int(row), int(column)) for row, column in zip(*np.nonzero(planned.spend != reference), strict=True)]
    moves = sorted(cells, key=lambda cell: (-abs(planned.spend[cell] - reference[cell]), cell))
    return tuple(_change(valuer, planned, reference, lines, cell) for cell in moves)


def moved(spend: Array, reference: Array) -> float:
    """Σ |spend − reference| [money], as a person would add it up."""
    pairs = zip(spend.ravel().tolist(), reference.ravel().tolist(), strict=True)
    return tidy(math.fsum(abs(difference(own, stated)) for own, stated in pairs))


def summary_of(
    scenario: Scenario, proposed: Standing, planned: ChangeCertificate | None, conflict: Conflict | None
) -> Iterator[str]:
    """The reconciliation in a few sentences."""

    def told(amount: float) -> str:
        return money(amount, scenario.currency, scenario.digits)

    totals = proposed.totals
    yield f"The proposal spends {told(totals.spend)} and earns a revenue of {told(totals.revenue)}."
    missed = [goal.name for goal in proposed.goals if not goal.met]
    others = [each.name for each in proposed.violations if each.name not in missed]
    if missed:
        yield f"It misses {listed(missed)}."
    if others:
        yield f"It breaks {listed(others)}."
    if not missed and not others:
        yield "It meets every goal, rule and limit as it is."
    elif planned is not None:
        yield _closing(planned, told(planned.moved), told(planned.bound))
    if conflict is not None:
        yield f"No plan can meet them all: {listed(conflict.conflicting)} {cannot_hold(len(conflict.conflicting))}."


def _closing(planned: ChangeCertificate, amount: str, bound: str) -> str:
    lines = f"{planned.lines} line" + ("" if planned.lines == 1 else "s")
    if planned.lines_bound is None:
        return f"Moving {amount} on {lines} closes the gap; no plan closes it by moving less than {bound}."
    fewest = "no plan closes it with fewer" if planned.lines_bound == planned.lines else (
        f"no plan closes it with fewer than {planned.lines_bound}"
    )  # fmt: skip
    return f"Changing {lines} by {amount} in all closes the gap; {fewest}."


def _change(
    valuer: Valuer, planned: Valuation, reference: Array, lines: Sequence[Line], cell: tuple[int, int]
) -> Change:
    scenario = planned.scenario
    tactic, period = scenario.tactics[cell[0]].name, scenario.periods[cell[1]]
    before, after = float(reference[cell]), float(planned.spend[cell])
    spend = planned.spend.copy()
    spend[cell] = before
    undone = valuer.value(spend)
    own = [line for line in lines if (line.tactic, line.period) == (tactic, period)]
    return Change(
        tactic=tactic,
        period=period,
        spend_from=before,
        spend_to=after,
        change=difference(after, before),
        owners=_owners(own, before, after),
        outcome=planned.total("outcome") - undone.total("outcome"),
        revenue=planned.total("revenue") - undone.total("revenue"),
        breaks=tuple(violation.name for violation in broken(undone)),
    )


def _owners(lines: list[Line], before: float, after: float) -> tuple[OwnerChange, ...]:
    """Each owner's part; nobody's where nothing was proposed."""
    spends: dict[str, float] = {}
    for line in lines:
        spends[line.owner] = tidy(spends.get(line.owner, 0.0) + line.spend)
    return tuple(
        OwnerChange(owner=owner, spend_from=spend, spend_to=after * spend / before)
        for owner, spend in spends.items()
        if before > 0 and spend > 0
    )
