"""The tactic catalogue: what a planner starts from before any curve has been fitted."""

from __future__ import annotations

from optimizer.errors import ScenarioError
from optimizer.problem.catalogue.downstream import DOWNSTREAM
from optimizer.problem.catalogue.instance import Scale, instantiate
from optimizer.problem.catalogue.template import PERIOD_WEEKS, PeriodLength, Template
from optimizer.problem.catalogue.upstream import UPSTREAM

CATALOGUE: dict[str, Template] = {template.key: template for template in (*UPSTREAM, *DOWNSTREAM)}


def template_of(key: str) -> Template:
    """The template of that key; one that the catalogue does not have is refused."""
    if key not in CATALOGUE:
        raise ScenarioError("unknown_template", "", "the catalogue has no such template", "use a key that it lists")
    return CATALOGUE[key]


__all__ = ["CATALOGUE", "PERIOD_WEEKS", "PeriodLength", "Scale", "Template", "instantiate", "template_of"]
