"""Bottom-up proposals as they are kept, so that what came of one can be looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Method = Literal["least_money", "fewest_lines"]
Decimal = Literal["point", "comma"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalSummary:
    """Whose goals a proposal is held against: those of a plan's scenario; `created_at` in microseconds since 1970."""

    id: str
    created_at: int
    actor: str
    plan_id: str
    method: Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal(ProposalSummary):
    """A summary with the lines as they were typed; `decimal` is how their numbers are written."""

    decimal: Decimal
    lines: str
