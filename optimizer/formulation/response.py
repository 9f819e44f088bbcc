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

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import Adstock, CurveStack, adstocked, carried
from optimizer.formulation.draft import Array, Draft, Index, Sum
from optimizer.problem.rules.rate_card import media
from optimizer.problem.scenario import Scenario
from optimizer.problem.tactic import Tactic

ROUNDED = 1e-15  # of a reading, by which two of a curve that is flat between them may differ in doubles
SLIGHT = 1e-280  # outcome that is none: by less no double can be divided


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The curves that are read, n of them, in the planner's units.

    `inputs`, `responses` are column numbers; the input lies within [low, high] [money]; `zero` is the curve's reading
    without spend and `most` the largest incremental reading [outcome]; `effects[i]` of shape (periods + 1, cells of i)
    spreads the responses of tactic i over periods, the last row being carry-out. `least` is the minimum of inputs that
    are 0, or so much and more, 0 of others; None where there are none.
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
    least: Array | None = None

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
    """What the curves read, tactic by tactic: columns, their limits, and what they read without spend [money].

    Tactic i reads those from `first[i]` to `first[i + 1]`.
    """

    columns: Index
    low: Array
    high: Array
    without: Array
    first: Index


def add_responses(draft: Draft, scenario: Scenario, reads: Index) -> Cells:
    """Write input and response columns and the rows of the adstocks; `reads` are the columns that stand before them."""
    inputs = _add_inputs(draft, scenario, reads)
    curves = scenario.curves.take(np.repeat(np.arange(len(reads)), inputs.first[1:] - inputs.first[:-1]))
    zero, least, most = curves.value(np.array([inputs.without, inputs.low, inputs.high]))
    noise = np.maximum(ROUNDED * np.maximum(np.abs(zero), np.abs(most)), SLIGHT)
    most = np.where(most - zero > noise, most - zero, 0.0)
    least = np.minimum(np.maximum(least - zero, 0.0), most)
    names = [f"response_{cell}" for cell in range(curves.size)]
    return Cells(
        curves=curves,
        inputs=inputs.columns,
        responses=draft.add_columns(names, least, most),
        low=inputs.low,
        high=inputs.high,
        zero=zero,
        most=most,
        effects=_all_effects(scenario),
        first=inputs.first,
    )


def _add_inputs(draft: Draft, scenario: Scenario, reads: Index) -> _Inputs:
    """Spends as they are, or columns of their own where a tactic carries over."""
    low, high = np.array(draft.low)[reads], np.array(draft.high)[reads]
    columns: dict[int, Index] = {}
    least, most, without = dict[int, Array](), dict[int, Array](), dict[int, Array]()
    for row in scenario.carrying:
        tactic, spend = scenario.tactics[row], reads[row]
        carry, tail = tactic.carry_over, scenario.tails[row]
        without[row] = carried(carry.adstock, carry.carry_in, len(spend) + tail)
        least[row], most[row] = (adstocked(carry.adstock, end[row], carry.carry_in, tail) for end in (low, high))
        names = [f"input_{row}_{column}" for column in range(len(without[row]))]
        columns[row] = draft.add_columns(names, least[row], most[row])
        _add_adstock(draft, f"adstock of {tactic.name}", tactic, spend, columns[row], without[row])
    counts = np.full(len(reads), reads.shape[1])
    counts[list(columns)] = [len(own) for own in columns.values()]
    return _Inputs(
        columns=_by_tactic(reads, columns),
        low=_by_tactic(low, least),
        high=_by_tactic(high, most),
        without=_by_tactic(np.zeros(reads.shape), without),
        first=np.concatenate([[0], np.cumsum(counts)]),
    )


def _by_tactic(spends: NDArray[Any], own: Mapping[int, NDArray[Any]]) -> NDArray[Any]:
    """What is by spend, (tactics, periods), tactic by tactic in one array; some tactics have cells of their own."""
    if not own:
        return spends.ravel()
    return np.concatenate([own.get(row, spend) for row, spend in enumerate(spends)])


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
    shown = np.zeros((periods + 1, spread.shape[1]))
    shown[:periods], shown[periods] = spread[:periods], spread[periods:].sum(axis=0)
    return shown


def inputs_of(scenario: Scenario, spend: Array) -> Array:
    """What each cell's curve reads at a spend of shape (tactics, periods) [money], shape (cells,)."""
    read, own = media(scenario, spend), dict[int, Array]()
    for row in scenario.carrying:
        carry = scenario.tactics[row].carry_over
        own[row] = adstocked(carry.adstock, read[row], carry.carry_in, scenario.tails[row])
    return _by_tactic(read, own)
