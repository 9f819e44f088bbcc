"""Numbers as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.wording import money, percent, quantity


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.0, "0"), (999.6, "1,000"), (12.345, "12.3"), (0.05, "0.05"), (1e-9, "0.000000001"), (-5.0, "-5")],
)
def test_quantities(value: float, text: str) -> None:
    """Three significant digits, whole from a thousand on, never an exponent."""
    assert quantity(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0 EUR"), (9999.99, "9,999.99 EUR"), (10000.4, "10,000 EUR"), (-0.001, "0 EUR")]
)
def test_money(value: float, text: str) -> None:
    """Cents below ten thousand; no minus before nothing."""
    assert money(value, "EUR") == text


@given(st.floats(-1e15, 1e15))
def test_no_figure_is_told_wrongly_by_more_than_its_digits(value: float) -> None:
    """Read back, a quantity is within half a percent of itself; a percentage is a hundred times its share."""
    assert float(quantity(value).replace(",", "")) == pytest.approx(value, rel=5.1e-3)
    assert float(percent(value).replace(",", "").removesuffix(" %")) == pytest.approx(100 * value, rel=5.1e-3)
