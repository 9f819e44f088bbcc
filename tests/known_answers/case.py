"""A published problem as a scenario, and the answer that its plan has to show."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.oracles.families import Wire

HERE = Path(__file__).parent


def facts(name: str) -> Any:
    """The facts as they were published, from the JSON file beside the module."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`totals[field]` of the plan is `optimum` within `tolerance` (relative); prices and spends where they
    are known.

    `spend` is by tactic; with a flat optimum it is known far less exactly than its value: `spend_tolerance`.
    """

    name: str
    scenario: Wire
    field: str
    optimum: float
    tolerance: float = 1e-6
    budget_price: float | None = None
    goal_prices: dict[str, float] = field(default_factory=dict)
    spend: dict[str, float] = field(default_factory=dict)
    spend_tolerance: float = 1e-3


def scenario(name: str, tactics: list[Wire], **more: Any) -> Wire:
    """A scenario with what every case has in common; `more` adds and overrides."""
    common = {"name": name, "currency": "USD", "tactics": tactics, "solve": {"gap": 1e-6, "time_limit": 60}}
    return common | more
