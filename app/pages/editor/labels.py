"""What the fields of a scenario are called in a form: words for people, where the wire has names for programs."""

from __future__ import annotations

from collections.abc import Mapping

LABELS: Mapping[str, str] = {
    "spend.at_least": "least spend a period",
    "spend.at_most": "most spend a period",
    "after_saturation": "after saturation",
    "ahead": "counted beforehand",
    "all_units": "the price of a tier holds for all units",
    "at_least": "at least",
    "at_most": "at most",
    "blackout": "periods without",
    "by": "to be reached by",
    "by_period": "by period",
    "carry_in": "earlier spend, newest last",
    "confidence": "confidence: plan for the worst draws",
    "count_carry_out": "count effects after the last period",
    "current_outcome": "outcome today",
    "current_spend": "spend today, a period",
    "curve_set": "curve set",
    "demand_per_outcome": "demand for each outcome",
    "demand_pools": "demand pools",
    "digits": "decimals of the money",
    "draws_from": "converts demand of the pool",
    "end_value": "worth of a unit of demand left at the end",
    "feeds": "fills the pool",
    "from_current": "from today’s spend on",
    "gap": "distance to the best plan that is good enough",
    "half_effect": "half effect",
    "half_saturation": "spend that yields half the ceiling",
    "initial": "demand at the start",
    "input_offset": "offset of the spend",
    "input_scale": "scale of the spend",
    "lead": "periods until its demand arrives",
    "margin": "margin, as a share of revenue",
    "maximize": "maximise",
    "min_run": "shortest run of periods",
    "minimize": "minimise",
    "of": "as a share of the spend of",
    "organic": "demand that comes by itself, a period",
    "output_scale": "scale of the outcome",
    "over_all": "counted over all periods together",
    "parent": "part of the goal",
    "per_outcome": "for each outcome",
    "per_spend": "for each unit of money",
    "reference_plan": "the plan it is held against",
    "required": "required: no plan without it",
    "response": "response curve",
    "retention": "share kept from period to period",
    "revenue_per_outcome": "revenue for each outcome",
    "rule": "kind of rule",
    "running": "periods it has been running already",
    "scope": "what it counts: blank is everything",
    "seasonality": "seasonality, one factor a period",
    "solve": "how long to search",
    "target_marginal_roi": "what the last unit of money has to bring",
    "time_limit": "time limit, in seconds",
}
OPTIONS: Mapping[str, str] = {
    "active_count": "so many tactics at a time",
    "active_periods": "periods in which it runs",
    "adbudg": "ADBUDG",
    "change_limit": "change from period to period",
    "commitment": "a fixed amount",
    "efficiency": "a least return",
    "exclusive": "only one of these",
    "linear": "linear",
    "metric_range": "a measure between limits",
    "michaelis_menten": "Michaelis–Menten",
    "minimum_if_active": "a least spend if it runs at all",
    "packages": "whole packages of a price",
    "rate_card": "price tiers",
    "requires": "one needs another",
    "s_logistic": "S-shaped logistic",
    "share_range": "a share of the spend between limits",
    "spend_range": "spend between limits",
    "turnover_limit": "change from a reference plan",
}


def label(name: str) -> str:
    """The words for a field.

    >>> label("spend.at_most"), label("slope"), label("goals.at_least")
    ('most spend a period', 'slope', 'at least')
    """
    last = name.rpartition(".")[2]
    return LABELS.get(name) or LABELS.get(last) or last.replace("_", " ")


def option(value: str) -> str:
    """The words for a choice."""
    return OPTIONS.get(value) or value.replace("_", " ")
