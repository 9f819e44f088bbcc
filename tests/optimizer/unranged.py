"""Plans of which value, bound or status is asked, without how far their prices hold: most of a small plan's work."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from optimizer.search.ranges.motions import Motions
from optimizer.search.ranges.ranges import Holdings, Ranges


@contextmanager
def unranged() -> Iterator[None]:
    """Of no price it is worked out how far it holds."""

    def unknown(_ranges: Ranges, motions: Motions, *_told: object) -> Holdings:
        return Holdings.unknown(motions.number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ranges, "of", unknown)
        yield
