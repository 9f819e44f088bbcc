"""Rules on the wire: one model per registered kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydantic import Field

from app.paths import at
from app.schemas.base import Name
from app.schemas.mirror import Mirrored, mirror, one_of, plain
from optimizer.errors import ScenarioError
from optimizer.problem.rules import RULES, ReferenceLine, Rule, TurnoverLimit

FindLines = Callable[[str], list[ReferenceLine]]  # the spends of a stored plan, by its id


class RuleIn(Mirrored):
    """A constraint that the planner sets."""

    rule: str

    def to_domain(self) -> Rule:
        """The domain's rule."""
        made: Rule = super().to_domain()
        return made

    def resolved(self, find: FindLines) -> RuleIn:
        """The same rule with the stored plan that it names, if any, put in its place."""
        del find
        return self


class ReferringRuleIn(RuleIn):
    """A rule that compares with a reference plan, which may be a stored one."""

    reference_plan: Name | None = Field(
        default=None,
        description="Over HTTP, in place of `reference`: the id of a stored plan, whose spends are filled in.",
    )

    def resolved(self, find: FindLines) -> RuleIn:
        """The same rule with the spends of the stored plan as its reference."""
        if self.reference_plan is None:
            return self
        with at("reference_plan"):
            if getattr(self, "reference", None) is not None:
                raise ScenarioError("two_references", "", "stands beside reference", "give one of the two")
            return self.model_copy(update={"reference": find(self.reference_plan), "reference_plan": None})

    def to_domain(self) -> Rule:
        """The domain's rule, which knows of no stored plans."""
        if self.reference_plan is not None:
            raise ScenarioError(
                "no_stored_plans", "reference_plan", "names a plan that only the service has", "state reference instead"
            )
        return super().to_domain()


BASES: dict[str, type[RuleIn]] = {TurnoverLimit.kind: ReferringRuleIn}


def rule_models() -> dict[str, type[RuleIn]]:
    """A model for each kind."""
    return {
        kind: mirror(rule, BASES.get(kind, RuleIn), f"{rule.__name__}RuleIn", rule=(Literal[kind], Field()))
        for kind, rule in RULES.items()
    }


if TYPE_CHECKING:
    AnyRule: TypeAlias = RuleIn
else:
    AnyRule = one_of(rule_models(), lambda value: value.get("rule"), "unknown_rule")


def rule_to_wire(rule: Rule) -> dict[str, Any]:
    """The kind and what the rule states."""
    stated: dict[str, Any] = plain(rule)
    return {"rule": rule.kind} | stated
