"""at_least ≤ Σ_t active ≤ at_most for each tactic; runs by the columns `start`; spend ≤ 0 in a blackout.

start_t ≥ active_t − active_t−1 and Σ_{s = t−min_run+1 … t} start_s ≤ active_t: whoever began within the last min_run
periods is still on (Rajan and Takriti 2005: the convex hull of runs). Runs do not pass a period outside the scope.
"""

from __future__ import annotations

import numpy as np

from optimizer.formulation.draft import Index, Sum
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import ActivePeriods


def write(rule: ActivePeriods, words: Vocabulary) -> None:
    """Write the columns `start_…` and the rows of an `active_periods` rule."""
    silent = np.isin(words.scenario.periods, rule.blackout) & (words.mask(rule.scope) > 0)
    for spend in words.spend[silent]:
        words.draft.add_row(rule.name, Sum(columns=np.array([spend]), values=np.ones(1)), at_most=0.0)
    if not rule.switches:
        return
    asked = bool(rule.at_least) or (rule.min_run or 1) > 1 or rule.minimum is not None
    active = words.active(rule.name, rule.scope, words.least(rule.minimum) if asked else 0.0)
    for row, mute in zip(active, silent, strict=True):
        if (row >= 0).any():
            _count(rule, words, row[row >= 0], row[mute])
            for stretch in np.split(row, np.flatnonzero(row < 0)):
                own = stretch[stretch >= 0]
                _runs(rule, words, own, rule.running if len(own) and own[0] == row[0] else 0)


def _count(rule: ActivePeriods, words: Vocabulary, active: Index, silent: Index) -> None:
    """How many periods of one tactic are active, and that none of the silent ones is."""
    total = Sum(columns=active, values=np.ones(len(active)))
    words.draft.add_row(rule.name, total, at_least=rule.at_least, at_most=rule.at_most)
    if len(silent):
        words.draft.add_row(rule.name, Sum(columns=silent, values=np.ones(len(silent))), at_most=0.0)


def _runs(rule: ActivePeriods, words: Vocabulary, active: Index, running: int) -> None:
    """What is switched on within a stretch of periods stays on for min_run of them, or to the end of the stretch."""
    length, draft = rule.min_run or 1, words.draft
    if 0 < running < length:  # a run that is not yet as long as it must be goes on
        for column in active[: length - running]:
            draft.add_row(rule.name, Sum(columns=np.array([column]), values=np.ones(1)), at_least=1.0)
    if length == 1 or len(active) < 2:
        return
    names = [f"start_{len(draft.names) + number}" for number in range(len(active) - 1)]
    later = draft.add_columns(names, np.zeros(len(names)), np.ones(len(names)), integer=True)
    starts = np.concatenate([active[:1], later])  # what is on in the first period begins there, unless it was running
    first = 1 if running else 0
    for period in range(1, len(active)):
        begun = Sum(
            columns=np.array([starts[period], active[period], active[period - 1]]), values=np.array([1.0, -1.0, 1.0])
        )
        draft.add_row(rule.name, begun, at_least=0.0)
        recent = starts[max(first, period - length + 1) : period + 1]
        values = np.append(np.ones(len(recent)), -1.0)
        draft.add_row(rule.name, Sum(columns=np.append(recent, active[period]), values=values), at_most=0.0)
