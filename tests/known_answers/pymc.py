"""PyMC-Marketing's own optimiser test: two channels, four posterior draws, 30 periods and what follows them.

The published problem spends the same amount on a channel in every period; how much is the only choice. Two
honest statements of it, with the same answer:

`weekly`: 30 periods, adstock of length 4, effects after the last period counted, 100 in each period exactly,
and one linear rule for each step in time: spend(t) − spend(t − 1) = 0.

`folded`: one period. With constant spend x, period t sees c_t·x with c_t = w_0 + … + w_t (after the end: what
is left of it). The response is Σ_t mean_d f_d(c_t·x) = mean over all (d, t) of 33·f_d(c_t·x): draws.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tests.known_answers.case import Case, facts, scenario
from tests.oracles.families import Wire

NAMES = ("channel 1", "channel 2")


def cases() -> list[Case]:
    """Both statements of both published cases."""
    published = facts("pymc")
    made = []
    for run in published["cases"]:
        limit = {} if run["at_most"] is None else {"at_most": run["at_most"]}
        for statement, periods in ((weekly, published["periods"]), (folded, 1)):
            spend = [periods * own for own in run["spend"]]
            made.append(
                Case(
                    name=f"pymc, {run['id']}, {statement.__name__}",
                    scenario=statement(published, limit),
                    field="outcome",
                    optimum=run["response"],
                    spend=dict(zip(NAMES, spend, strict=True)),
                    spend_tolerance=2e-3,
                )
            )
    return made


def weekly(published: Wire, limit: Wire) -> Wire:
    """Period by period."""
    periods = [f"p{t:02d}" for t in range(1, published["periods"] + 1)]
    each = {period: {"exactly": published["budget_per_period"]} for period in periods}
    return scenario(
        "pymc weekly",
        [_weekly(published, row, limit) for row in range(2)],
        periods=periods,
        objective={"maximize": "outcome"},
        budget={"at_most": published["budget_per_period"] * len(periods), "by_period": each},
        rules=[_steady(name, *pair) for name in NAMES for pair in pairwise(periods)],
        count_carry_out=True,
        digits=6,
    )


def _weekly(published: Wire, row: int, limit: Wire) -> Wire:
    adstock = {
        "retention": published["retention"][row],
        "length": published["adstock_length"],
        "normalized": True,
    }
    draws = [
        {"rate": rate[row], "ceiling": ceiling[row]}
        for rate, ceiling in zip(published["rate"], published["ceiling"], strict=True)
    ]
    return {
        "name": NAMES[row],
        "stage": "upstream",
        "response": {"family": "logistic", "draws": draws},
        "adstock": {"family": "geometric"} | adstock,
        "spend": limit,
    }


def _steady(name: str, before: str, after: str) -> Wire:
    terms = [
        {"scope": {"tactics": [name], "periods": [period]}, "coefficient": sign}
        for period, sign in ((after, 1), (before, -1))
    ]
    return {"rule": "linear", "name": f"{name} {after}", "terms": terms, "at_least": 0, "at_most": 0}


def folded(published: Wire, limit: Wire) -> Wire:
    """All periods in one."""
    return scenario(
        "pymc folded",
        [_folded(published, row, limit) for row in range(2)],
        objective={"maximize": "outcome"},
        budget={"exactly": published["budget_per_period"]},
        digits=6,
    )


def _folded(published: Wire, row: int, limit: Wire) -> Wire:
    weights = published["retention"][row] ** np.arange(published["adstock_length"])
    seen = np.convolve(np.ones(published["periods"]), weights / weights.sum())
    draws = [
        {"rate": rate[row] * float(share), "ceiling": ceiling[row]}
        for rate, ceiling in zip(published["rate"], published["ceiling"], strict=True)
        for share in seen
    ]
    response = {"family": "logistic", "draws": draws, "output_scale": len(seen)}
    return {"name": NAMES[row], "stage": "upstream", "response": response, "spend": limit}
