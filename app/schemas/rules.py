"""Rules on the wire: one model per registered kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydantic import Field

from app.schemas.mirror import Mirrored, mirror, one_of, plain
from optimizer.problem.rules import RULES, Rule


class RuleIn(Mirrored):
    """A constraint that the planner sets."""

    rule: str

    def to_domain(self) -> Rule:
        """The domain's rule."""
        made: Rule = super().to_domain()
        return made


def rule_models() -> dict[str, type[RuleIn]]:
    """A model for each kind."""
    return {
        kind: mirror(rule, RuleIn, f"{rule.__name__}RuleIn", rule=(Literal[kind], Field()))
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
