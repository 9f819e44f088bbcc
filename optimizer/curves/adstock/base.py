"""What every family of adstocks can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from optimizer.curves.base import Array

LONGEST = 1000


class Adstock(ABC):
    """Carry-over: the effective spend of a period is a_t = Σ_l w_l·x_(t−l), over lags l = 0, 1, ….

    `length` is the number of lags that matter; None is a recursion without end.
    """

    __slots__ = ()
    family: ClassVar[str]
    length: int | None
    normalized: bool

    def spread(self, lags: int) -> Array:
        """w_0 … w_(lags−1): the share of spend that is effective at that lag [1]; 0 beyond `length`."""
        given = self._scaled()[:lags]
        return np.concatenate([given, np.zeros(lags - len(given))])

    @property
    def recursion(self) -> float | None:
        """The retention θ when a_t = w_0·x_t + θ·a_(t−1) holds exactly, without end; else None."""
        return None

    @abstractmethod
    def _raw(self) -> Array:
        """The weights over the whole length, before normalisation."""

    def _scaled(self) -> Array:
        raw = self._raw()
        return raw / raw.sum() if self.normalized else raw
