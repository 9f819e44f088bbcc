"""How a plan stands: a draft, approved, or the baseline of its scenario."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """A plan is made as a draft; an approver makes it approved, and one approved plan of a scenario its baseline."""

    draft = "draft"
    approved = "approved"
    baseline = "baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is said of a plan beside it, for plans never change; `revision` counts the changes of it."""

    plan_id: str
    scenario_id: str | None
    state: State = State.draft
    approved_by: str | None = None
    approved_at: int | None = None
    pinned: bool = False
    notes: str = ""
    revision: int = 0

    @property
    def locked(self) -> bool:
        """Whether only approvers may change what is said of it."""
        return self.state is not State.draft
