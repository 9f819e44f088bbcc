"""From spend to effective spend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from optimizer.curves.adstock.base import Adstock
from optimizer.curves.base import Array

FEW = 8  # series, up to which they are added up one by one


def adstocked(adstock: Adstock, spend: Array, carry_in: Sequence[float], tail: int = 0) -> Array:
    """Effective spend a_t = Σ_l w_l·x_(t−l) of each period, then of `tail` periods without spend, on the last axis.

    Fields: spend = x_0 … x_(T−1) [money], shape (…, T); carry_in = …, x_(−2), x_(−1) [money], newest last.

    >>> from optimizer.curves.adstock.geometric import Geometric
    >>> adstocked(Geometric(retention=0.5), np.array([10.0, 0.0]), [8.0], tail=1).tolist()
    [14.0, 7.0, 3.5]
    """
    before = np.broadcast_to(np.asarray(carry_in, dtype=np.float64), (*spend.shape[:-1], len(carry_in)))
    series = np.concatenate([before, spend, np.zeros((*spend.shape[:-1], tail))], axis=-1)
    effective = _convolved(adstock, series) if adstock.recursion is None else _recurred(adstock, series)
    return effective[..., len(carry_in) :]


def carried(adstock: Adstock, carry_in: Sequence[float], periods: int) -> Array:
    """What spend before the first period alone contributes to the effective spend of each of `periods`.

    >>> from optimizer.curves.adstock.geometric import Geometric
    >>> carried(Geometric(retention=0.5), [8.0], 3).tolist()
    [4.0, 2.0, 1.0]
    """
    return adstocked(adstock, np.zeros(periods), carry_in)


def _convolved(adstock: Adstock, series: Array) -> Array:
    periods = series.shape[-1]
    weights = adstock.spread(min(adstock.length or periods, periods))
    whole = np.apply_along_axis(np.convolve, -1, series, weights) if series.size else series
    return np.asarray(whole[..., :periods])


def _recurred(adstock: Adstock, series: Array) -> Array:
    effective, retention = float(adstock.spread(1)[0]) * series, adstock.recursion or 0.0
    if (count := math.prod(series.shape[:-1])) <= FEW:  # plain numbers are added faster than short arrays
        each = effective.reshape(count, series.shape[-1]).tolist()
        levels = [list(accumulate(own, lambda level, entering: entering + retention * level)) for own in each]
        return np.array(levels, dtype=np.float64).reshape(series.shape)
    for t in range(1, series.shape[-1]):
        effective[..., t] += retention * effective[..., t - 1]
    return effective
