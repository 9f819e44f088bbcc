"""How much a property is tried."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings

USUAL = 100  # examples of a profile that counts are stated for


def examples(count: int) -> int:
    """So many examples where a profile has a hundred: fewer in `make test`, ten times as many in `make deep`."""
    profile = settings.get_profile(settings.get_current_profile_name())
    return max(1, count * profile.max_examples // USUAL)


def seeds(few: int | Iterable[int], many: int) -> list[Any]:
    """Parameters from 0 on, below `many`: the first few, or those named, in `make test`, all in `make deep`."""
    usual = range(few) if isinstance(few, int) else tuple(few)
    return [*usual, *(pytest.param(seed, marks=pytest.mark.deep) for seed in range(many) if seed not in usual)]
