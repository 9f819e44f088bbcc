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
HINTS: Mapping[str, str] = {
    "response.curve_set": "blank: the scenario’s",
    "response.curve": "blank: the one with the tactic’s name",
    "response.ceiling": "the most that it can bring a period, however much is spent: above today’s outcome",
    "response.half_saturation": "today’s spend, where half of the most is reached today",
    "response.shape": "1 falls off from the first unit on, 2 is S-shaped",
    "periods": "one a line, or 2027-01 ... 2027-12; blank: a single period",
    "objective.maximize": "goals: the soft ones, by priority",
    "current_spend": "drawn beside the plan, and what change is measured from",
    "lift": "1.2 is a fifth more",
    "tags": "name = value, one a line",
    "scope.tactics": "names, one a line",
    "scope.periods": "names, one a line",
    "of.tactics": "names, one a line",
    "needs.tactics": "names, one a line",
    "blackout": "names, one a line",
    "carry_in": "one a line",
    "points": "spend and outcome, a pair a line",
    "seasonality": "numbers in a row, or one a line",
    "organic": "one number, or one for each period",
    "assumptions": "sentences, one a line",
    "draws": "a list of parameters, as JSON",
    "metric": "revenue, profit, outcome, spend, or a metric of yours",
    "template": "a key of the catalogue: its curve is an assumption",
    "current_outcome": "what today’s spend brings in a period",
    "retention": "between 0 and 1",
    "confidence": "between 0 and 1, for instance 0.9",
    "margin": "0.35 is 35 %",
    "shape": "above 1 it is S-shaped",
    "priority": "1 comes first",
    "share": "0.2 is 20 %",
    "gap": "0.0001 is a hundredth of a per cent",
}
ONE: Mapping[str, str] = {
    "tactics": "tactic",
    "goals": "goal",
    "rules": "rule",
    "demand_pools": "demand pool",
    "events": "event",
    "by_period": "period",
    "groups": "group",
    "metrics": "metric",
    "milestones": "milestone",
    "reference": "line of the reference",
    "terms": "term",
    "tiers": "tier",
}
OPTIONS: Mapping[str, str] = {
    "active_count": "so many tactics at a time",
    "active_periods": "periods in which it runs",
    "adbudg": "ADBUDG, S-shaped or saturating",
    "change_limit": "change from period to period",
    "commitment": "a fixed amount",
    "efficiency": "a least return",
    "exclusive": "only one of these",
    "exponential": "exponential saturation",
    "hill": "Hill, S-shaped or saturating",
    "linear": "linear",
    "log": "logarithm",
    "logistic": "logistic saturation",
    "metric_range": "a measure between limits",
    "michaelis_menten": "Michaelis–Menten",
    "minimum_if_active": "a least spend if it runs at all",
    "packages": "whole packages of a price",
    "rate_card": "price tiers",
    "power": "power or root",
    "requires": "one needs another",
    "s_logistic": "S-shaped logistic",
    "share_range": "a share of the spend between limits",
    "spend_range": "spend between limits",
    "stored": "a curve of a curve set",
    "tabulated": "points of a table",
    "tanh": "hyperbolic tangent",
    "turnover_limit": "change from a reference plan",
}


def label(name: str) -> str:
    """The words for a field.

    >>> label("spend.at_most"), label("slope"), label("goals.at_least")
    ('most spend a period', 'slope', 'at least')
    """
    last = name.rpartition(".")[2]
    return LABELS.get(name) or LABELS.get(last) or last.replace("_", " ")


def hint(address: str) -> str:
    """How a field is filled in, where its words do not say so already.

    >>> hint("tactics[0].margin"), hint("rules[2].scope.tactics"), hint("name")
    ('0.35 is 35 %', 'names, one a line', '')
    """
    steps = address.split(".")
    return HINTS.get(".".join(steps[-2:])) or HINTS.get(steps[-1], "")


def singular(name: str) -> str:
    """The words for one entry of a list.

    >>> singular("tactics"), singular("tactics[0].metrics")
    ('tactic', 'metric')
    """
    last = name.rpartition(".")[2]
    return ONE.get(last) or label(last)


def option(value: str) -> str:
    """The words for a choice."""
    return OPTIONS.get(value) or value.replace("_", " ")
