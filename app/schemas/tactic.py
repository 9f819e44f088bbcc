"""Tactics on the wire."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from app.paths import at, legible
from app.schemas.adstock import AnyAdstock, adstock_to_wire
from app.schemas.base import MOST_TAGS, Name, Number, Sentence, Whole, Wire, inside
from app.schemas.mirror import plain
from app.schemas.pattern import AnyPattern, pattern_at
from app.schemas.response import AnyResponse, response_to_wire
from app.schemas.scope import Tags
from optimizer.curves import ResponseCurve
from optimizer.errors import Gathering, ScenarioError
from optimizer.problem.catalogue import PeriodLength, Scale, instantiate, template_of
from optimizer.problem.pattern import Pattern
from optimizer.problem.scenario import METRICS
from optimizer.problem.scope import Stage
from optimizer.problem.tactic import CarryOver, Metric, SpendLimits, Tactic


class SpendIn(Wire):
    """at_least ≤ spend per period ≤ at_most."""

    at_least: Number = Field(default=0.0, description="Least spend per period [money].")
    at_most: Number | None = Field(default=None, description="Most spend per period [money]; left out: no limit.")

    def to_domain(self) -> SpendLimits:
        """The domain's limits."""
        return SpendLimits(at_least=self.at_least, at_most=self.at_most)


class MetricIn(Wire):
    """A measure of the planner's own: per_spend · spend + per_outcome · incremental outcome."""

    per_spend: Number = Field(default=0.0, description="[unit of the metric per money]")
    per_outcome: Number = Field(default=0.0, description="[unit of the metric per outcome]")

    def to_domain(self) -> Metric:
        """The domain's metric."""
        return Metric(per_spend=self.per_spend, per_outcome=self.per_outcome)


class AnyTacticIn(Wire):
    """What every tactic may state, wherever its curve comes from."""

    name: Name = Field(description="What the plan calls it; no two tactics share a name.", examples=["tv"])
    adstock: AnyAdstock | None = Field(
        default=None,
        description="How spend lives on in later periods; left out: it does not.",
        examples=[{"family": "geometric", "retention": 0.6, "carry_in": [80000]}],
    )
    spend: SpendIn = Field(default_factory=SpendIn, description="Limits of the spend in each period.")
    current_spend: Number | None = Field(default=None, description="What is spent today [money per period].")
    revenue_per_outcome: Number = Field(default=1.0, description="What one outcome earns [money per outcome].")
    margin: Number = Field(default=1.0, description="Profit in a unit of revenue, before the spend [1].")
    seasonality: AnyPattern | None = Field(
        default=None,
        description="Multipliers of the response [1]: a list with one for each period, or a cycle that repeats.",
        examples=[{"cycle": [0.8, 1, 1.2]}],
    )
    tags: Tags = Field(default={}, description="Free labels that scopes select by.", examples=[{"region": "north"}])
    metrics: Annotated[dict[Name, MetricIn], Field(max_length=MOST_TAGS)] = Field(
        {},
        description="Measures of the planner's own, by name.",
        examples=[{"impressions": {"per_spend": 0.02}}],
    )
    feeds: Name | None = Field(default=None, description="The demand pool that an upstream tactic's outcome reaches.")
    lead: Whole = Field(default=0, description="After how many periods it arrives there.")
    draws_from: Name | None = Field(default=None, description="The demand pool that a downstream tactic converts.")
    demand_per_outcome: Number = Field(
        default=1.0, description="Demand that one outcome brings to its pool, or takes from it [demand per outcome]."
    )
    assumptions: Annotated[list[Sentence], Field(max_length=MOST_TAGS)] = Field(
        default=[],
        description="What of it is assumed, not fitted or judged, in sentences; the plan tells what rests on it.",
        examples=[["shape taken from last year's launch in another country"]],
    )

    def tactic(
        self, stage: Stage, response: ResponseCurve, carry_over: CarryOver, assumed: tuple[str, ...], parts: Gathering
    ) -> Tactic:
        """The domain's tactic, around the curve and carry-over given; `parts` holds what was wrong with them."""
        spend = parts.of(lambda: inside("spend", self.spend))
        seasonality = parts.of(self._seasonality)
        metrics = parts.of(self._metrics)
        parts.check()
        return Tactic(
            name=self.name,
            stage=stage,
            response=response,
            carry_over=carry_over,
            spend=spend,
            current_spend=self.current_spend,
            revenue_per_outcome=self.revenue_per_outcome,
            margin=self.margin,
            seasonality=seasonality,
            tags=tuple(self.tags.items()),
            metrics=metrics,
            feeds=self.feeds,
            lead=self.lead,
            draws_from=self.draws_from,
            demand_per_outcome=self.demand_per_outcome,
            assumptions=(*assumed, *self.assumptions),
        )

    def _seasonality(self) -> Pattern | None:
        return None if self.seasonality is None else pattern_at("seasonality", self.seasonality)

    def _metrics(self) -> tuple[tuple[str, Metric], ...]:
        with at("metrics"):
            for name in METRICS:
                if name in self.metrics:
                    raise ScenarioError("reserved_name", name, "is a metric that every tactic has", "choose another")
            return tuple((name, inside(legible(name), metric)) for name, metric in self.metrics.items())


class TacticIn(AnyTacticIn):
    """One line that money is spent on."""

    stage: Stage = Field(description="upstream (builds demand) or downstream (converts it).")
    response: AnyResponse = Field(
        description="Outcome per period as a function of (adstocked) spend per period.",
        examples=[{"family": "hill", "ceiling": 400000, "half_saturation": 120000, "shape": 1.6}],
    )

    def to_domain(self) -> Tactic:
        """The domain's tactic."""
        parts = Gathering()
        carry_over = parts.of(lambda: CarryOver() if self.adstock is None else inside("adstock", self.adstock))
        response = parts.of(lambda: inside("response", self.response))
        return self.tactic(self.stage, response, carry_over, (), parts)


class TemplatedTacticIn(AnyTacticIn):
    """One line that money is spent on, whose curve starts from a template of the catalogue: f(current_spend) =
    current_outcome. It is stored with the curve, the adstock and the assumptions written out."""

    template: Name = Field(description="The key of a template, from GET /v1/catalogue.", examples=["industry_events"])
    current_outcome: Number = Field(
        description="What the current spend yields, period after period [outcome per period].", examples=[35000]
    )
    saturation: Number | None = Field(
        default=None,
        description="A judgement: the share of the largest possible outcome that today's spend reaches [1]; "
        "left out: the template's.",
    )
    period: PeriodLength = Field(default="month", description="How long a period is: week, month or quarter.")

    def to_domain(self) -> Tactic:
        """The domain's tactic."""
        if self.current_spend is None:
            raise ScenarioError("missing_field", "current_spend", "is missing", "add it")
        with at("template"):
            template = template_of(self.template)
        scale = Scale(
            current_spend=self.current_spend, current_outcome=self.current_outcome, saturation=self.saturation
        )
        feeds = None if "lead" in self.model_fields_set else self.feeds  # a lead that is stated is no assumption
        made = instantiate(
            template, scale, name=self.name, period=self.period, carry_over=self._carry_over(), feeds=feeds
        )
        tactic = self.tactic(made.stage, made.response, made.carry_over, made.assumptions, Gathering())
        return tactic if feeds is None else replace(tactic, lead=made.lead)

    def _carry_over(self) -> CarryOver | None:
        return None if self.adstock is None else inside("adstock", self.adstock)


def tactic_to_wire(tactic: Tactic) -> dict[str, Any]:
    """What the tactic states."""
    stated: dict[str, Any] = plain(tactic) | {"response": response_to_wire(tactic.response)}
    if stated.pop("carry_over", None) is not None:
        stated["adstock"] = adstock_to_wire(tactic.carry_over)
    named = {"tags": dict(tactic.tags), "metrics": {name: plain(metric) for name, metric in tactic.metrics}}
    return stated | {name: value for name, value in named.items() if value}
