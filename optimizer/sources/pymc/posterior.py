"""The draws of a saved model, tactic by tactic, and the scales and spends that belong to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from optimizer.curves import Array
from optimizer.errors import FileError
from optimizer.sources.netcdf import Contents, Variable
from optimizer.sources.options import Options
from optimizer.sources.pymc.recipe import POSTERIOR, Fixed, Recipe

CONSTANT, FIT = "constant_data", "fit_data"
MOST_DRAWS = 2_000  # that a curve may carry
MOST_TACTICS = 5_000
MOST_CURVES, FEWEST = 200_000, 50  # of all tactics together; draws that each keeps at the least
SAMPLES = ("chain", "draw")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One tactic of the model: a channel, in one label of every further dimension."""

    channel: str
    labels: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """The channel, and where it is."""
        return ", ".join([self.channel, *(label for _, label in self.labels)])

    @property
    def at(self) -> dict[str, str]:
        """The label of each dimension."""
        return {"channel": self.channel, **dict(self.labels)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """What the file holds, by place; `chosen` are the draws that are kept, counted over all chains."""

    contents: Contents
    recipe: Recipe
    chosen: Array
    total: int
    _read: dict[tuple[str, ...], Array] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, contents: Contents, recipe: Recipe, options: Options) -> Posterior:
        """With at most so many draws as asked for, and as a curve may carry, chosen by the seed."""
        sizes = [len(contents.variable(POSTERIOR, name).numbers()) for name in SAMPLES]
        total = sizes[0] * sizes[1]
        wanted = min(total, options.draws or _room(contents, recipe, options), MOST_DRAWS)
        if total < 1:
            raise FileError("incomplete_export", POSTERIOR, "holds no draw", "fit the model, then save it")
        picked = np.random.default_rng(options.seed).choice(total, wanted, replace=False)
        return cls(contents=contents, recipe=recipe, chosen=np.sort(picked), total=total)

    def places(self) -> Iterator[Place]:
        """Every tactic, channel by channel."""
        dims = [dim for dim in self.recipe.dims if dim != "channel"]
        labels = [self._labels(dim) for dim in dims]
        channels = self._labels("channel") if self.contents.has(POSTERIOR, "channel") else self.recipe.channels
        if len(channels) * int(np.prod([len(own) for own in labels])) > MOST_TACTICS:
            raise FileError("incomplete_export", POSTERIOR, f"has more than {MOST_TACTICS} tactics", "export fewer")
        for channel in channels:
            for where in product(*labels):
                yield Place(channel=channel, labels=tuple(zip(dims, where, strict=True)))

    def parameter(self, name: str, place: Place, fixed: Fixed, prefix: str) -> Array:
        """The draws of a parameter at a place; one that was fixed is that number in every draw."""
        if not self.has(name, fixed, prefix):
            raise FileError("incomplete_export", f"{POSTERIOR}/{prefix}_{name}", "is missing", "save the model whole")
        if not self.contents.has(POSTERIOR, f"{prefix}_{name}"):
            return np.full(len(self.chosen), self._fixed(fixed[name], place))
        variable = self.contents.variable(POSTERIOR, f"{prefix}_{name}")
        samples = self._sampled(variable, place)
        if not np.isfinite(samples).all():
            raise FileError(
                "incomplete_export", variable.name, "holds draws that are no numbers", "fit the model again"
            )
        return np.asarray(samples[self.chosen])

    def has(self, name: str, fixed: Fixed, prefix: str) -> bool:
        """Whether the model has such a parameter."""
        return name in fixed or self.contents.has(POSTERIOR, f"{prefix}_{name}")

    def scale(self, name: str, place: Place) -> float | None:
        """`channel_scale` or `target_scale` at a place; None where the release kept none."""
        if not self.contents.has(CONSTANT, name):
            return None
        return float(self._selected(self.contents.variable(CONSTANT, name), place).ravel()[0])

    def series(self, name: str, place: Place) -> Array | None:
        """A constant series over time at a place, such as `channel_data`."""
        if not self.contents.has(CONSTANT, name):
            return None
        return self._selected(self.contents.variable(CONSTANT, name), place).ravel()

    def summed(self, name: str, place: Place) -> Array | None:
        """A variable of the posterior at a place, summed over time, for each draw that is kept."""
        values, left = self._cut(self.contents.variable(POSTERIOR, name), place)
        if len(left) != 3 or left[:2] != SAMPLES:
            return None
        return np.asarray(values.sum(axis=2).ravel()[self.chosen])

    def fitted_column(self, column: str) -> Array | None:
        """A column of the data that the model was fitted on."""
        if not self.contents.has(FIT, column):
            return None
        return self.contents.variable(FIT, column).numbers().ravel()

    def _fixed(self, values: tuple[float, ...], place: Place) -> float:
        """The number of a parameter that was fixed, for all channels or for each."""
        if len(values) == 1:
            return values[0]
        return values[self._position("channel", place.channel, len(values))]

    def _labels(self, dim: str) -> Sequence[str]:
        return self.contents.variable(POSTERIOR, dim).texts()

    def _sampled(self, variable: Variable, place: Place) -> Array:
        """One value for each draw of each chain."""
        values, left = self._cut(variable, place)
        if set(left) != set(SAMPLES):
            told = "has dimensions that are not known here"
            raise FileError("unsupported_model", f"{POSTERIOR}/{variable.name}", told, "sample its curves into a table")
        return values.ravel() if left == SAMPLES else values.T.ravel()

    def _selected(self, variable: Variable, place: Place) -> Array:
        return self._cut(variable, place)[0]

    def _cut(self, variable: Variable, place: Place) -> tuple[Array, tuple[str, ...]]:
        """The values at the labels of a place, and the dimensions that are left."""
        values, left = self._numbers(variable), list(variable.dims)
        for dim, label in place.at.items():
            if dim in left:
                axis = left.index(dim)
                values = np.take(values, self._position(dim, label, values.shape[axis]), axis=axis)
                left.pop(axis)
        return values, tuple(left)

    def _numbers(self, variable: Variable) -> Array:
        """The values, read once for all places."""
        key = (variable.name, *variable.dims, *map(str, variable.shape))
        if key not in self._read:
            self._read[key] = variable.numbers()
        return self._read[key]

    def _position(self, dim: str, label: str, size: int) -> int:
        labels = list(self._labels(dim)) if self.contents.has(POSTERIOR, dim) else list(self.recipe.channels)
        if label not in labels or len(labels) != size:
            raise FileError(
                "incomplete_export", f"{POSTERIOR}/{dim}", "does not label its values", "save the model again"
            )
        return labels.index(label)


def _room(contents: Contents, recipe: Recipe, options: Options) -> int:
    """How many draws there is room for when none are asked for: over the terms of a window, and over all tactics."""
    sizes = [
        contents.variable(POSTERIOR, dim).shape[0] for dim in ("channel", *recipe.dims) if contents.has(POSTERIOR, dim)
    ]
    tactics = int(np.prod(sizes, dtype=np.float64)) or 1
    terms = recipe.terms(options.periods) if options.periods is not None and recipe.adstock_first else 1
    return max(1, min(MOST_DRAWS // terms, max(FEWEST, MOST_CURVES // tactics)))
