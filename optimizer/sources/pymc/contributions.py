"""The contributions that a saved model holds, against the same computed from its curves: a self-test in the file."""

from __future__ import annotations

import numpy as np

from optimizer.curves import Array, Curve
from optimizer.sources.pymc.posterior import Place, Posterior
from optimizer.sources.pymc.recipe import POSTERIOR
from optimizer.sources.report import Check

NAMES = ("channel_contribution", "channel_contributions")  # after 0.13, before
MOST_DRAWS = 20  # enough to tell a wrong reading
MOST_VALUES = 4_000_000


def contribution_check(posterior: Posterior, place: Place, curves: list[Curve], spreads: list[Array]) -> Check | None:
    """Σ_t of a channel's contribution, the mean of some draws, in the model's own scale; None where it cannot be told.

    `curves` and `spreads` are f_d and w_d of every draw that was kept.
    """
    name = next((name for name in NAMES if posterior.contents.has(POSTERIOR, name)), None)
    data = posterior.series("channel_data", place)
    if name is None or data is None or posterior.recipe.varying:
        return None
    if np.prod(posterior.contents.variable(POSTERIOR, name).shape, dtype=np.float64) > MOST_VALUES:
        return None
    stated = posterior.summed(name, place)
    if stated is None:
        return None
    scale = posterior.scale("channel_scale", place)
    x = np.nan_to_num(data / scale if scale else data)
    first = posterior.recipe.adstock_first
    pairs = list(zip(curves, spreads, strict=True))[:MOST_DRAWS]
    computed = [_contribution(curve, spread, x, first) for curve, spread in pairs]
    return Check(
        name=f"contributions of {place.name}",
        stated=float(stated[: len(pairs)].mean()),
        computed=float(np.mean(computed)),
    )


def _contribution(curve: Curve, spread: Array, x: Array, adstock_first: bool) -> float:
    if adstock_first:
        return float(curve.value(np.convolve(x, spread)[: len(x)]).sum())
    return float(np.convolve(curve.value(x), spread)[: len(x)].sum())
