"""The scenario on the wire: the body of `POST /v1/plans` and the file that `headrace solve` reads."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, JsonValue, ValidationError

from app.paths import at
from app.schemas.base import (
    MOST_EVENTS,
    MOST_GOALS,
    MOST_PERIODS,
    MOST_POOLS,
    MOST_RULES,
    MOST_TACTICS,
    Name,
    Number,
    Wire,
    each,
    inside,
)
from app.schemas.body import read_json
from app.schemas.budget import BudgetIn, budget_to_wire
from app.schemas.event import EventIn, event_to_wire
from app.schemas.goal import GoalIn, goal_to_wire
from app.schemas.looks import distinct
from app.schemas.mirror import plain
from app.schemas.objective import ObjectiveIn, objective_to_wire
from app.schemas.pool import PoolIn, pool_to_wire
from app.schemas.references import Curves, CurveSetChoiceIn, Stored, only_stored, reference_lines
from app.schemas.rules import AnyRule, rule_to_wire
from app.schemas.tactic import tactic_to_wire
from app.schemas.tactics import EitherTactic, FittedTacticIn
from app.validation import scenario_error
from optimizer.errors import Gathering
from optimizer.problem.budget import Budget
from optimizer.problem.scenario import ONE_PERIOD, Scenario, SolveSettings
from optimizer.units import MOST_DIGITS

LARGEST_BODY = 16 * 1024 * 1024  # bytes

EXAMPLE: JsonValue = {
    "name": "Spring 2027",
    "currency": "EUR",
    "objective": {"maximize": "revenue"},
    "budget": {"at_most": 1000},
    "tactics": [
        {
            "name": "search",
            "stage": "downstream",
            "response": {"family": "linear", "slope": 3},
            "spend": {"at_most": 400},
        },
        {
            "name": "tv",
            "stage": "upstream",
            "response": {"family": "power", "coefficient": 60, "exponent": 0.5},
        },
    ],
}


class SolveIn(Wire):
    """A search ends when either is reached."""

    gap: Number = Field(default=1e-6, description="Certified relative distance to the best possible value [1].")
    time_limit: Number = Field(default=10.0, description="Longest time to search [seconds].")

    def to_domain(self) -> SolveSettings:
        """The domain's settings."""
        return SolveSettings(gap=self.gap, time_limit=self.time_limit)


class ScenarioIn(Wire):
    """Everything the planner states."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    name: Name = Field(description="What the scenario is called.", examples=["Spring 2027"])
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(
        description="ISO 4217 code, three capital letters; plans are rounded to its minor unit.",
        examples=["EUR"],
    )
    periods: Annotated[list[Name], Field(max_length=MOST_PERIODS)] | None = Field(
        default=None,
        description="Names of the periods, first to last; left out: one period.",
        examples=[["2027-01", "2027-02"]],
    )
    objective: ObjectiveIn = Field(description="What to make large or small.", examples=[{"maximize": "revenue"}])
    budget: BudgetIn | None = Field(
        default=None, description="How much money there is.", examples=[{"at_most": 900000}]
    )
    tactics: Annotated[list[EitherTactic], Field(max_length=MOST_TACTICS)] = Field(description="The lines to spend on.")
    curve_set: CurveSetChoiceIn | None = Field(
        default=None, description="The stored curve set of tactics that name a curve and no curve set."
    )
    goals: Annotated[list[GoalIn], Field(max_length=MOST_GOALS)] = Field(default=[], description="Top-down targets.")
    rules: Annotated[list[AnyRule], Field(max_length=MOST_RULES)] = Field(default=[], description="Constraints.")
    demand_pools: Annotated[list[PoolIn], Field(max_length=MOST_POOLS)] = Field(
        default=[], description="Stocks of demand between upstream and downstream tactics."
    )
    events: Annotated[list[EventIn], Field(max_length=MOST_EVENTS)] = Field(
        default=[], description="Dated events that lift responses."
    )
    solve: SolveIn = Field(default_factory=SolveIn, description="When to stop.")
    count_carry_out: bool = Field(
        default=False, description="Whether effects after the last period count, where a tactic does not say."
    )
    digits: Annotated[int, Field(ge=0, le=MOST_DIGITS)] | None = Field(
        default=None,
        description="Digits of money after the point that plans are rounded to; left out: the currency's, or "
        "those of nine significant digits of a budget below 10,000 of its minor units.",
    )

    def check_names(self) -> None:
        """Refuse names that look the same and are not: ScenarioError `duplicate_name` for all of them."""
        parts = Gathering()
        limits = [("goals", goal.name) for goal in self.goals]
        limits += [("rules", getattr(rule, "name", "")) for rule in self.rules]  # every kind of rule has one
        distinct(parts, [("periods", period) for period in self.periods or ()], suffix="")
        distinct(parts, [("tactics", tactic.name) for tactic in self.tactics])
        distinct(parts, [("demand_pools", pool.name) for pool in self.demand_pools])
        distinct(parts, [("events", event.name) for event in self.events])
        distinct(parts, limits)
        parts.check()

    def resolved(self, stored: Stored) -> ScenarioIn:
        """The same scenario with what it names that is stored put in its place."""
        self.check_names()
        names = frozenset(tactic.name for tactic in self.tactics)
        periods = ONE_PERIOD if self.periods is None else tuple(self.periods)
        rules = []
        for position, rule in enumerate(self.rules):
            with at(f"rules[{position}]"):
                rules.append(rule.resolved(lambda name: reference_lines(name, stored, self.currency, names, periods)))
        return self.model_copy(update={"rules": rules, "tactics": self._tactics(stored), "curve_set": None})

    def _tactics(self, stored: Stored) -> list[EitherTactic]:
        curves = Curves(stored, self.curve_set, self.currency)
        curves.check()
        tactics: list[EitherTactic] = []
        for position, tactic in enumerate(self.tactics):
            with at(f"tactics[{position}]"):
                tactics.append(tactic.resolved(curves) if isinstance(tactic, FittedTacticIn) else tactic)
        return tactics

    def _names_nothing_stored(self) -> None:
        if self.curve_set is not None:
            raise only_stored("curve_set", "state the curves instead")

    def to_domain(self) -> Scenario:
        """The domain's scenario, valid from birth; errors carry the path in this document."""
        parts = Gathering()
        objective = parts.of(lambda: inside("objective", self.objective))
        budget = parts.of(lambda: Budget() if self.budget is None else inside("budget", self.budget))
        tactics = parts.of(lambda: each("tactics", self.tactics))
        goals = parts.of(lambda: each("goals", self.goals))
        rules = parts.of(lambda: each("rules", self.rules))
        pools = parts.of(lambda: each("demand_pools", self.demand_pools))
        events = parts.of(lambda: each("events", self.events))
        solve = parts.of(lambda: inside("solve", self.solve))
        parts.of(self._names_nothing_stored)
        parts.check()
        return Scenario(
            name=self.name,
            currency=self.currency,
            periods=ONE_PERIOD if self.periods is None else tuple(self.periods),
            objective=objective,
            budget=budget,
            tactics=tactics,
            goals=goals,
            rules=rules,
            demand_pools=pools,
            events=events,
            solve=solve,
            count_carry_out=self.count_carry_out,
            digits=self.digits,
        )


class AboutScenario(Wire):
    """What is asked about a scenario that is sent along."""

    scenario: ScenarioIn

    def resolved(self, stored: Stored) -> Self:
        """The same with what the scenario names that is stored put in its place."""
        with at("scenario"):
            return self.model_copy(update={"scenario": self.scenario.resolved(stored)})


def read_scenario(raw: bytes, limit: int = LARGEST_BODY) -> Scenario:
    """The scenario that a document states, without naming what is stored; `limit` [bytes].

    Raises BodyError where it is no JSON, ScenarioError where it states what cannot be meant.
    """
    try:
        stated = ScenarioIn.model_validate(read_json(raw, limit))
        stated.check_names()
        return stated.to_domain()
    except ValidationError as error:
        raise scenario_error(error) from None


def scenario_to_wire(scenario: Scenario) -> dict[str, Any]:
    """The document that states this scenario: reading it gives an equal one."""
    stated: dict[str, Any] = {
        "name": scenario.name,
        "currency": scenario.currency,
        "periods": None if scenario.periods == ONE_PERIOD else list(scenario.periods),
        "objective": objective_to_wire(scenario.objective),
        "budget": budget_to_wire(scenario.budget),
        "tactics": [tactic_to_wire(tactic) for tactic in scenario.tactics],
        "goals": [goal_to_wire(goal) for goal in scenario.goals],
        "rules": [rule_to_wire(rule) for rule in scenario.rules],
        "demand_pools": [pool_to_wire(pool) for pool in scenario.demand_pools],
        "events": [event_to_wire(event) for event in scenario.events],
        "solve": plain(scenario.solve),
        "count_carry_out": scenario.count_carry_out,
    }
    digits = {} if scenario.digits is None else {"digits": scenario.digits}
    return {name: value for name, value in stated.items() if value} | digits
