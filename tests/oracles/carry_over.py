"""Adstock from the wire JSON, written a second time, as a matrix: a = W · (earlier spend, spend)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.oracles.families import Array, Wire

FORGOTTEN = 1e-16  # share of a spend at which an endless adstock has ended


def _geometric(p: Wire) -> Array:
    length = p.get("length")
    if length is None:
        endless = int(np.ceil(np.log(FORGOTTEN) / np.log(p["retention"]))) if p["retention"] > 0 else 1
        weights = p["retention"] ** np.arange(max(endless, 1))
        return np.asarray(weights * (1.0 - p["retention"]) if p.get("normalized") else weights)
    return _scaled(p, p["retention"] ** np.arange(length))


def _scaled(p: Wire, weights: Array, *, default: bool = False) -> Array:
    return np.asarray(weights / weights.sum() if p.get("normalized", default) else weights)


WEIGHTS: dict[str, Callable[[Wire], Array]] = {
    "none": lambda p: np.ones(1),
    "geometric": _geometric,
    "weights": lambda p: _scaled(p, np.array(p["weights"], dtype=float)),
}


def weights(adstock: Wire | None) -> Array:
    """w_0, w_1, …: how much of a spend works at once, one period later, …

    >>> weights({"family": "geometric", "retention": 0.5, "length": 3}).tolist()
    [1.0, 0.5, 0.25]
    """
    return WEIGHTS[adstock["family"]](adstock) if adstock else np.ones(1)


def matrix(own: Array, earlier: int, periods: int, tail: int) -> Array:
    """W of shape (periods + tail, earlier + periods): what each spend gives to each period of the plan and after."""
    lag = np.arange(periods + tail)[:, None] + earlier - np.arange(earlier + periods)[None, :]
    inside = (lag >= 0) & (lag < len(own))
    return np.where(inside, own[np.clip(lag, 0, len(own) - 1)], 0.0)


def tail(tactic: Wire, scenario: Wire) -> int:
    """Periods after the last in which the tactic's effects still count."""
    adstock: Any = tactic.get("adstock")
    own = (adstock or {}).get("count_carry_out")
    counts = scenario.get("count_carry_out", False) if own is None else own
    return len(weights(adstock)) - 1 if counts else 0
