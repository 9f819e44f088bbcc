"""Adstock from the wire JSON, written a second time, as a matrix: a = W · (earlier spend, spend)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.stats import weibull_min

from tests.oracles.families import Array, Wire

FORGOTTEN = 1e-16  # share of a spend at which an endless adstock has ended


def _geometric(p: Wire) -> Array:
    kept = p["retention"]
    if p.get("length") is not None:
        return np.asarray(kept ** np.arange(p["length"]))
    lags = max(1, int(np.ceil(np.log(FORGOTTEN) / np.log(kept)))) if kept > 0 else 1
    return np.asarray(kept ** np.arange(lags))


def _binomial(p: Wire) -> Array:
    window = p.get("window") or p["length"]
    return np.asarray((1.0 - np.arange(p["length"]) / window) ** (1.0 / p["retention"] - 1.0))


def _weibull_pdf(p: Wire) -> Array:
    density = weibull_min.pdf(np.arange(p["length"]) + 1.0, p["shape"], scale=p["scale"])
    spread = np.ptp(density)
    return (density - density.min()) / spread if spread > 0 else np.ones(p["length"])


def _weibull_cdf(p: Wire) -> Array:
    return np.cumprod(weibull_min.sf(np.arange(p["length"]), p["shape"], scale=p["scale"]))


WEIGHTS: dict[str, Callable[[Wire], Array]] = {
    "none": lambda _: np.ones(1),
    "geometric": _geometric,
    "binomial": _binomial,
    "delayed": lambda p: p["retention"] ** (np.arange(p["length"]) - p["peak"]) ** 2,
    "weibull_pdf": _weibull_pdf,
    "weibull_cdf": _weibull_cdf,
    "weights": lambda p: np.array(p["weights"], dtype=float),
}


def weights(adstock: Wire | None) -> Array:
    """w_0, w_1, …: how much of a spend works at once, one period later, …

    >>> weights({"family": "geometric", "retention": 0.5, "length": 3}).tolist()
    [1.0, 0.5, 0.25]
    """
    if not adstock:
        return np.ones(1)
    own = WEIGHTS[adstock["family"]](adstock)
    return np.asarray(own / own.sum() if adstock.get("normalized") else own)


def matrix(own: Array, earlier: int, periods: int, tail: int) -> Array:
    """W of shape (periods + tail, earlier + periods): what each spend gives to each period of the plan
    and after."""
    lag = np.arange(periods + tail)[:, None] + earlier - np.arange(earlier + periods)[None, :]
    inside = (lag >= 0) & (lag < len(own))
    return np.where(inside, own[np.clip(lag, 0, len(own) - 1)], 0.0)


def tail(tactic: Wire, scenario: Wire) -> int:
    """Periods after the last in which the tactic's effects still count; none for what draws from a pool."""
    if "draws_from" in tactic:
        return 0
    adstock: Any = tactic.get("adstock")
    own = (adstock or {}).get("count_carry_out")
    counts = scenario.get("count_carry_out", False) if own is None else own
    return len(weights(adstock)) - 1 if counts else 0
