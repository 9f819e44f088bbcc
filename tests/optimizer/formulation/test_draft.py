"""Columns and rows as they are being written."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.formulation.draft import Draft, Sum
from optimizer.units import KEPT, LEEWAY

TERMS = st.lists(st.tuples(st.integers(0, 4), st.integers(-3, 3)), max_size=8)


def total(terms):
    columns, values = zip(*terms, strict=True) if terms else ((), ())
    return Sum(columns=np.array(columns, dtype=np.intp), values=np.array(values, dtype=float))


def dense(one):
    row = np.zeros(5)
    np.add.at(row, one.columns, one.values)
    return row


@given(TERMS, TERMS, st.integers(-3, 3))
def test_sums_are_vectors(a, b, factor):
    """Adding, scaling and subtracting columns is adding, scaling and subtracting."""
    one, other = total(a), total(b)
    np.testing.assert_array_equal(dense(one + other), dense(one) + dense(other))
    np.testing.assert_array_equal(dense(one - other * factor), dense(one) - factor * dense(other))


def test_a_search_is_held_to_a_limit_less_the_share_that_may_be_missed():
    """Of either side, whatever its sign; an equality has none."""
    draft, one = Draft(), total([(0, 1)])
    draft.add_row("r", one, at_least=-100.0, at_most=200.0, leeway=0.01)
    draft.add_row("e", one, at_least=50.0, at_most=50.0, leeway=0.01)
    assert [(row.least, row.most) for row in draft.rows] == [(-101.0, np.inf), (-np.inf, 202.0), (50.0, 50.0)]


@given(st.floats(1e-6, 1e15), st.sampled_from([-1.0, 1.0]))
def test_what_a_search_is_held_to_is_kept_when_it_is_measured(limit, sign):
    """A step of doubles beyond the leeway, as rounded sums may be, is still within what may be missed. (R3)"""
    draft, limit = Draft(), sign * limit
    draft.add_row("floor", total([(0, 1)]), at_least=limit, leeway=LEEWAY)
    draft.add_row("cap", total([(0, 1)]), at_most=limit, leeway=LEEWAY)
    least, most = draft.rows[0].least, draft.rows[1].most
    least, most = np.nextafter(least, -np.inf), np.nextafter(most, np.inf)
    assert limit - least <= KEPT * abs(limit)
    assert most - limit <= KEPT * abs(limit)


@given(TERMS)
def test_a_merged_sum_has_each_column_once(terms):
    """In order of its number, without zeros, and is the same sum."""
    merged = total(terms).merged()
    assert merged.columns.tolist() == sorted(set(merged.columns.tolist()))
    assert (merged.values != 0).all()
    np.testing.assert_array_equal(dense(merged), dense(total(terms)))


@pytest.mark.parametrize(
    ("limits", "rows"),
    [
        ({"at_least": 1.0}, [("at_least", 1.0, np.inf)]),
        ({"at_most": 2.0}, [("at_most", -np.inf, 2.0)]),
        ({"at_least": 1.0, "at_most": 2.0}, [("at_least", 1.0, np.inf), ("at_most", -np.inf, 2.0)]),
        ({"at_least": 2.0, "at_most": 2.0}, [("exactly", 2.0, 2.0)]),
        ({}, []),
    ],
)
def test_each_limited_side_is_a_row_of_its_own(limits, rows):
    """So that each has a dual of one sign; equal sides are one equality."""
    draft = Draft()
    draft.add_row("r", total([(0, 1)]), **limits)
    assert [(row.side, row.lower, row.upper) for row in draft.rows] == rows
    assert {row.owner for row in draft.rows} <= {"r"}


def test_columns_are_numbered_on():
    """The second batch starts where the first ended."""
    draft = Draft()
    first = draft.add_columns(["a", "b"], np.zeros(2), np.ones(2))
    second = draft.add_columns(["c"], np.zeros(1), np.ones(1), integer=True)
    assert [first.tolist(), second.tolist()] == [[0, 1], [2]]
    assert draft.integer == [False, False, True]
