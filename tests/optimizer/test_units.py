"""Numbers that may enter a scenario, and money in decimals."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.errors import ScenarioError
from optimizer.units import (
    LARGEST,
    change,
    changes,
    difference,
    exact,
    minor_digits,
    number,
    positive,
    tidied,
    tidy,
    units_above,
    units_below,
)

REFUSED = [
    (True, "not_a_number"),
    ("1", "not_a_number"),
    (None, "not_a_number"),
    (float("nan"), "not_finite"),
    (float("inf"), "not_finite"),
    (-float("inf"), "not_finite"),
    (LARGEST * 1.001, "out_of_range"),
    (-LARGEST * 1.001, "out_of_range"),
    (10**400, "out_of_range"),
]


@pytest.mark.parametrize(("value", "code"), REFUSED, ids=lambda own: str(own)[:20])
def test_what_is_no_usable_number_is_refused(value, code):
    """Booleans, text, NaN, infinities and what a double cannot hold to the cent."""
    with pytest.raises(ScenarioError) as refused:
        number(value, "here")
    assert (refused.value.code, refused.value.path) == (code, "here")


@pytest.mark.parametrize(("value", "inside"), [(0.0, True), (-0.1, False), (5, True), (5.1, False)])
def test_both_ends_of_a_range_belong_to_it(value, inside):
    """And what comes back is a float."""
    if inside:
        assert isinstance(number(value, "x", least=0.0, most=5.0), float)
    else:
        with pytest.raises(ScenarioError, match="between 0 and 5"):
            number(value, "x", least=0.0, most=5.0)


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_positive_means_above_zero(value):
    """Zero is not."""
    with pytest.raises(ScenarioError) as refused:
        positive(value, "x")
    assert refused.value.code == "not_positive"


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("XYZ", 2)])
def test_the_minor_unit_follows_the_currency(currency, digits):
    """ISO 4217; two where nothing else is known."""
    assert minor_digits(currency) == digits


CENTS = st.integers(-(10**13), 10**13)


@given(CENTS, CENTS)
def test_decimals_add_and_subtract_as_on_paper(a, b):
    """No digits of the doubles' own, up to the fifteen that money has."""
    x, y = float(Decimal(a) / 100), float(Decimal(b) / 100)
    assert tidy(x + y) == float(Decimal(a + b) / 100)
    assert difference(x, y) == float(Decimal(a - b) / 100)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_exact_is_the_decimal_that_is_shown(value):
    """Reading the text of a number and taking it exactly are one."""
    assert exact(value) == Fraction(Decimal(str(value)))
    assert float(exact(value)) == value


@given(st.floats(-1e15, 1e15), st.floats(-1e15, 1e15), st.integers(1, 520))
def test_a_change_is_that_of_the_decimals(a, b, times):
    """Fractions say the same."""
    assert change(a, b, times) == float(exact(a) - times * exact(b))


@given(st.floats(-1e15, 1e15), st.integers(0, 15))
def test_whole_units_are_those_of_the_decimal(amount, digits):
    """Floor and ceiling of the fraction."""
    units = exact(amount) * 10**digits
    assert units_below(amount, digits) == units // 1
    assert units_above(amount, digits) == -(-units // 1)


CENTS = st.integers(-(10**12), 10**12).map(lambda cents: cents / 100)
POWERS = st.integers(-25, 25).map(lambda power: 10.0**power)


@given(st.lists(st.floats(allow_nan=False) | CENTS | POWERS, max_size=60))
def test_many_values_are_told_as_each_is(values):
    """To the last digit and the sign of 0, of whatever size and however many they are."""
    told = tidied(np.array(values, dtype=np.float64)).tolist()
    assert told == [tidy(value) for value in values]
    assert [math.copysign(1.0, own) for own in told] == [math.copysign(1.0, value) for value in values]


def test_a_product_that_does_not_tell_the_digit_is_not_asked():
    """Halfway between two whole numbers of the fifteenth digit a product of doubles may be on either side."""
    values = (np.arange(1e14, 1e14 + 1000.0) + 0.5) / 1e10
    assert tidied(values).tolist() == [tidy(value) for value in values.tolist()]


@given(
    st.lists(st.tuples(CENTS | st.floats(-1e15, 1e15), CENTS | st.floats(-1e15, 1e15)), max_size=60),
    st.integers(1, 520),
)
def test_many_changes_are_told_as_each_is(pairs, times):
    """Whole cents and others, however many periods."""
    a, b = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    assert changes(a, b, times).tolist() == [change(one, other, times) for one, other in pairs]
