"""The plan on the wire: the answer to one scenario."""

from __future__ import annotations

import json
from typing import Literal, Self

from pydantic import AliasChoices, ConfigDict, Field, TypeAdapter

from app.schemas.base import Answer
from app.schemas.risk import RiskOut
from optimizer.answers.plan import BoundFrom, Plan, Reason, Status
from optimizer.problem.side import Side


class TerminationOut(Answer):
    """Why the search stopped."""

    reason: Reason = Field(description="What ended the search.")
    limit: str | None = Field(description="The limit that ended it, if one did.")
    detail: str = Field(description="More, in words.")


class CertificateOut(Answer):
    """What was proved on the true curves and the rounded money, without the solver."""

    value: float = Field(description="What the plan is worth [units of the objective].")
    bound: float | None = Field(
        description="No plan can be worth more, or spend less [units of the objective]; null where nothing was proved."
    )
    gap: float | None = Field(description="|bound − value| / |value| [1]; null where that is infinite.")
    largest_violation: float = Field(description="Largest violation of a limit, relative to it [1].")
    bound_from: BoundFrom = Field(description="What the bound rests on.")
    rounding_cost: float = Field(description="What rounding money took from the value; within the gap.")


class TotalsOut(Answer):
    """Sums over the plan; outcome and revenue are incremental, against spending nothing."""

    spend: float = Field(description="[money]")
    unspent: float | None = Field(description="Budget left over [money]; null without a budget.")
    outcome: float = Field(description="Incremental outcome [outcome].")
    revenue: float = Field(description="Incremental revenue [money].")
    profit: float = Field(description="margin · revenue − spend [money].")
    roi: float | None = Field(description="revenue / spend [1]; null when nothing is spent.")
    total_outcome: float = Field(description="Incremental outcome and baseline together [outcome].")
    baseline_outcome: float = Field(description="What spending nothing would yield [outcome].")
    end_value: float | None = Field(
        default=None, description="Worth of the demand left at the end [units of the objective]; null without pools."
    )


class AllocationOut(Answer):
    """One tactic in one period."""

    tactic: str
    period: str
    spend: float = Field(description="[money]")
    outcome: float = Field(description="Incremental outcome [outcome].")
    revenue: float = Field(description="Incremental revenue [money].")
    marginal_revenue: float | None = Field(
        description="Revenue of the next unit of money [money per money]; null where it is infinite."
    )
    limited_by: list[str] = Field(description="Names of the limits that stop the spend from growing.")
    held_by: list[str] = Field(default=[], description="Names of the limits that stop the spend from shrinking.")
    next_unit: float | None = Field(
        default=None,
        description="What one more unit of money would bring here, the prices of all limits but the budget paid "
        "[objective per money]; above 0 is better; null where it is infinite, and where nothing was solved.",
    )


class NextUseOut(Answer):
    """A cell in which one more unit of money would gain."""

    tactic: str
    period: str
    gain: float = Field(description="[objective per money]")
    limited_by: list[str] = Field(description="What stops it there; the budget alone: more budget would go here.")


class TacticOut(Answer):
    """One tactic over all periods."""

    tactic: str
    stage: str
    spend: float = Field(description="[money]")
    outcome: float = Field(description="Incremental outcome [outcome].")
    revenue: float = Field(description="Incremental revenue [money].")
    roi: float | None = Field(description="revenue / spend [1]; null when nothing is spent.")
    change_from_current: float | None = Field(description="Spend less what is spent today [money].")
    demand: float | None = Field(
        default=None, description="Demand brought to its pool, or taken from it [demand]; null without a pool."
    )
    earned_through_pool: float | None = Field(
        default=None, description="Worth of the demand brought, at the plan's prices [units of the objective]."
    )


class DemandOut(Answer):
    """A demand pool in a period."""

    pool: str
    period: str
    stock: float = Field(description="Demand there to be converted [demand].")
    converted: float = Field(description="[demand]")
    left: float = Field(description="stock − converted [demand].")
    lost: float = Field(description="What fades of what is left before the next period [demand].")
    price: float | None = Field(
        description="What one more unit of demand would bring, below 0 what spend it would save [objective per demand]."
    )
    price_holds_from: float | None = Field(
        default=None,
        description="Least demand that comes by itself in the period (`organic`, in the first with `initial`) at which "
        "the price holds, to 1 % [demand]; null: no end.",
    )
    price_holds_to: float | None = Field(
        default=None, description="Largest such demand at which the price holds, to 1 % [demand]; null: no end."
    )


class GoalPartOut(Answer):
    """One target of a goal."""

    period: str | None = Field(description="The period it is the target of; null where it is not of one period.")
    by: str | None = Field(description="The period by whose end it is due; null where it is not due by one.")
    target: float = Field(description="[unit of the metric]")
    achieved: float = Field(description="[unit of the metric]")
    shortfall: float = Field(description="max(0, target − achieved) [unit of the metric].")


class GoalOut(Answer):
    """A goal as the plan meets it."""

    name: str
    metric: str
    required: bool
    target: float = Field(description="[unit of the metric]")
    achieved: float = Field(description="[unit of the metric]")
    shortfall: float = Field(description="max(0, target − achieved), summed over the parts [unit of the metric].")
    met: bool
    price: float | None = Field(description="Objective per unit of a required goal; null where there is none.")
    price_holds_from: float | None = Field(
        default=None, description="Least target at which the price holds, to 1 % [unit of the metric]; null: no end."
    )
    price_holds_to: float | None = Field(
        default=None, description="Largest target at which the price holds, to 1 % [unit of the metric]; null: no end."
    )
    price_note: str | None = Field(
        default=None, description="What the price takes as given, whether it may hold further, or why there is none."
    )
    parts: list[GoalPartOut] = Field(description="Its targets, where it has more than one.")
    parent: str | None = Field(description="The goal that it is part of.")
    children_target: float | None = Field(
        description="What the goals that are part of it add up to; null without any of the same metric."
    )
    children_gap: float | None = Field(description="children_target − target [unit of the metric].")
    extra_budget: float | None = Field(
        description="Least additional budget that meets a goal that is missed, every goal that is met, or all but met, "
        "kept [money]; null: see the reason, or nothing is missed."
    )
    extra_budget_reason: str | None = Field(description="Why there is no amount, or why less may do.")


class LevelOut(Answer):
    """The goals of one priority, pursued together."""

    priority: int | None = Field(description="1 is pursued first, null last.")
    goals: list[str] = Field(description="Names of the goals.")
    weight: float = Field(description="Σ weight of its goals [1].")
    shortfall: float = Field(description="Σ weight · shortfall/target of its goals [1].")
    bound: float = Field(description="No plan that attains as much at every earlier level falls short by less [1].")
    gap: float = Field(description="(shortfall − bound)/weight [1].")


class RuleOut(Answer):
    """A limit as the plan stands to it: a rule, the budget, a period's budget or a spend limit."""

    name: str
    binding: bool = Field(description="Whether the plan stands at the limit.")
    price: float | None = Field(description="What moving the limit by one unit is worth.")
    price_unit: str = Field(description="The unit of the price, in words.")
    side: Side | None = Field(default=None, description="The side of the limit that has the price; null without one.")
    price_holds_from: float | None = Field(
        default=None, description="Least limit at which the price holds, to 1 % [unit of the limit]; null: no end."
    )
    price_holds_to: float | None = Field(
        default=None, description="Largest limit at which the price holds, to 1 % [unit of the limit]; null: no end."
    )
    price_note: str | None = Field(
        default=None, description="What the price takes as given, whether it may hold further, or why there is none."
    )


class BudgetOut(Answer):
    """What one more unit of budget is worth."""

    price: float | None = Field(description="[objective per money]")
    price_holds_from: float | None = Field(
        description="Least budget at which the price holds, to 1 % [money]; null: no end."
    )
    price_holds_to: float | None = Field(
        description="Largest budget at which the price holds, to 1 % [money]; null: no end."
    )
    price_note: str | None = Field(
        default=None, description="What the price takes as given, whether it may hold further, or why there is none."
    )


class RelaxationOut(Answer):
    """The least change of one limit; where it can only be left out, all but `item` and `sentence` is null."""

    model_config = ConfigDict(serialize_by_alias=True)

    item: str = Field(description="The name of the limit.")
    side: str | None = Field(description="The field of the limit that moves: at_least, at_most, exactly or amount.")
    stated: float | None = Field(
        validation_alias=AliasChoices("stated", "from"),
        serialization_alias="from",
        description="What the scenario states [unit].",
    )
    to: float | None = Field(description="Where the limit has to stand [unit]; null: it is left out.")
    change: float | None = Field(description="|to − from| [unit].")
    unit: str | None = Field(description="The currency, share, the metric, or in words.")
    sentence: str = Field(description="The change in words.", examples=["raise budget to 130 (by 30)"])


class RepairOut(Answer):
    """Changes that together let everything hold, for the least money in all."""

    changes: list[RelaxationOut] = Field(description="All of them are needed.")
    money: float = Field(description="What the changes of limits in money sum to [money].")
    sentence: str = Field(description="The changes in words.")


class ConflictOut(Answer):
    """Limits and goals that cannot all hold."""

    conflicting: list[str] = Field(description="Their names.")
    minimal: bool = Field(description="Whether the rest can hold without any one of them.")
    detail: str = Field(description="The conflict in words.")
    relaxations: list[RelaxationOut] = Field(
        [], description="Changes of single limits, cheapest first; each by itself lets everything hold."
    )
    cheapest: RepairOut | None = Field(
        None, description="The least money, over the limits in conflict, that lets everything hold; null if not found."
    )
    further: list[list[str]] = Field(
        [], description="Further minimal conflicts, which are left when one of `conflicting` is left out, or all are."
    )


class AssumedTacticOut(Answer):
    """A tactic that takes something for granted."""

    tactic: str
    assumptions: list[str] = Field(description="What it takes for granted, in sentences.")
    spend: float = Field(description="[money]")
    amount: float = Field(description="Its part of the metric [unit of the metric].")


class AssumptionsOut(Answer):
    """How much of the plan rests on curves that are assumed rather than fitted or judged."""

    metric: Literal["revenue", "outcome"] = Field(description="outcome where the objective is, otherwise revenue.")
    amount: float = Field(description="What assumed tactics bring, through pools too [unit of the metric].")
    share: float | None = Field(description="amount / all of the metric [1]; null where the plan brings nothing.")
    spend: float = Field(description="What they spend [money].")
    sentence: str = Field(description="The same in words.")
    tactics: list[AssumedTacticOut]
    through_pools: list[str] = Field(
        default=[],
        description="Tactics that would convert less without the demand of assumed ones: in `amount`.",
    )


class ProvenanceOut(Answer):
    """Where the plan comes from."""

    digest: str = Field(description="SHA-256 of the canonical scenario.")
    solver: str = Field(description="The solver and its release.")
    headrace: str = Field(description="The release of Headrace.")
    seconds: float = Field(description="How long it took [seconds]; the only field that differs between runs.")
    formulation: str = Field(description="How the scenario was formulated, and why.")
    rounds: int = Field(description="Rounds of refinement.")
    nodes: int = Field(description="Nodes of the branching.")


class PlanOut(Answer):
    """Whether there is a plan, why the search stopped, and what was proved."""

    status: Status = Field(description="optimal (gap reached), feasible (stopped early), conflict or no_plan.")
    termination: TerminationOut
    value: float | None = Field(description="What the plan is worth [units of the objective].")
    bound: float | None = Field(description="No plan can be worth more, or spend less [units of the objective].")
    gap: float | None = Field(description="|bound − value| / |value| [1]; null where that is infinite.")
    certificate: CertificateOut | None
    totals: TotalsOut | None
    allocations: list[AllocationOut]
    tactics: list[TacticOut]
    goals: list[GoalOut]
    rules: list[RuleOut]
    budget: BudgetOut | None
    conflict: ConflictOut | None
    warnings: list[str]
    provenance: ProvenanceOut
    demand: list[DemandOut] = Field(default=[], description="The demand pools, period by period.")
    assumptions: AssumptionsOut | None = Field(default=None, description="null where no tactic states any.")
    attainment: list[LevelOut] = Field(default=[], description="Level by level, where goals are the objective.")
    risk: RiskOut | None = Field(default=None, description="null where no curve has draws.")
    next_best: list[NextUseOut] = Field(
        default=[], description="Where one more unit of money would gain most, at most ten, the best first."
    )
    unspent_because: list[str] = Field(
        default=[], description="The limits that kept budget from being spent, or why none of it pays."
    )

    @classmethod
    def from_domain(cls, plan: Plan) -> Self:
        """The wire form of a plan."""
        return cls.model_validate(plan)


_PLAN = TypeAdapter(Plan)


def plan_from_wire(document: object) -> Plan:
    """The domain's plan, from a document that Headrace wrote itself: parsed JSON, or its text."""
    parsed = json.loads(document) if isinstance(document, str | bytes) else document
    if isinstance(parsed, dict) and "conflict" in parsed:
        parsed = parsed | {"conflict": _own_words(parsed["conflict"])}
    return _PLAN.validate_python(parsed)


def _own_words(document: object) -> object:
    """The document in the domain's words: `from` cannot be the name of a field in Python."""
    if isinstance(document, list):
        return [_own_words(item) for item in document]
    if isinstance(document, dict):
        return {"stated" if key == "from" else key: _own_words(value) for key, value in document.items()}
    return document
