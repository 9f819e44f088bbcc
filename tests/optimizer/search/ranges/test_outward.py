"""From where a price is known outward to where it changes."""

import pytest

from optimizer.search.ranges.outward import ENDLESS, furthest

SHAPES = {
    "a line": (lambda far: 0.2 * far, 0.05),
    "a bend": (lambda far: far**2, 0.1),
    "a bend the other way": (lambda far: far**0.5, 1e-4),
    "a step": (lambda far: 0.0 if far <= 0.7 else 0.4, 0.7),
    "a step far out": (lambda far: 0.0 if far <= 123.0 else 0.4, 123.0),
    "a step into nothing": (lambda far: 0.0 if far <= 2.5 else None, 2.5),
    "stairs": (lambda far: 0.003 * int(far / 0.01), 0.04),
    "a step at once": (lambda far: 0.0 if far <= 0.0 else -0.5, 0.0),
    "falling": (lambda far: -0.2 * far, 0.05),
}


@pytest.mark.parametrize("first", [0.02, 0.05, 3.0])
@pytest.mark.parametrize("straight", [True, False])
@pytest.mark.parametrize("name", SHAPES)
def test_the_end_is_found_and_not_passed(name, straight, first):
    """Within a thirtieth below the true end, never beyond it; whether or not straight pieces or its place are known."""
    change, end = SHAPES[name]
    looks = []

    def look(far):
        looks.append(far)
        return change(far)

    found = furthest(look, (lambda _: end) if straight else (lambda far: far), 1.0, 0.01, first)
    assert found is not None
    assert 0.96 * end - 1e-9 <= found <= end * (1 + 1e-6) + 1e-9, (found, looks)
    assert len(looks) <= 45


def test_without_an_end_none_is_told():
    """It is looked for as far as a thousand times the limit."""
    looks = []
    assert furthest(lambda far: looks.append(far) or 0.0, lambda far: far, 5.0, 0.01, 0.1) is None
    assert max(looks) == ENDLESS * 5.0
