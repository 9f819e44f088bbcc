"""The spend columns and the rows of the budget.

Sets        tactics i, periods t
Columns     spend_i_t ∈ [at_least_i, reach_i_t]      [money]
            bought_i_t                               media at list price, where there is a rate card   [money]
Rows        budget              Σ_i,t spend_i_t ≤ at_most, or = exactly
            budget of t         Σ_i   spend_i_t within the limits of period t
"""

from __future__ import annotations

import numpy as np

from optimizer.formulation.draft import Array, Draft, Index, Sum
from optimizer.problem.rules.rate_card import cards, media
from optimizer.problem.scenario import Scenario

LOOSE = 1.001  # how far a limit that rows imply is put beyond them: the price belongs to the row, not to its echo


def reach(scenario: Scenario, ceiling: float) -> Array:
    """The most that each cell can spend [money], shape (tactics, periods): its limit, the budgets, or `ceiling`."""
    periods = scenario.periods
    by_period = dict(scenario.budget.by_period)
    caps = np.full(len(periods), ceiling)
    if scenario.budget.total is not None and scenario.budget.total.at_most is not None:
        caps = np.minimum(caps, scenario.budget.total.at_most)
    for position, period in enumerate(periods):
        if period in by_period and (most := by_period[period].at_most) is not None:
            caps[position] = min(caps[position], most)
    reached: Array = np.minimum(scenario.own_limits[1], LOOSE * caps[None, :])
    return reached


def beside(scenario: Scenario) -> Array:
    """The most that budgets leave each cell [money], shape (tactics, periods), when others spend what they must."""
    floors, shape = scenario.own_limits[0], (len(scenario.tactics), len(scenario.periods))
    each, left = float(floors.sum()), np.full(shape, np.inf)
    if scenario.budget.total is not None and scenario.budget.total.at_most is not None:
        left = np.minimum(left, scenario.budget.total.at_most - (each * shape[1] - floors))
    for period, limit in scenario.budget.by_period:
        if limit.at_most is not None:
            own = left[:, scenario.periods.index(period)]
            np.minimum(own, limit.at_most - (each - floors[:, 0]), out=own)
    most: Array = LOOSE * np.maximum(left, 0.0)
    return most


def add_spend(draft: Draft, scenario: Scenario, most: Array) -> Index:
    """Write the spend columns; returns their numbers, shape (tactics, periods)."""
    shape = (len(scenario.tactics), len(scenario.periods))
    names = [f"spend_{row}_{column}" for row in range(shape[0]) for column in range(shape[1])]
    least = np.repeat(scenario.own_limits[0], shape[1])
    return draft.add_columns(names, least, np.maximum(most.ravel(), least)).reshape(shape)


def add_reads(draft: Draft, scenario: Scenario, spend: Index) -> Index:
    """The columns that curves and adstocks read, shape (tactics, periods): media by rate card, else the spend."""
    reads = spend.copy()
    for card in cards(scenario):
        low, high = (media(scenario, np.array(end)[spend]) for end in (draft.low, draft.high))
        for cell in zip(*np.nonzero(scenario.cells(card.scope)), strict=True):
            name = "bought_{}_{}".format(*cell)
            reads[cell] = draft.add_columns([name], low[cell].reshape(1), high[cell].reshape(1))[0]
    return reads


def add_budget(draft: Draft, scenario: Scenario, spend: Index) -> None:
    """Write the rows of the budget and of the periods' budgets."""
    if (total := scenario.budget.total) is not None:
        every = spend.ravel()
        draft.add_row(
            "budget", Sum(columns=every, values=np.ones(len(every))), at_least=total.at_least, at_most=total.at_most
        )
    for period, limit in scenario.budget.by_period:
        cells = spend[:, scenario.periods.index(period)]
        draft.add_row(
            f"budget of {period}",
            Sum(columns=cells, values=np.ones(len(cells))),
            at_least=limit.at_least,
            at_most=limit.at_most,
        )
