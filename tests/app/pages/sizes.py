"""Scenarios of any size."""

from __future__ import annotations

from typing import Any


def many(tactics: int, periods: int = 1) -> dict[str, Any]:
    """A scenario with so many tactics."""
    return {
        "name": f"{tactics} tactics",
        "currency": "EUR",
        "periods": [f"2027-W{week:02d}" for week in range(1, periods + 1)],
        "objective": {"maximize": "revenue"},
        "budget": {"at_most": 1000.0 * tactics * periods},
        "tactics": [
            {
                "name": f"tactic {number:04d}",
                "stage": "upstream" if number % 2 else "downstream",
                "response": {"family": "exponential", "ceiling": 5000.0 + number, "scale": 900.0 + number},
                "current_spend": 800.0,
                "spend": {"at_most": 4000.0},
            }
            for number in range(tactics)
        ],
        "goals": [{"name": "year", "metric": "revenue", "at_least": 1000.0}],
        "solve": {"gap": 1e-4, "time_limit": 30},
    }
