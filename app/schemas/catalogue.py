"""The tactic catalogue on the wire."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field

from app.schemas.adstock import adstock_to_wire
from app.schemas.base import Answer
from optimizer.problem.catalogue import CATALOGUE, PeriodLength, Template
from optimizer.problem.scope import Stage
from optimizer.problem.tactic import CarryOver

SPEND, OUTCOME = 10_000.0, 25_000.0  # of the example only


class CurveShapeOut(Answer):
    """A response curve without a scale."""

    family: str = Field(description="The family of the curve.", examples=["hill"])
    shape: float | None = Field(description="Shape of a hill curve [1]: above 1 it is S-shaped; null otherwise.")
    saturation: float = Field(description="Share of the largest possible outcome that today's spend reaches [1].")


class BecauseOut(Answer):
    """Where each default comes from, in words."""

    curve: str
    adstock: str
    lead: str = Field(description="Empty for downstream tactics, which convert at once.")


class TemplateOut(Answer):
    """A tactic to start a scenario from; every default is an assumption until a fit or a judgement replaces it."""

    key: str = Field(description="What a tactic of a scenario names as its `template`.", examples=["industry_events"])
    name: str
    stage: Stage
    does: str = Field(description="What it does, in one sentence.")
    audience: str = Field(description="Which audience it suits.")
    response: CurveShapeOut
    half_life_weeks: float = Field(description="Weeks until half of the effect is gone; 0: none is carried over.")
    lead_weeks: float = Field(description="Weeks until the demand arrives; 0 downstream.")
    period: PeriodLength = Field(description="The length of period that adstock and lead are stated for.")
    adstock: dict[str, Any] | None = Field(description="As a scenario states it; null: none.")
    lead: int = Field(description="Periods until the demand arrives.")
    because: BecauseOut
    example: dict[str, Any] = Field(description="A tactic as a scenario states it, with a scale of its own.")

    @classmethod
    def of(cls, template: Template, period: PeriodLength) -> Self:
        """The wire form of a template, for periods of that length."""
        adstock = template.adstock(period)
        return cls(
            key=template.key,
            name=template.name,
            stage=template.stage,
            does=template.does,
            audience=template.audience,
            response=CurveShapeOut.model_validate(template),
            half_life_weeks=template.half_life,
            lead_weeks=template.lead,
            period=period,
            adstock=None if adstock.family == "none" else adstock_to_wire(CarryOver(adstock=adstock)),
            lead=template.lead_periods(period),
            because=BecauseOut.model_validate(template.because),
            example=example_of(template, period),
        )


class CatalogueOut(Answer):
    """Every template, upstream first."""

    templates: list[TemplateOut]

    @classmethod
    def of(cls, period: PeriodLength) -> Self:
        """The whole catalogue, for periods of that length."""
        return cls(templates=[TemplateOut.of(template, period) for template in CATALOGUE.values()])


def example_of(template: Template, period: PeriodLength) -> dict[str, Any]:
    """A tactic that a scenario may state, at a scale made up for the example."""
    stated = {"name": template.key, "template": template.key, "current_spend": SPEND, "current_outcome": OUTCOME}
    return stated if period == "month" else stated | {"period": period}
