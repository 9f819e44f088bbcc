"""From a template and a planner's scale to a tactic whose curve passes through today's point."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.curves import Exponential, Hill, ResponseCurve
from optimizer.problem.catalogue.template import PeriodLength, Template
from optimizer.problem.tactic import CarryOver, Tactic
from optimizer.units import number, positive
from optimizer.wording import percent

LEAST, MOST = 0.01, 0.99  # of the ceiling: beyond, the point says too little about the curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Where the tactic stands today: spend x [money per period] yields y [outcome per period], period after period.

    `saturation` [1] is a judgement: the share y/ceiling; None takes the template's.
    """

    current_spend: float
    current_outcome: float
    saturation: float | None = None

    def __post_init__(self) -> None:
        positive(self.current_spend, "current_spend")
        positive(self.current_outcome, "current_outcome")
        if self.saturation is not None:
            number(self.saturation, "saturation", least=LEAST, most=MOST)


def instantiate(
    template: Template,
    scale: Scale,
    *,
    name: str,
    period: PeriodLength = "month",
    carry_over: CarryOver | None = None,
    feeds: str | None = None,
) -> Tactic:
    """The template at a planner's scale: f(current_spend) = current_outcome, and every default written down.

    `carry_over` takes the place of the template's. Only a normalised adstock lets steady spend enter as it is, so that
    the point holds period after period. With a demand pool to feed, the template's lead is that of the tactic.

    >>> from optimizer.problem.catalogue import template_of
    >>> events = instantiate(
    ...     template_of("industry_events"), Scale(current_spend=100.0, current_outcome=30.0), name="fairs"
    ... )
    >>> events.response.value([100.0]).round(9).tolist(), events.stage, len(events.assumptions)
    ([30.0], 'upstream', 2)
    """
    return Tactic(
        name=name,
        stage=template.stage,
        response=curve_through(template, scale),
        carry_over=carry_over or CarryOver(adstock=template.adstock(period)),
        current_spend=scale.current_spend,
        assumptions=(
            *_curve_assumption(template, scale),
            *(() if carry_over else _carry_over_assumption(template, period)),
            *(_lead_assumption(template, period) if feeds else ()),
        ),
        feeds=feeds,
        lead=template.lead_periods(period) if feeds else 0,
    )


def curve_through(template: Template, scale: Scale) -> ResponseCurve:
    """The template's curve through (x, y) at saturation σ: the ceiling is c = y/σ.

    hill: k = x·((1 − σ)/σ)^(1/s); exponential: h = −x/ln(1 − σ).
    """
    share = template.saturation if scale.saturation is None else scale.saturation
    spend, ceiling = scale.current_spend, scale.current_outcome / share
    if template.family == "hill":
        shape = template.shape or 1.0
        half = spend * ((1.0 - share) / share) ** (1.0 / shape)
        return ResponseCurve(members=(Hill(ceiling=ceiling, half_saturation=half, shape=shape),))
    return ResponseCurve(members=(Exponential(ceiling=ceiling, scale=-spend / math.log1p(-share)),))


def _curve_assumption(template: Template, scale: Scale) -> Iterator[str]:
    source = f"template {template.key}"
    form = f"hill curve of shape {template.shape:g}" if template.family == "hill" else "exponential curve"
    reached = f"{percent(scale.saturation or template.saturation)} of its ceiling reached today"
    yield f"{form}, {reached} ({source})" if scale.saturation is None else f"{form} ({source}), {reached} (judgement)"


def _carry_over_assumption(template: Template, period: PeriodLength) -> Iterator[str]:
    source = f"template {template.key}"
    retention = template.adstock(period).recursion
    if retention:
        yield f"{percent(retention)} of the effect stays from one {period} to the next ({source})"
    else:
        yield f"no effect beyond the {period} of the spend ({source})"


def _lead_assumption(template: Template, period: PeriodLength) -> Iterator[str]:
    lead = template.lead_periods(period)
    when = "within the same" if not lead else f"{lead} {period}{'' if lead == 1 else 's'} after the"
    yield f"demand arrives {when} {'spend' if lead else period} (template {template.key})"
