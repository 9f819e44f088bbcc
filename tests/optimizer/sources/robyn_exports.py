"""Robyn exports made here, with figures by plain loops: written from Robyn's description, sharing nothing with ours."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from optimizer.sources import File

SPENDS = ("tv_S", "radio_S", "search_S", "idle_S")
CLICKS = 0.4  # what one click of search costs on average


def export(
    version: str = "v3.11.1",
    adstock: str = "geometric",
    rows: int = 60,
    exposure: bool = False,
    seed: int = 1,
    stated: Mapping[str, list[float]] = MappingProxyType({}),
    refreshed: int = 0,
    digits: int | None = None,
) -> dict[str, Any]:
    """A whole export: four paid channels, the last without effect, and an organic one.

    `stated` are hyperparameters to take in place of drawn ones; a refresh counts the last `refreshed` rows in its
    totals; `digits` behind the point, four in releases before 3.11.
    """
    chance = random.Random(seed)
    data = [_row(chance, n) for n in range(rows)]
    selected = ["tv_S", "radio_S", "clicks" if exposure else "search_S", "idle_S"]
    hyper = {key: [value] for name in selected for key, value in _hyper(chance, name, adstock).items()}
    hyper |= stated
    start, end = 9, rows - 4
    summary = [{"variable": "(Intercept)", "coef": 5.0, "decompAgg": 250.0}]
    for name in selected:
        coef = 0 if name == "idle_S" else round(chance.uniform(1e4, 1e5), 3)
        series = _series(data, name, start - 1, end)
        total = sum(weekly(series, hyper, name, adstock, coef, version, start - 1, end)[-refreshed:])
        summary.append({"variable": name, "coef": coef, "decompAgg": total})
    document = {
        "InputCollect": {
            "date_var": ["DATE"], "intervalType": ["week"], "dep_var_type": ["revenue"], "adstock": [adstock],
            "paid_media_spends": list(SPENDS), "paid_media_vars": ["tv_S", "radio_S", "clicks", "idle_S"],
            "organic_vars": ["newsletter"], "rollingWindowStartWhich": [start], "rollingWindowEndWhich": [end],
            "version": [f"Robyn (dev) {version} [R-4.3.0]"],
            "refreshAddedStart": [data[end - refreshed if refreshed else start - 1]["DATE"]],
        },
        "ExportedModel": {"select_model": ["1_2_3"], "summary": summary, "hyper_values": hyper | {"lambda": [3.2]}},
        "Extras": {"raw_data": data},
    }  # fmt: skip
    return document if digits is None else _rounded(document, digits)


def file_of(document: dict[str, Any]) -> File:
    """As it would be sent."""
    return File(name="RobynModel-1_2_3.json", raw=json.dumps(document).encode())


def series_of(document: dict[str, Any], name: str) -> list[float]:
    """m_t of a channel of an export."""
    inputs = document["InputCollect"]
    return _series(
        document["Extras"]["raw_data"],
        name,
        inputs["rollingWindowStartWhich"][0] - 1,
        inputs["rollingWindowEndWhich"][0],
    )


def effective(series: Sequence[float], hyper: dict[str, Any], name: str, adstock: str) -> list[float]:
    """a_t, term by term."""
    if adstock == "geometric":
        theta = hyper[f"{name}_thetas"][0]
        return [sum(theta ** (t - s) * series[s] for s in range(t + 1)) for t in range(len(series))]
    weights = _weibull(hyper[f"{name}_shapes"][0], hyper[f"{name}_scales"][0], len(series), adstock)
    return [sum(weights[t - s] * series[s] for s in range(t + 1)) for t in range(len(series))]


def weekly(
    series: Sequence[float],
    hyper: dict[str, Any],
    name: str,
    adstock: str,
    coef: float,
    version: str,
    start: int,
    end: int,
) -> list[float]:
    """The response of each week of the window."""
    window = effective(series, hyper, name, adstock)[start:end]
    alpha, gamma = hyper[f"{name}_alphas"][0], hyper[f"{name}_gammas"][0]
    least = 0.0 if version.startswith("v3.12") else min(window)
    half = (1 - gamma) * least + gamma * max(window)
    return [coef * a**alpha / (a**alpha + half**alpha) for a in window]


def _rounded(part: Any, digits: int) -> Any:
    if isinstance(part, dict):
        return {key: _rounded(value, digits) for key, value in part.items()}
    if isinstance(part, list):
        return [_rounded(value, digits) for value in part]
    return round(part, digits) if isinstance(part, float) else part


def _row(chance: random.Random, week: int) -> dict[str, Any]:
    spend = {name: round(chance.uniform(100, 2000), 2) for name in SPENDS}
    clicks = spend["search_S"] / CLICKS * chance.uniform(0.7, 1.4)
    return {
        "DATE": f"20{20 + week // 48:02d}-{week % 48 // 4 + 1:02d}-{week % 4 * 7 + 1:02d}",
        "clicks": clicks,
        "newsletter": 5,
    } | spend


def _hyper(chance: random.Random, name: str, adstock: str) -> dict[str, float]:
    own = {f"{name}_alphas": chance.uniform(0.5, 3), f"{name}_gammas": chance.uniform(0.3, 1)}
    if adstock == "geometric":
        return own | {f"{name}_thetas": chance.uniform(0, 0.8)}
    return own | {f"{name}_shapes": chance.uniform(0.5, 5), f"{name}_scales": chance.uniform(0.02, 0.2)}


def _series(data: Sequence[dict[str, Any]], name: str, start: int, end: int) -> list[float]:
    if name != "clicks":
        return [row[name] for row in data]
    cost = sum(row["search_S"] for row in data[start:end]) / sum(row["clicks"] for row in data[start:end])
    return [row["clicks"] * cost for row in data]


def _weibull(shape: float, scale: float, rows: int, kind: str) -> list[float]:
    stretched = round(1 + (rows - 1) * scale)
    if kind == "weibull_cdf":
        weights = [1.0]
        for age in range(1, rows):
            weights.append(weights[-1] * math.exp(-((age / stretched) ** shape)))
        return weights
    density = [
        shape / stretched * (age / stretched) ** (shape - 1) * math.exp(-((age / stretched) ** shape))
        for age in range(1, rows + 1)
    ]
    low, high = min(density), max(density)
    return [(d - low) / (high - low) for d in density]
