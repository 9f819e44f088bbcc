"""Saved models of PyMC-Marketing made here: NetCDF-4 with dimension scales, as its tools write it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np

from optimizer.sources import File

Values = tuple[tuple[str, ...], Any]  # dimensions, values


def model(
    saturation: Mapping[str, Any],
    adstock: Mapping[str, Any],
    posterior: Mapping[str, Values],
    constant: Mapping[str, Values],
    labels: Mapping[str, list[str]],
    fit: Mapping[str, Values] | None = None,
    **attributes: Any,
) -> File:
    """A file with these parameters; `labels` names what stands along each dimension beside chain and draw."""
    raw = io.BytesIO()
    with h5py.File(raw, "w") as file:
        recipe = {"adstock": adstock, "saturation": saturation, "adstock_first": True, "dims": []} | attributes
        recipe.setdefault("channel_columns", labels["channel"])
        release = recipe.pop("release", "0.19.2")
        for name, value in recipe.items():
            file.attrs[name] = json.dumps(value)
        for group, variables in (("posterior", posterior), ("constant_data", constant), ("fit_data", fit or {})):
            _fill(file.create_group(group), variables, labels)
        if release:
            file["posterior"].attrs["pymc_marketing_version"] = release
    return File(name="model.nc", raw=raw.getvalue())


def one(
    saturation: str,
    parameters: Mapping[str, float],
    adstock: str = "no_adstock",
    carried: Mapping[str, float] | None = None,
    length: int = 8,
    **attributes: Any,
) -> File:
    """One channel, one draw, scales of 1; `…_type` names a class by its path in place of its lookup name."""
    first = _named("saturation", saturation, attributes.pop("saturation_type", None))
    second = _named("adstock", adstock, attributes.pop("adstock_type", None))
    named = {f"saturation_{k}": v for k, v in parameters.items()} | {
        f"adstock_{k}": v for k, v in (carried or {}).items()
    }
    return model(
        first | {"prefix": "saturation"},
        second | {"prefix": "adstock", "l_max": length, "normalize": True, "mode": "After"},
        {name: (("chain", "draw", "channel"), [[[value]]]) for name, value in named.items()},
        {
            "channel_scale": (("channel",), [1.0]),
            "target_scale": ((), 1.0),
            "channel_data": (("date", "channel"), [[1.0], [2.0], [3.0]]),
        },
        {"channel": ["tv"]},
        **attributes,
    )


def _named(part: str, lookup: str, kind: str | None) -> dict[str, str]:
    if kind is None:
        return {"lookup_name": lookup}
    return {"__type__": f"pymc_marketing.mmm.components.{part}.{kind}"}


def _fill(group: h5py.Group, variables: Mapping[str, Values], labels: Mapping[str, list[str]]) -> None:
    arrays = {name: (dims, np.asarray(values, dtype=float)) for name, (dims, values) in variables.items()}
    sizes = {dim: size for dims, values in arrays.values() for dim, size in zip(dims, values.shape, strict=True)}
    for dim, size in sizes.items():
        told = labels.get(dim)
        group[dim] = np.arange(size) if told is None else np.array(told, dtype=h5py.string_dtype())
        group[dim].make_scale(dim)
    for name, (dims, values) in arrays.items():
        group[name] = values
        for axis, dim in enumerate(dims):
            group[name].dims[axis].attach_scale(group[dim])
