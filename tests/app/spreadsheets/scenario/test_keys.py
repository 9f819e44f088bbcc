"""Keys name fields, and are read back as the steps that they were made of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.spreadsheets.scenario.keys import key_of, put, scalars, steps_of

names = st.text(min_size=1, max_size=8) | st.sampled_from(['"', ".", "a.b", "[0]", " a ", "\\", 'a"b'])
ways = st.tuples(names).flatmap(
    lambda first: st.lists(names | st.integers(0, 99), max_size=4).map(lambda r: (*first, *r))
)
trees = st.recursive(
    st.integers() | st.text(max_size=3) | st.booleans() | st.none() | st.just([]) | st.just({}),
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(names, inner, min_size=1, max_size=3),
    max_leaves=12,
)


@given(ways)
def test_a_key_is_read_as_the_steps_it_was_made_of(steps: tuple[str | int, ...]) -> None:
    """Whatever the names hold."""
    assert steps_of(key_of(steps)) == steps


@pytest.mark.parametrize("text", ["a..b", ".a", "a.", "a[", "a[x]", 'a"b"', 'a."b', "a]b", 'a."b\\"'])
def test_what_is_no_key_is_told(text: str) -> None:
    """None, never an exception."""
    assert steps_of(text) is None


@given(st.dictionaries(names, trees, max_size=3))
def test_a_document_is_put_together_from_its_ends(document: dict[str, Any]) -> None:
    """Single values and what is empty, each at its place, make the whole again."""
    again: dict[str, Any] = {}
    for steps, value in scalars(document):
        assert not steps or put(again, steps, value)
    assert again == document


def test_nothing_is_put_over_something() -> None:
    """A place that is taken, a position out of order, a way through a number: refused."""
    document: dict[str, Any] = {"a": 1, "b": [1]}
    assert [put(document, steps, 2) for steps in (("a",), ("b", 0), ("b", 2), ("a", "c"), ("b", "c"))] == [False] * 5
    assert document == {"a": 1, "b": [1]}
