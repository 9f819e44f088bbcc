"""One paid channel of a Robyn model: its series, adstock, saturation and planning curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.curves import (
    Adstock,
    Array,
    Geometric,
    Hill,
    NoAdstock,
    ResponseCurve,
    WeibullCdf,
    WeibullPdf,
    adstocked,
)
from optimizer.curves.adstock.base import LONGEST
from optimizer.curves.adstock.weibull import stretched_density, survival
from optimizer.errors import FileError, HeadraceError, ScenarioError
from optimizer.problem.tactic import CarryOver
from optimizer.sources.document import Node
from optimizer.sources.robyn.series import History
from optimizer.sources.robyn.version import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Long:
    """The weights of a Weibull adstock over more rows than a tactic's adstock may have; `delayed` for the density."""

    weights: Array
    delayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What the export says of a channel, and what follows from it.

    `spend` x_t and `series` m_t, over all rows; `effective` a_t, the adstocked series; [all money
    per row]; `coefficient` β [outcome].
    """

    name: str
    coefficient: float
    shape: float
    gamma: float
    adstock: Adstock | Long
    spend: Array
    series: Array
    history: History

    @property
    def effective(self) -> Array:
        """a_t over all rows."""
        if isinstance(self.adstock, Long):
            return np.convolve(self.series, self.adstock.weights)[: len(self.series)]
        return adstocked(self.adstock, self.series, [])

    def inflexion(self, by_range: bool) -> float:
        """The a at which half of β is reached: γ·max a, before 3.12 (1 − γ)·min a + γ·max a, over the window.

        Source: Robyn `saturation_hill`.
        """
        seen = self.history.window(self.effective)
        least = float(seen.min()) if by_range else 0.0
        return (1.0 - self.gamma) * least + self.gamma * float(seen.max())

    def carried(self, version: Version) -> float:
        """c: 0 in the planning curves before 3.10, where they were drawn without it."""
        if not version.plans_with_carry_over:
            return 0.0
        match self.adstock:
            case WeibullPdf():
                own = float(self.adstock.spread(1)[0])
            case Long(delayed=True):
                own = float(self.adstock.weights[0])
            case _:
                own = 1.0
        return float(self.history.window(self.effective - own * self.series).mean())

    def fitted(self, by_range: bool) -> ResponseCurve:
        """The response to effective spend: β/(1 + (inflexion/a)^α)."""
        half = self.inflexion(by_range)
        try:
            curve = Hill(ceiling=self.coefficient, half_saturation=half, shape=self.shape)
        except HeadraceError as error:
            raise error.at(self.name) from None
        return ResponseCurve(members=(curve,))

    def total(self, by_range: bool, since: int) -> float:
        """The response summed from a row of the window to its end: what the export calls decompAgg."""
        return float(self.fitted(by_range).value(self.effective[since : self.history.end]).sum())

    def kept(self) -> CarryOver:
        """The adstock as it stands, with what the last rows leave behind."""
        if isinstance(self.adstock, Long):
            told = f"is a Weibull over more than {LONGEST} rows, longer than a tactic's adstock may be"
            raise FileError("unsupported_option", "carry_over", told, "use steady")
        last = self.series[: self.history.end]
        if isinstance(self.adstock, Geometric):  # the recursion needs its level only
            return CarryOver(adstock=self.adstock, carry_in=(float(self.effective[self.history.end - 1]),))
        return CarryOver(adstock=self.adstock, carry_in=tuple(last[-LONGEST:].tolist()))


def adstock_of(kind: str, hyper: Node, name: str, rows: int) -> Adstock | Long:
    """The adstock of a channel; a Weibull's window is all rows, its scale a quantile of them.

    Source: Robyn `adstock_geometric`, `adstock_weibull`.
    """
    if kind == "geometric":
        theta = hyper.at(f"{name}_thetas")
        try:
            return Geometric(retention=theta.number())
        except ScenarioError as error:
            raise FileError(error.code, theta.path, error.problem, "fit the model again") from None
    if kind not in ("weibull", "weibull_cdf", "weibull_pdf"):
        told = f"is {kind[:40]!r}, no adstock known here"
        raise FileError("unsupported_model", "InputCollect.adstock", told, "tell us of it")
    shape, scale = hyper.at(f"{name}_shapes").number(), hyper.at(f"{name}_scales").number()
    if shape == 0.0 or scale == 0.0 or rows < 2:
        return NoAdstock()
    stretched = float(np.round(1.0 + (rows - 1) * scale))
    match kind:
        case "weibull_cdf" | "weibull" if rows > LONGEST:
            return Long(weights=survival(shape, stretched, rows))
        case "weibull_cdf" | "weibull":
            return WeibullCdf(shape=shape, scale=stretched, length=rows)
        case "weibull_pdf" if rows > LONGEST:
            return Long(weights=stretched_density(shape, stretched, rows), delayed=True)
        case _:
            return WeibullPdf(shape=shape, scale=stretched, length=rows)
