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

    `weights` (points, tactics, cells); `diagonal` and `free` (points, tactics, periods).
    """

    def __init__(self, own: Recursion, weights: Array, diagonal: Array, free: NDArray[np.bool_]) -> None:
        points, tactics, cells = weights.shape
        self._periods, self._keeps = diagonal.shape[-1], own.keeps.T[:, None, None, :]
        gives = np.ones((cells, points, tactics))
        self._takes = np.zeros((cells, points, 1, tactics))
        gives[: self._periods] = np.moveaxis(np.where(free, diagonal, 1.0), -1, 0)
        self._takes[: self._periods, :, 0] = np.moveaxis(np.where(free, own.takes[:, : self._periods], 0.0), -1, 0)
        takes, keeps, weights = self._takes[:, :, 0], own.keeps.T**2, np.moveaxis(weights, -1, 0)
        squares, kept = takes**2, keeps[:, None] * gives
        later, stiff, whole = np.zeros((points, tactics)), np.empty(takes.shape), np.empty(takes.shape)
        for t in reversed(range(cells)):
            stiff[t] = weights[t] + later
            whole[t] = gives[t] + squares[t] * stiff[t]
            later = kept[t] * stiff[t] / whole[t]
        self._whole = whole[:, :, None]
        self._answers = self._keeps * (takes * stiff / whole)[:, :, None]
        self._passes = self._keeps * (gives / whole)[:, :, None]  # keeps · (1 − takes² · stiff / whole)

    def inverse(self, right: Array) -> Array:
        """The solution for each right side, 0 where spends are not free; shape (points, k, tactics, periods)."""
        periods, (points, count, tactics, _) = self._periods, right.shape
        takes, answers, passes = self._takes[:periods], self._answers[:periods], self._passes[:periods]
        right = np.moveaxis(right, -1, 0) * (takes != 0.0)
        asked, later, carried = answers * right, *np.zeros((2, periods + 1, points, count, tactics))
        for t in reversed(range(periods)):
            later[t] = passes[t] * later[t + 1] - asked[t]
        found = (right + takes * later[1:]) / self._whole[:periods]
        given = takes * found
        for t in range(periods):
            carried[t + 1] = passes[t] * carried[t] + given[t]
        return np.moveaxis(found - answers * carried[:-1], 0, -1)
