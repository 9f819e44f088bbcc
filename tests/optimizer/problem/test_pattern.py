"""Multipliers over periods."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.errors import ScenarioError
from optimizer.problem.pattern import Pattern
from tests.effort import examples


def test_a_list_is_taken_as_it_stands():
    """One number for each period."""
    assert Pattern(numbers=(1.0, 0.5, 2.0)).spread(3).tolist() == [1.0, 0.5, 2.0]


def test_nothing_stated_is_one_throughout():
    """The plain pattern multiplies by 1."""
    assert Pattern().spread(4).tolist() == [1.0] * 4


@settings(max_examples=examples(50), deadline=None)
@given(
    cycle=st.lists(st.floats(0.0, 9.0), min_size=1, max_size=5).map(tuple),
    growth=st.floats(-1.0, 0.5),
    periods=st.integers(1, 30),
)
def test_a_cycle_repeats_and_grows(cycle, growth, periods):
    """m_k = cycle[k mod n] · (1 + growth)^k, one after the other."""
    told, grown = Pattern(cycle=cycle, growth=growth).spread(periods), 1.0
    for k in range(periods):
        assert told[k] == pytest.approx(cycle[k % len(cycle)] * grown, rel=1e-12, abs=1e-300)
        grown *= 1.0 + growth


REFUSED = [
    (lambda: Pattern(numbers=(1.0,), growth=0.1), "contradictory_pattern", ""),
    (lambda: Pattern(numbers=(1.0,), cycle=(1.0,)), "contradictory_pattern", ""),
    (lambda: Pattern(cycle=()), "empty", "cycle"),
    (lambda: Pattern(numbers=(1.0, -1.0)), "out_of_range", "[1]"),
    (lambda: Pattern(cycle=(float("nan"),)), "not_finite", "cycle[0]"),
    (lambda: Pattern(growth=-1.5), "out_of_range", "growth"),
    (lambda: Pattern(numbers=(1.0, 2.0)).check(3), "wrong_length", ""),
    (lambda: Pattern(growth=9.0).check(1000), "out_of_range", "growth"),
]


@pytest.mark.parametrize(("make", "code", "path"), REFUSED)
def test_what_cannot_be_meant_is_refused_at_its_field(make, code, path):
    """Lists beside cycles, negative numbers, wrong lengths, growth without end."""
    with pytest.raises(ScenarioError) as refused:
        make()
    assert (refused.value.code, refused.value.path) == (code, path)
