"""Reconciliations on the wire: a bottom-up proposal against top-down goals."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field

from app.paths import at
from app.schemas.base import MOST_LINES, Answer, Name, Number, Wire, inside
from app.schemas.evaluation import ViolationOut
from app.schemas.plan import ConflictOut, GoalOut, TotalsOut
from app.schemas.scenario import AboutScenario
from optimizer.answers.plan import Status
from optimizer.answers.proposal import Line
from optimizer.answers.reconciliation import Method, Reconciliation
from optimizer.errors import ScenarioError
from optimizer.problem.scenario import Scenario

METHOD = "least_money: move as little money as can be; fewest_lines: change as few tactics and periods as can be."


class LineIn(Wire):
    """One owner's proposal for a tactic in a period; several for one cell add up."""

    owner: Name = Field(description="Whose proposal it is.", examples=["north team"])
    tactic: Name = Field(description="The name of a tactic.")
    period: Name | None = Field(default=None, description="The name of a period; left out: the only one.")
    spend: Number = Field(description="[money]", examples=[100000])
    expected_outcome: Number | None = Field(
        default=None, description="What the owner expects of it, over all periods [outcome]."
    )

    def line(self, scenario: Scenario) -> Line:
        """The domain's line."""
        if self.period is None and len(scenario.periods) > 1:
            raise ScenarioError("missing_field", "period", "is missing", "name the period")
        return Line(
            owner=self.owner,
            tactic=self.tactic,
            period=scenario.periods[0] if self.period is None else self.period,
            spend=self.spend,
            expected_outcome=self.expected_outcome,
        )


class ReconciliationIn(AboutScenario):
    """A scenario with its goals, and what the owners of the tactics propose to spend; nothing is spent elsewhere."""

    proposal: Annotated[list[LineIn], Field(max_length=MOST_LINES)] = Field(description="Line by line.")
    method: Method = Field(default="least_money", description=METHOD)

    def to_domain(self) -> tuple[Scenario, tuple[Line, ...], Method]:
        """The scenario, the lines and the method."""
        scenario, lines = inside("scenario", self.scenario), []
        for position, line in enumerate(self.proposal):
            with at(f"proposal[{position}]"):
                lines.append(line.line(scenario))
        return scenario, tuple(lines), self.method


class StandingOut(Answer):
    """A spend against the goals."""

    totals: TotalsOut
    goals: list[GoalOut] = Field(description="Each with target, achieved and shortfall.")
    violations: list[ViolationOut] = Field(description="Limits, rules and goals that it breaks, soft goals too.")


class OwnerGoalOut(Answer):
    """What an owner's lines bring towards a goal."""

    name: str
    achieved: float = Field(description="On the curves; the owners together have all of it [unit of the metric].")


class OwnerTotalOut(Answer):
    """What one owner proposes; shared cells are split by the spend that works in them."""

    owner: str
    lines: int
    spend: float = Field(description="[money]")
    outcome: float = Field(description="On the curves [outcome].")
    revenue: float = Field(description="On the curves [money].")
    expected_outcome: float | None = Field(description="Σ over the lines that expect something [outcome].")
    difference: float | None = Field(description="Expected less what the curves give those lines [outcome].")
    goals: list[OwnerGoalOut] = Field(description="Every goal of the scenario.")


class ExpectationOut(Answer):
    """A line's expected outcome against the curves."""

    owner: str
    tactic: str
    period: str
    spend: float = Field(description="[money]")
    expected_outcome: float = Field(description="[outcome]")
    outcome: float = Field(description="On the curves [outcome].")
    difference: float = Field(description="Expected less that [outcome].")
    flagged: bool = Field(description="Whether the two are more than 5 % apart.")


class OwnerChangeOut(Answer):
    """An owner's part of a changed line, by the owner's share of it."""

    owner: str
    spend_from: float = Field(description="[money]")
    spend_to: float = Field(description="[money]")


class ChangeOut(Answer):
    """A line that is changed."""

    tactic: str
    period: str
    spend_from: float = Field(description="As proposed [money].")
    spend_to: float = Field(description="As planned [money].")
    change: float = Field(description="[money]")
    owners: list[OwnerChangeOut] = Field(description="Empty where nobody proposed anything.")
    outcome: float = Field(description="What the plan would lose if this line alone stayed as proposed [outcome].")
    revenue: float = Field(description="The same in revenue [money].")
    breaks: list[str] = Field(description="Limits and goals that would be broken, then.")


class ChangeCertificateOut(Answer):
    """What was proved of the change."""

    method: Literal["least_money", "fewest_lines"]
    moved: float = Field(description="Σ |planned − proposed| [money].")
    bound: float = Field(
        description="No plan that keeps all (and changes no more lines, if counted) moves less [money]."
    )
    gap: float = Field(description="|bound − moved| / moved [1].")
    lines: int = Field(description="Tactics and periods whose spend is changed.")
    lines_bound: int | None = Field(description="No plan changes fewer; null with least_money.")
    largest_violation: float = Field(description="Largest violation of a limit or goal, relative to it [1].")


class ReconciliationOut(Answer):
    """What the proposal sums to, and the least change that closes the gap."""

    status: Status = Field(description="optimal (least change proved), feasible, conflict or no_plan.")
    fits: bool = Field(description="Whether the proposal meets everything as it is.")
    summary: list[str] = Field(description="The reconciliation in a few sentences.")
    proposed: StandingOut
    owners: list[OwnerTotalOut]
    expectations: list[ExpectationOut] = Field(description="Lines that state an expected outcome.")
    planned: StandingOut | None = Field(description="After the change; null where there is no plan.")
    changes: list[ChangeOut] = Field(description="The largest move first.")
    certificate: ChangeCertificateOut | None
    conflict: ConflictOut | None = Field(description="What cannot all hold, as plans tell it.")
    detail: str

    @classmethod
    def from_domain(cls, reconciliation: Reconciliation) -> Self:
        """The wire form of a reconciliation."""
        return cls.model_validate(reconciliation)
