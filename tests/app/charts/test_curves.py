"""Curves of an import as a picture."""

from __future__ import annotations

from app.charts.curves import picture
from optimizer.sources import import_file
from tests.optimizer.sources.test_pymc import two_geos


def test_every_tactic_has_its_panel() -> None:
    """Named, with the spend of today."""
    drawn = picture(import_file(two_geos()).report(), "svg").decode()
    for name in ("tv, north", "tv, south", "web, north", "web, south"):
        assert name in drawn
