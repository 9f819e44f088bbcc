"""Fixtures of the library's tests."""

from collections.abc import Iterator

import pytest

from tests.optimizer import unranged


@pytest.fixture(name="unranged")
def without_ranges() -> Iterator[None]:
    """Plans without how far their prices hold, for tests that ask for other figures."""
    with unranged.unranged():
        yield
