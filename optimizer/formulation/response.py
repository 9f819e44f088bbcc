"""Adstock and response: what spend does, cell by cell.

Sets        cells c: one for each curve that is read, at a tactic i and a period t (or after the last one)
Columns     input_i_t   the adstocked spend that the curve reads [money]; the spend itself where nothing carries over
            response_c  incremental reading of the curve, f_i(input) − f_i(input without spend) [outcome]
Rows        adstock     input_i_t = Σ_l w_l · spend_i_{t−l} + carried in          (before saturation)
                        input_i_t = θ · input_i_{t−1} + w_0 · spend_i_t           (the recursion)
Curves      response_c ≤ f_i(input) − f_i(input without spend) is not a row here: the search adds tangents.

Seasonality, adstock after saturation and carry-out weigh the responses: outcome_i_t = Σ_c effect_tc · response_c.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.curves import Adstock, CurveStack, adstocked, carried
from optimizer.formulation.draft import Array, Draft, Index, Sum
from optimizer.problem.rules.rate_card import media
from optimizer.problem.scenario import Scenario
from optimizer.problem.tactic import Tactic

ROUNDED = 1e-15  # of a reading, by which two of a curve that is flat between them may differ in doubles


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The curves that are read, n of them, in the planner's units.

    `inputs`, `responses` are column numbers; the input lies within [low, high] [money]; `zero` is the curve's reading
    without spend and `most` the largest incremental reading [outcome]; `effects[i]` of shape (periods + 1, cells of i)
    spreads the responses of tactic i over periods, the last row being carry-out.
    """

    curves: CurveStack
    inputs: Index
    responses: Index
    low: Array
    high: Array
    zero: Array
    most: Array
    effects: tuple[Array, ...]
    first: Index

    def outcome(self, tactic: int, weights: Array) -> Sum:
        """Σ_t weights_t · outcome_it as a sum of responses; `weights` of shape (periods + 1,)."""
        own = slice(self.first[tactic], self.first[tactic + 1])
        return Sum(columns=self.responses[own], values=weights @ self.effects[tactic])

    def outcomes(self, tactics: Index, weights: Array) -> Sum:
        """Σ_it weights_it · outcome_it as a sum of responses; `weights` of shape (tactics, periods + 1)."""
        alike: dict[int, list[int]] = {}  # those whose responses show alike
        for place, row in enumerate(tactics.tolist()):
            alike.setdefault(id(self.effects[row]), []).append(place)
        columns, values = [self.responses[:0]], [np.zeros(0)]
        for places in alike.values():
            own, effect = tactics[places], self.effects[tactics[places[0]]]
            columns.append(self.responses[self.first[own][:, None] + np.arange(effect.shape[1])].ravel())
            values.append((weights[places] @ effect).ravel())
        return Sum(columns=np.concatenate(columns), values=np.concatenate(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inputs:
    """What the curves of each tactic read, tactic by tactic."""

    columns: list[Index]
    low: list[Array]
    high: list[Array]
    without: list[Array]


def add_responses(draft: Draft, scenario: Scenario, reads: Index) -> Cells:
    """Write input and response columns and the rows of the adstocks; `reads` are the columns that stand before them."""
    inputs = _add_inputs(draft, scenario, reads)
    counts = list(map(len, inputs.columns))
    which = np.repeat(np.arange(len(counts)), counts)
    curves = scenario.curves.take(which)
    low, high, without = map(np.concatenate, (inputs.low, inputs.high, inputs.without))
    zero, least, most = curves.value(np.stack([without, low, high]))
    noise = ROUNDED * np.maximum(np.abs(zero), np.abs(most))
    most = np.where(most - zero > noise, most - zero, 0.0)
    least = np.clip(least - zero, 0.0, most)
    names = [f"response_{cell}" for cell in range(len(which))]
    return Cells(
        curves=curves,
        inputs=np.concatenate(inputs.columns),
        responses=draft.add_columns(names, least, most),
        low=low,
        high=high,
        zero=zero,
        most=most,
        effects=_all_effects(scenario),
        first=np.concatenate([[0], np.cumsum(counts)]),
    )


def _add_inputs(draft: Draft, scenario: Scenario, reads: Index) -> _Inputs:
    """Spends as they are, or columns of their own where a tactic carries over."""
    low, high = np.array(draft.low)[reads], np.array(draft.high)[reads]
    inputs = _Inputs(columns=list(reads), low=list(low), high=list(high), without=list(np.zeros(reads.shape)))
    for row in scenario.carrying:
        tactic, spend = scenario.tactics[row], reads[row]
        carry, tail = tactic.carry_over, scenario.tails[row]
        inputs.without[row] = without = carried(carry.adstock, carry.carry_in, len(spend) + tail)
        for ends in (inputs.low, inputs.high):
            ends[row] = adstocked(carry.adstock, ends[row], carry.carry_in, tail)
        names = [f"input_{row}_{column}" for column in range(len(without))]
        inputs.columns[row] = columns = draft.add_columns(names, inputs.low[row], inputs.high[row])
        _add_adstock(draft, f"adstock of {tactic.name}", tactic, spend, columns, without)
    return inputs


def _add_adstock(draft: Draft, owner: str, tactic: Tactic, spend: Index, inputs: Index, without: Array) -> None:
    """Rows input_t − θ · input_t−1 − w_0 · spend_t = known, or input_t − Σ_l w_l · spend_t−l = known."""
    adstock = tactic.carry_over.adstock
    weights = adstock.spread(len(inputs))
    retention = adstock.recursion
    if not retention:
        for period, column in enumerate(inputs):
            reached = np.arange(max(0, period - len(weights) + 1), min(period + 1, len(spend)))
            values = np.append(-weights[period - reached], 1.0)
            draft.link(owner, Sum(columns=np.append(spend[reached], column), values=values), *2 * (without[period],))
        return
    values, periods = np.array([-weights[0], -retention, 1.0]), len(spend)
    draft.link(owner, Sum(columns=np.array([spend[0], inputs[0]]), values=values[[0, 2]]), without[0], without[0])
    now = np.stack([spend[1:], inputs[: periods - 1], inputs[1:periods]], axis=1)
    after = np.stack([inputs[periods - 1 : -1], inputs[periods:]], axis=1)
    draft.link_each(owner, now, values)
    draft.link_each(owner, after, values[1:])


def _all_effects(scenario: Scenario) -> tuple[Array, ...]:
    """By tactic; those whose responses show alike share one array."""
    known: dict[tuple[bytes, int, Adstock | None], Array] = {}
    effects = []
    for tactic, season, tail in zip(scenario.tactics, scenario.seasons, scenario.tails, strict=True):
        carry = tactic.carry_over
        kind = (season.tobytes(), tail, carry.adstock if carry.after_saturation else None)
        if kind not in known:
            known[kind] = _effects(tactic, season, tail)
        effects.append(known[kind])
    return tuple(effects)


def _effects(tactic: Tactic, season: Array, tail: int) -> Array:
    """Which share of each cell's response shows in which period; shape (periods + 1, cells)."""
    periods = len(season)
    season = np.concatenate([season, np.ones(tail)])
    if tactic.carry_over.after_saturation:
        weights = tactic.carry_over.adstock.spread(periods + tail)
        lags = np.arange(periods + tail)[:, None] - np.arange(periods)[None, :]
        spread = np.where(lags >= 0, weights[np.maximum(lags, 0)], 0.0)
    else:
        spread = np.eye(periods + tail if tactic.carry_over.adstock.family != "none" else periods)
    spread = season[: len(spread), None] * spread
    return np.vstack([spread[:periods], spread[periods:].sum(axis=0, keepdims=True)])


def inputs_of(scenario: Scenario, spend: Array) -> Array:
    """What each cell's curve reads at a spend of shape (tactics, periods) [money], shape (cells,)."""
    read = list(media(scenario, spend))
    for row in scenario.carrying:
        tactic = scenario.tactics[row]
        carry = tactic.carry_over
        read[row] = adstocked(carry.adstock, read[row], carry.carry_in, scenario.tails[row])
    return np.concatenate(read)
