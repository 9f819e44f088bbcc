"""Solver processes as they are."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module", autouse=True)
def lent_solvers() -> None:
    """None is lent: how they begin and end is what is tested."""
