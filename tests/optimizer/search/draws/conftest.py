"""Both ways to search by the worst draws: written out, where those that decide are few, and by rounds."""

import pytest

from optimizer.search.draws import written_out


@pytest.fixture(params=[written_out.LARGEST, 0], ids=["written out", "by rounds"])
def both_ways(request, monkeypatch):
    """However many cells of draws are written out, or none."""
    monkeypatch.setattr(written_out, "LARGEST", request.param)
