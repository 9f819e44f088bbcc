"""Curvature where adstock is a recursion, and its inverse in as many steps as there are periods.

    a_t = φ_t·a_(t−1) + b_t·x_t        ½·Σ W_t·a_t² + ½·Σ D_t·x_t² − Σ r_t·x_t  →  least over x:   (KᵀWK + D)·x = r
This is linear-quadratic control (Bryson and Ho 1975): what is left to pay from a period on is quadratic in what is
carried into it, and both of its coefficients follow backwards from the last period. Nothing is subtracted from a
curvature, so that none is lost; a spend that stands is one that gives nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recursion:
    """Of tactics alike in shape φ, what each input keeps of the one before, and b, what it takes of its spend.

    Both (tactics, cells); after the last period nothing is taken.
    """

    keeps: Array
    takes: Array

    @classmethod
    def alike(cls, several: Sequence[Recursion]) -> Self:
        """Those of several tactics."""
        keeps, takes = ([getattr(own, name) for own in several] for name in ("keeps", "takes"))
        return cls(keeps=np.concatenate(keeps), takes=np.concatenate(takes))

    @classmethod
    def of(cls, kernel: Array, chain: Array) -> Self | None:
        """That of one tactic, (1, cells), from its kernel and the part of its adstock rows that speaks of inputs."""
        if np.tril(chain, -2).any() or np.triu(chain, 1).any() or not np.diagonal(chain).all():
            return None
        keeps = np.concatenate([[0.0], -np.diagonal(chain, -1) / np.diagonal(chain)[1:]])
        takes = np.zeros(len(keeps))
        takes[: kernel.shape[1]] = np.diagonal(kernel)
        before = np.vstack([np.zeros(kernel.shape[1]), keeps[1:, None] * kernel[:-1]])
        exact = np.abs(kernel - before - np.eye(*kernel.shape) * takes[:, None]).max() <= 1e-12 * kernel.max()
        return cls(keeps=keeps[None], takes=takes[None]) if exact else None

    def read(self, spends: Array) -> Array:
        """K·x: what the cells read of spends, (points, tactics, periods) to (points, tactics, cells)."""
        periods, keeps = spends.shape[-1], self.keeps.T
        read = np.zeros((len(keeps), *spends.shape[:-1]))
        read[:periods] = np.moveaxis(spends, -1, 0) * self.takes.T[:periods, None]
        for t in range(1, len(read)):
            read[t] += keeps[t] * read[t - 1]
        return np.moveaxis(read, 0, -1)

    def pulled(self, weights: Array, periods: int) -> Array:
        """Kᵀ·w: what weights on the cells are on the spends, (points, tactics, cells) to (points, tactics, periods)."""
        pull, keeps = np.moveaxis(weights, -1, 0).copy(), self.keeps.T
        for t in range(len(pull) - 1, 0, -1):
            pull[t - 1] += keeps[t] * pull[t]
        return np.moveaxis(pull[:periods] * self.takes.T[:periods, None], 0, -1)


class Chain:
    """KᵀWK + D of some tactics at some points, where spends are free.

    `weights` (points, tactics, cells); `diagonal` and `free` (points, tactics, periods). What is kept of them has one
    axis of periods, which steps follow, and one of points and tactics.
    """

    def __init__(self, own: Recursion, weights: Array, diagonal: Array, free: NDArray[np.bool_]) -> None:
        points, _, cells = weights.shape
        periods, keeps = diagonal.shape[-1], np.tile(own.keeps.T, points)
        gives, takes = np.ones(keeps.shape), np.zeros(keeps.shape)
        gives[:periods] = _in_time(np.where(free, diagonal, 1.0))
        takes[:periods] = _in_time(np.where(free, own.takes[:, :periods], 0.0))
        weights, squares, kept = _in_time(weights), takes**2, keeps**2 * gives
        later, stiff, whole = np.zeros(keeps.shape[1]), np.empty(keeps.shape), np.empty(keeps.shape)
        for t in reversed(range(cells)):
            stiff[t] = weights[t] + later
            whole[t] = gives[t] + squares[t] * stiff[t]
            later = kept[t] * stiff[t] / whole[t]
        self._takes, self._whole = takes[:periods, None], whole[:periods, None]
        self._answers = (keeps * (takes * stiff / whole))[:periods, None]
        self._passes = (keeps * (gives / whole))[:periods, None]  # keeps · (1 − takes² · stiff / whole)

    def inverse(self, right: Array) -> Array:
        """The solution for each right side, 0 where spends are not free; shape (points, k, tactics, periods)."""
        points, count, tactics, periods = right.shape
        takes, answers, passes = self._takes, self._answers, self._passes
        right = right.transpose(3, 1, 0, 2).reshape(periods, count, points * tactics) * (takes != 0.0)
        owed, carried = np.zeros((2, periods + 1, *right.shape[1:]))
        np.multiply(answers, right, out=owed[:-1])
        for t in reversed(range(periods)):
            owed[t] += passes[t] * owed[t + 1]
        found = right - takes * owed[1:]
        found /= self._whole
        np.multiply(takes, found, out=carried[1:])
        for t in range(periods):
            carried[t + 1] += passes[t] * carried[t]
        found -= answers * carried[:-1]
        return np.asarray(found.reshape(periods, count, points, tactics).transpose(2, 1, 3, 0))


def _in_time(values: Array) -> Array:
    """(points, tactics, periods) as (periods, points · tactics)."""
    return np.moveaxis(values, -1, 0).reshape(values.shape[-1], -1)
