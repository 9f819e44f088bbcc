"""PyMC-Marketing's saved models: ArviZ NetCDF of 0.9 to 1.3."""

from __future__ import annotations

from optimizer.sources.pymc.source import PymcModel

__all__ = ["PymcModel"]
