"""The solved answer to one scenario: immutable, with its certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimizer.answers.risk import Risk
from optimizer.problem.side import Side

Status = Literal["optimal", "feasible", "conflict", "no_plan"]
Reason = Literal["gap_reached", "conflict", "time_limit", "node_limit", "stalled"]
BoundFrom = Literal["tangents", "envelope", "integer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Termination:
    """Why the search stopped; `limit` names the limit that stopped it, if one did."""

    reason: Reason
    limit: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What was proved, on the rounded figures and the true curves, without the solver.

    gap = |bound − value| / |value| [1], none where only the value is 0 or nothing was proved, which leaves no bound
    either; `largest_violation` over budget, spend limits, rules and required goals, each relative to its limit [1];
    `rounding_cost` is what rounding money to the minor unit took from the
    value [units of the objective]: the gap contains it.
    """

    value: float
    bound: float | None
    gap: float | None
    largest_violation: float
    bound_from: BoundFrom
    rounding_cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over the plan [money; outcome]; roi is None when nothing is spent, unspent without a budget.

    `end_value` is what the demand left after the last period is worth [units of the objective]; None without pools.
    """

    spend: float
    unspent: float | None
    outcome: float
    revenue: float
    profit: float
    roi: float | None
    total_outcome: float
    baseline_outcome: float
    end_value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """One cell. `marginal_revenue` is the true derivative [money per money]; None where it is infinite.

    `limited_by` names what stops it from growing, `held_by` what stops it from shrinking. `next_unit` is what one more
    unit of money would bring here, all limits but the budget paid [objective per money]; None where it is infinite.
    """

    tactic: str
    period: str
    spend: float
    outcome: float
    revenue: float
    marginal_revenue: float | None
    limited_by: tuple[str, ...]
    held_by: tuple[str, ...] = ()
    next_unit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextUse:
    """A cell that one more unit of money would gain in [objective per money], and what stops it from growing there."""

    tactic: str
    period: str
    gain: float
    limited_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TacticTotal:
    """One tactic over all periods; `change_from_current` is spend less periods · current spend [money].

    `demand` is what it brings to its pool within the plan, or takes from it [demand]; `earned_through_pool` what the
    demand that it brings is worth at the plan's prices [units of the objective]. Both None without a pool.
    """

    tactic: str
    stage: str
    spend: float
    outcome: float
    revenue: float
    roi: float | None
    change_from_current: float | None
    demand: float | None = None
    earned_through_pool: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandResult:
    """A pool in a period [demand]: what there is to convert, what is converted, what is left and lost of that.

    lost = (1 − retention) · left; what is left after the last period is not lost. `price` is what one more unit of
    demand would bring [objective per demand], as long as what comes by itself
    is between `price_holds_from` and `price_holds_to`.
    """

    pool: str
    period: str
    stock: float
    converted: float
    left: float
    lost: float
    price: float | None
    price_holds_from: float | None = None
    price_holds_to: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalPart:
    """One target of a goal: of one `period`, or due `by` the end of one; both None for the goal as a whole."""

    period: str | None
    by: str | None
    target: float
    achieved: float
    shortfall: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalResult:
    """A goal as the plan meets it; `price` is objective per unit of the goal, for required goals.

    The price stays within 1 % for targets from `price_holds_from` to `price_holds_to`; None where there is no end.

    `parts` are its targets where it has several, `shortfall` then their sum. `children_target` is what the goals that
    are part of it add up to, where they measure the same, `children_gap` that less `target`. `extra_budget` is the
    least additional budget [money] that meets a soft goal that is missed; None where `extra_budget_reason` says why,
    or where nothing is missed.
    """

    name: str
    metric: str
    required: bool
    target: float
    achieved: float
    shortfall: float
    met: bool
    price: float | None
    price_holds_from: float | None = None
    price_holds_to: float | None = None
    price_note: str | None = None
    parts: tuple[GoalPart, ...] = ()
    parent: str | None = None
    children_target: float | None = None
    children_gap: float | None = None
    extra_budget: float | None = None
    extra_budget_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelResult:
    """Goals of one priority, pursued together: Σ weight · relative shortfall, and the least that was proved [1].

    No plan that attains as much at every earlier level falls short by less than `bound`;
    gap = (shortfall − bound)/weight.
    """

    priority: int | None
    goals: tuple[str, ...]
    weight: float
    shortfall: float
    bound: float
    gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """A limit as the plan stands to it: a rule, the budget, a period's budget or a spend limit.

    `side` is the side that the price belongs to, None without a price. The price stays within 1 % for limits from
    `price_holds_from` to `price_holds_to`; None where there is no end. `price_note` says what the price takes as given.
    """

    name: str
    binding: bool
    price: float | None
    price_unit: str
    side: Side | None = None
    price_holds_from: float | None = None
    price_holds_to: float | None = None
    price_note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetResult:
    """What one more unit of budget is worth; None where it has no price (no budget, nothing solved)."""

    price: float | None
    price_holds_from: float | None
    price_holds_to: float | None
    price_note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """The least change of one limit: its `side` from `stated` to `to`, which is `change` away [unit].

    `unit` is the currency, share, a metric, or in words. Where a limit can only be left out, all but `item` and
    `sentence` is None.
    """

    item: str
    side: str | None
    stated: float | None
    to: float | None
    change: float | None
    unit: str | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Changes that together let everything hold, for the least money; `money` sums the changes of money."""

    changes: tuple[Relaxation, ...]
    money: float
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Limits and goals that cannot all hold; without any one of them the rest can.

    Each of `relaxations`, cheapest first, by itself lets every limit of the scenario hold; `cheapest` changes several
    at once where that costs less or nothing else helps. `further` are conflicts left when one of these is
    left out, or all are.
    """

    conflicting: tuple[str, ...]
    minimal: bool
    detail: str
    relaxations: tuple[Relaxation, ...] = ()
    cheapest: Repair | None = None
    further: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumedTactic:
    """A tactic that takes something for granted, in sentences; `amount` is its part of what the plan yields."""

    tactic: str
    assumptions: tuple[str, ...]
    spend: float
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """How much of the plan rests on assumed curves: `amount` of `metric`, and its share of all [1], None of nothing.

    `through_pools` names tactics that would convert less without the demand that assumed ones bring: that counts, too.
    """

    metric: Literal["revenue", "outcome"]
    amount: float
    share: float | None
    spend: float
    sentence: str
    tactics: tuple[AssumedTactic, ...]
    through_pools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Which scenario, which solver, which release, how long [seconds], and how: formulation, rounds, nodes."""

    digest: str
    solver: str
    headrace: str
    seconds: float
    formulation: str
    rounds: int
    nodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """status says whether there is a plan; termination why it stopped; the certificate what was proved."""

    status: Status
    termination: Termination
    value: float | None
    bound: float | None
    gap: float | None
    certificate: Certificate | None
    totals: Totals | None
    allocations: tuple[Allocation, ...]
    tactics: tuple[TacticTotal, ...]
    goals: tuple[GoalResult, ...]
    rules: tuple[RuleResult, ...]
    budget: BudgetResult | None
    conflict: Conflict | None
    warnings: tuple[str, ...]
    provenance: Provenance
    demand: tuple[DemandResult, ...] = ()
    assumptions: Assumptions | None = None  # None: no tactic states any
    attainment: tuple[LevelResult, ...] = ()  # empty where goals are not the objective
    risk: Risk | None = None  # None: no curve has draws, or not the same number
    next_best: tuple[NextUse, ...] = ()
    unspent_because: tuple[str, ...] = ()
