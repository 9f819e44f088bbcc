"""Frontiers on the wire: best value as the budget, or a goal's target, moves."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field

from app.schemas.base import Answer, Name, Number, Whole, Wire, inside
from app.schemas.plan import CertificateOut
from app.schemas.scenario import AboutScenario
from optimizer.answers.frontier import EndedBy, Frontier, Point, SoughtBudget
from optimizer.answers.plan import Status
from optimizer.errors import ScenarioError
from optimizer.problem.scenario import Scenario
from optimizer.questions.frontier import MOST_POINTS, FrontierQuestion, Spread

Amounts = Annotated[list[Number], Field(max_length=MOST_POINTS)]


class RangeIn(Wire):
    """Amounts at equal distances, both ends included."""

    start: Number = Field(alias="from", description="The least amount.", examples=[500000])
    stop: Number = Field(alias="to", description="The largest.", examples=[2000000])
    points: Whole = Field(default=21, description=f"How many, 1 to {MOST_POINTS}.")

    def to_domain(self) -> Spread:
        """The domain's spread."""
        return Spread(start=self.start, stop=self.stop, points=self.points)


class FrontierAskedIn(Wire):
    """Which amounts to look at and which budgets to seek; all left out: 21 budgets from 0.25 to 2 times the stated."""

    goal: Name | None = Field(
        default=None, description="The required goal whose target moves; left out: the budget moves."
    )
    budgets: Amounts | None = Field(default=None, description="Total budgets [money].", examples=[[500000, 1000000]])
    targets: Amounts | None = Field(default=None, description="Targets of the goal [unit of the goal].")
    range: RangeIn | None = Field(default=None, description="Budgets, or targets of the goal, in place of a list.")
    target_roi: Number | None = Field(
        default=None, description="Seeks the largest budget whose best plan still has this revenue / spend [1]."
    )
    target_marginal_roi: Number | None = Field(
        default=None, description="Seeks the budget from which one more unit of money returns less than this [1]."
    )
    time_limit: Number | None = Field(
        default=None, description="Longest time for all of it [seconds]; left out: the scenario's solve.time_limit."
    )


class FrontierIn(FrontierAskedIn, AboutScenario):
    """A scenario, and what is asked of it."""

    def to_domain(self) -> FrontierQuestion:
        """The domain's question."""
        return question_of(self, inside("scenario", self.scenario))


def question_of(asked: FrontierAskedIn, scenario: Scenario) -> FrontierQuestion:
    """The domain's question about a scenario."""
    wrong, right = ("targets", "budgets") if asked.goal is None else ("budgets", "targets")
    if getattr(asked, wrong) is not None:
        what = "no goal" if asked.goal is None else "a goal"
        raise ScenarioError("wrong_amounts", wrong, f"are given with {what} named", f"give {right}, or mend `goal`")
    amounts: list[float] | None = getattr(asked, right)
    return FrontierQuestion(
        scenario=scenario,
        goal=asked.goal,
        amounts=None if amounts is None else tuple(amounts),
        spread=None if asked.range is None else inside("range", asked.range),
        target_roi=asked.target_roi,
        target_marginal_roi=asked.target_marginal_roi,
        time_limit=asked.time_limit,
    )


class TacticPointOut(Answer):
    """One tactic at a point."""

    tactic: str
    spend: float = Field(description="[money]")
    outcome: float = Field(description="Incremental outcome [outcome].")
    revenue: float = Field(description="Incremental revenue [money].")
    roi: float | None = Field(description="revenue / spend [1]; null when nothing is spent.")
    by_period: list[float] = Field(description="Spend in each of the frontier's periods [money].")


class PointOut(Answer):
    """The best plan at one amount; null throughout where there is no plan."""

    budget: float | None = Field(description="The budget here [money]; null where a goal moves.")
    target: float | None = Field(description="The goal's target here [unit of the goal]; null where the budget moves.")
    status: Status
    detail: str = Field(description="Why there is no plan, or where its proof stopped, in words.")
    value: float | None = Field(description="On the true curves, in whole minor units [units of the objective].")
    bound: float | None = Field(description="No plan here can be better [units of the objective].")
    gap: float | None = Field(description="|bound − value| / |value| [1]; null where that is infinite.")
    certificate: CertificateOut | None
    spend: float | None = Field(description="[money]")
    outcome: float | None = Field(description="Incremental outcome [outcome].")
    revenue: float | None = Field(description="Incremental revenue [money].")
    profit: float | None = Field(description="margin · revenue − spend [money].")
    roi: float | None = Field(description="revenue / spend [1]; null when nothing is spent.")
    marginal: float | None = Field(
        description="∂value/∂budget, or ∂value/∂target: what one more unit of the limit changes [objective per unit]."
    )
    conflicting: list[str] = Field(description="Limits that cannot all hold here, where they were looked for.")
    tactics: list[TacticPointOut]

    @classmethod
    def of(cls, point: Point, goal: str | None) -> Self:
        """The wire form of a point."""
        own = {name: getattr(point, name) for name in point.__slots__ if name != "amount"}
        budget, target = (point.amount, None) if goal is None else (None, point.amount)
        return cls.model_validate(own | {"budget": budget, "target": target, "tactics": tuple(point.tactics)})


class SoughtOut(Answer):
    """The budget that was asked for by what it returns."""

    target: float | None = Field(description="The return asked for [1]; null for stops_paying.")
    status: Literal["optimal", "feasible", "conflict", "no_plan", "unbounded"] = Field(
        description="unbounded: money pays at any spend, and nothing limits it."
    )
    detail: str = Field(description="What ends it, in words.")
    budget: float | None = Field(description="The budget [money]; null where there is no plan.")
    at_most: float | None = Field(description="It was proved that no budget above this one is the answer [money].")
    ended_by: EndedBy | None = Field(description="Whether curves or limits end it.")
    limits: list[str] = Field(description="Limits that hold spend back there.")
    plan: PointOut | None = Field(description="The plan there.")

    @classmethod
    def of(cls, sought: SoughtBudget) -> Self:
        """The wire form of an answer."""
        own = {name: getattr(sought, name) for name in sought.__slots__ if name not in ("plan", "question")}
        plan = None if sought.plan is None else PointOut.of(sought.plan, None)
        return cls.model_validate(own | {"plan": plan})


class FrontierProvenanceOut(Answer):
    """Where the answer comes from."""

    digest: str = Field(description="Of the scenario.")
    solver: str
    headrace: str
    seconds: float
    formulation: str
    rounds: int = Field(description="Solves of the linear program, over all points.")
    nodes: int


class FrontierOut(Answer):
    """Best value as a function of the budget, or of a goal's target."""

    aim: str = Field(description="What value measures: revenue, profit, outcome or spend.")
    goal: str | None = Field(description="The goal whose target moves; null where the budget does.")
    periods: list[str] = Field(description="What `by_period` speaks of.")
    points: list[PointOut] = Field(description="In rising order of the amount, each certified on its own.")
    stops_paying: SoughtOut | None = Field(
        description="The spend with the most profit: from there on one more unit of money makes a loss."
    )
    target_roi: SoughtOut | None
    target_marginal_roi: SoughtOut | None
    provenance: FrontierProvenanceOut

    @classmethod
    def from_domain(cls, frontier: Frontier) -> Self:
        """The wire form of a frontier."""
        sought = {answer.question: SoughtOut.of(answer) for answer in frontier.sought}
        return cls(
            aim=frontier.aim,
            goal=frontier.goal,
            periods=list(frontier.periods),
            points=[PointOut.of(point, frontier.goal) for point in frontier.points],
            stops_paying=sought.get("stops_paying"),
            target_roi=sought.get("target_roi"),
            target_marginal_roi=sought.get("target_marginal_roi"),
            provenance=FrontierProvenanceOut.model_validate(frontier.provenance),
        )
