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


def seeds(few: int | Iterable[float], many: int | Iterable[float]) -> list[Any]:
    """Parameters, named or so many from 0 on: a few in `make test`, many, too, in `make deep`."""
    usual, all_ = (range(some) if isinstance(some, int) else tuple(some) for some in (few, many))
    return [*usual, *(pytest.param(seed, marks=pytest.mark.deep) for seed in all_ if seed not in usual)]
