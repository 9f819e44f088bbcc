"""Four keywords' bids: clicks = α(1 − e^(−β·bid)), spend = bid·clicks, profit = worth·clicks − spend.

The published problem chooses bids; the contract chooses spend. Spend rises with the bid, so clicks are a
(concave) function of spend, but not one in closed form: it is stated as points, one for each of BIDS bids
up to the worth of a click, above which no bid earns anything. A chord lies below the curve by at most ~
h²·|f''|/8, here less than 2e-6 of the profit: that is the tolerance, together with the six digits to which
α and β were published.
"""

from __future__ import annotations

import numpy as np

from tests.known_answers.case import Case, facts, scenario
from tests.oracles.families import Wire

BIDS = 1000


def cases() -> list[Case]:
    """Without a budget, and with one of 3000."""
    published = facts("paid_search")
    return [_case(published["keywords"], run) for run in published["cases"]]


def _case(keywords: list[Wire], run: Wire) -> Case:
    budget = {} if run["budget"] is None else {"budget": {"at_most": run["budget"]}}
    tactics = [_tactic(keyword) for keyword in keywords]
    names = [keyword["name"] for keyword in keywords]
    return Case(
        name=f"paid search, {run['id']}",
        scenario=scenario(f"bids, {run['id']}", tactics, objective={"maximize": "profit"}, **budget),
        field="profit",
        optimum=run["profit"],
        tolerance=3e-6,
        spend=dict(zip(names, run["spend"], strict=True)),
        spend_tolerance=1e-2,
    )


def _tactic(keyword: Wire) -> Wire:
    bids = np.linspace(0.0, keyword["value_per_click"], BIDS + 1)
    clicks = -keyword["alpha"] * np.expm1(-keyword["beta"] * bids)
    points = np.column_stack([bids * clicks, clicks])
    return {
        "name": keyword["name"],
        "stage": "downstream",
        "response": {"family": "tabulated", "points": points.tolist()},
        "revenue_per_outcome": keyword["value_per_click"],
        "spend": {"at_most": round(float(points[-1, 0]), 2)},
    }
