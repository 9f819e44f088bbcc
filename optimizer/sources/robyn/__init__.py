"""Robyn's exports: RobynModel-*.json of 3.7 to 3.12, with its allocator's tables."""

from __future__ import annotations

from optimizer.sources.robyn.source import RobynExport

__all__ = ["RobynExport"]
