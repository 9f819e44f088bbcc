"""How much a property is tried."""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import settings

USUAL = 100  # examples of a profile that counts are stated for


def examples(count: int) -> int:
    """So many examples where a profile has a hundred: fewer in `make test`, ten times as many in `make deep`."""
    profile = settings.get_profile(settings.get_current_profile_name())
    return max(1, count * profile.max_examples // USUAL)


def seeds(few: int | Iterable[Any], many: int | Iterable[Any]) -> list[Any]:
    """Parameters, named or so many from 0 on: a few in `make test`, many, too, in `make deep`."""
    usual, all_ = (list(range(some) if isinstance(some, int) else some) for some in (few, many))
    rest = [each if isinstance(each, tuple) else (each,) for each in all_ if each not in usual]
    return [*usual, *(pytest.param(*each, marks=pytest.mark.deep) for each in rest)]


def crossed(*kinds: Sequence[Any]) -> list[Any]:
    """Parameters of several kinds: in `make test` each value of each kind, in `make deep` each beside each other's."""
    turns = [tuple(own[turn % len(own)] for own in kinds) for turn in range(max(map(len, kinds)))]
    return seeds(turns, product(*kinds))
