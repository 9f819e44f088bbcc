"""Curve sets on the wire: the curves of tactics under one name, in the very words that tactics use."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from app.paths import at
from app.schemas.adstock import AnyAdstock
from app.schemas.base import MOST_TACTICS, MOST_TAGS, Name, Number, Sentence, Wire, inside
from app.schemas.pattern import AnyPattern, pattern_at
from app.schemas.response import AnyResponse
from app.schemas.scope import Tags
from optimizer.errors import Gathering, ScenarioError
from optimizer.names import alike
from optimizer.problem.catalogue import PeriodLength
from optimizer.problem.scope import Stage
from optimizer.sources.curve_set import Interval
from optimizer.units import number

MOST_POINTS = 10_000  # of an interval
Band = Annotated[list[Number], Field(min_length=3, max_length=3)]

EXAMPLE: JsonValue = {
    "name": "Model of October",
    "currency": "EUR",
    "curves": [
        {
            "name": "tv",
            "stage": "upstream",
            "response": {"family": "hill", "ceiling": 400000, "half_saturation": 120000, "shape": 1.6},
            "adstock": {"family": "geometric", "retention": 0.6},
            "current_spend": 100000,
        },
    ],
}


class IntervalIn(Wire):
    """Where the outcome lies, spend by spend, as a file without draws states it: shown, and not computed with."""

    probability: Number = Field(description="That the outcome lies inside [1].", examples=[0.9])
    points: Annotated[list[Band], Field(min_length=1, max_length=MOST_POINTS)] = Field(
        description="Spend, low and high, by rising spend."
    )

    def to_domain(self) -> Interval:
        """The domain's interval."""
        points = tuple((spend, low, high) for spend, low, high in self.points)
        return Interval(probability=self.probability, points=points)


class FittedIn(Wire):
    """What a fitted model says of one tactic. A tactic that names it takes all of this, unless it states its own."""

    name: Name = Field(description="Of the tactic that it was fitted for.", examples=["tv"])
    response: AnyResponse = Field(description="Its response curve, with draws where the model has them.")
    adstock: AnyAdstock | None = Field(default=None, description="How spend lives on; left out: it does not.")
    seasonality: AnyPattern | None = Field(default=None, description="Multipliers of the response [1].")
    current_spend: Number | None = Field(default=None, description="What was spent lately [money per period].")
    revenue_per_outcome: Number | None = Field(
        default=None, description="What one outcome earns [money per outcome]; left out: the model does not say."
    )
    stage: Stage | None = Field(default=None, description="upstream or downstream; left out: the model does not say.")
    interval: IntervalIn | None = Field(
        default=None, description="Its uncertainty where the file has intervals instead of draws."
    )
    tags: Tags = Field(default={}, description="Such as its geo.", examples=[{"region": "north"}])
    assumptions: Annotated[list[Sentence], Field(max_length=MOST_TAGS)] = Field(
        default=[], description="What of it is assumed, in sentences; plans that rest on it tell so."
    )

    def check(self) -> None:
        """Raise a ScenarioError for what no tactic could take."""
        inside("response", self.response)
        number(self.current_spend or 0.0, "current_spend", least=0.0)
        number(self.revenue_per_outcome or 0.0, "revenue_per_outcome", least=0.0)
        if self.adstock is not None:
            inside("adstock", self.adstock)
        if self.interval is not None:
            inside("interval", self.interval)
        if self.seasonality is not None:
            pattern_at("seasonality", self.seasonality)


class CurveSetIn(Wire):
    """A named collection of response curves, usually of one fitted model."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    name: Name = Field(description="What the curve set is called; no two of a workspace share a name.")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = Field(
        default=None, description="Of the spends [ISO 4217]; a scenario in another is refused. Left out: any."
    )
    period: PeriodLength | None = Field(default=None, description="How long a period of the model is.")
    curves: Annotated[list[FittedIn], Field(min_length=1, max_length=MOST_TACTICS)] = Field(
        description="One for each tactic."
    )
    report: dict[str, JsonValue] | None = Field(
        default=None, description="What its import found: source, checks, warnings; kept as it is."
    )

    def check(self) -> None:
        """Raise a ScenarioError for what no scenario could take."""
        seen: set[str] = set()
        parts = Gathering()
        for position, curve in enumerate(self.curves):
            with parts.part(), at(f"curves[{position}]"):
                if alike(curve.name) in seen:
                    raise ScenarioError("duplicate_name", "name", "is the name of another curve", "give it its own")
                curve.check()
            seen.add(alike(curve.name))
        parts.check()
