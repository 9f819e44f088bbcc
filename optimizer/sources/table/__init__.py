"""Tables of curve parameters, of curve points, or of judgements: CSV and XLSX in a documented layout."""

from __future__ import annotations

from optimizer.sources.table.source import CurveTable
from optimizer.sources.table.template import TEMPLATES, template

__all__ = ["TEMPLATES", "CurveTable", "template"]
