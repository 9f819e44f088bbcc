"""What today's spend is worth on the curves of a scenario."""

from __future__ import annotations

import numpy as np

from optimizer.answers.plan import Totals
from optimizer.answers.report import totals
from optimizer.problem.current import current_spend
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuer


def worth_today(scenario: Scenario) -> Totals | None:
    """Today's spend, kept in every period and valued like a plan, whether or not it keeps the limits.

    None unless every tactic says what it spends today.
    """
    spend = current_spend(scenario)
    if np.isnan(spend).any():
        return None
    return totals(Valuer(scenario).value(np.repeat(spend[:, np.newaxis], len(scenario.periods), axis=1)))
