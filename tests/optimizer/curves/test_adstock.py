"""Adstock: weights of every family, and effective spend against the plain double sum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.curves import (
    ADSTOCKS,
    Adstock,
    Binomial,
    Delayed,
    Geometric,
    NoAdstock,
    WeibullCdf,
    WeibullPdf,
    Weights,
    adstocked,
    carried,
)
from tests.effort import examples
from tests.optimizer.curves.families import spread

SHARE = st.floats(1e-6, 1 - 1e-6)
LENGTH = st.integers(1, 30)
WHETHER = st.booleans()
WEIBULL = {
    "shape": spread(1e-15, 1e15),
    "scale": spread(1e-15, 1e15),
    "length": LENGTH,
    "normalized": WHETHER,
}


@st.composite
def delayed(draw: st.DrawFn) -> Delayed:
    length = draw(LENGTH)
    peak = draw(st.floats(0, length, exclude_max=True))
    return Delayed(retention=draw(SHARE), peak=peak, length=length, normalized=draw(WHETHER))


FAMILIES: dict[str, st.SearchStrategy[Adstock]] = {
    "none": st.just(NoAdstock()),
    "geometric": st.builds(Geometric, retention=st.just(0.0) | SHARE, length=st.none() | LENGTH, normalized=WHETHER),
    "binomial": st.builds(Binomial, retention=SHARE, length=LENGTH, normalized=WHETHER),
    "delayed": delayed(),
    "weibull_pdf": st.builds(WeibullPdf, **WEIBULL),
    "weibull_cdf": st.builds(WeibullCdf, **WEIBULL),
    "weights": st.builds(
        Weights,
        weights=st.lists(st.just(0.0) | spread(1e-15, 1e15), min_size=1).filter(sum).map(tuple),
        normalized=WHETHER,
    ),
}
ANY = st.one_of(*FAMILIES.values())
SPEND = st.lists(st.just(0.0) | spread(1e-2, 1e9), max_size=12)


@pytest.mark.parametrize("name", ADSTOCKS)
@settings(max_examples=examples(60), deadline=None)
@given(data=st.data())
def test_weights_are_shares(name: str, data: st.DataObject) -> None:
    """Weights are finite, not negative, not all zero, end where `length` says, and sum to 1 if normalized."""
    adstock = data.draw(FAMILIES[name])
    weights = adstock.spread(100)
    assert np.isfinite(weights).all()
    assert (weights >= 0).all()
    assert weights.any()
    if adstock.length is not None:
        assert not weights[adstock.length :].any()
        assert not adstock.normalized or weights.sum() == pytest.approx(1.0)


@settings(max_examples=examples(100), deadline=None)
@given(adstock=ANY, spend=SPEND, carry_in=SPEND, tail=st.integers(0, 4))
def test_effective_spend_is_the_sum_over_lags(
    adstock: Adstock, spend: list[float], carry_in: list[float], tail: int
) -> None:
    """a_t = Σ_l w_l·x_(t−l), with carry_in before the first period and nothing after the last."""
    series = [*carry_in, *spend, *[0.0] * tail]
    w = adstock.spread(len(series))
    expected = [sum(w[lag] * series[t - lag] for lag in range(t + 1)) for t in range(len(series))]
    effective = adstocked(adstock, np.array(spend), carry_in, tail)
    np.testing.assert_allclose(effective, expected[len(carry_in) :], rtol=1e-9, atol=1e-12 * max(series, default=0))


@settings(max_examples=examples(60), deadline=None)
@given(adstock=ANY, spend=SPEND, carry_in=SPEND)
def test_carried_is_what_remains_without_own_spend(adstock: Adstock, spend: list[float], carry_in: list[float]) -> None:
    """Effective spend is linear: that of the carry-in alone plus that of the spend alone."""
    own = adstocked(adstock, np.array(spend), [])
    both = adstocked(adstock, np.array(spend), carry_in)
    np.testing.assert_allclose(carried(adstock, carry_in, len(spend)) + own, both, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("adstock", [Geometric(retention=0.7), Geometric(retention=0.7, normalized=True)])
def test_recursion_never_ends(adstock: Geometric) -> None:
    """Geometric adstock without length is the recursion, even for a carry-in of 5,000 periods."""
    assert adstock.length is None
    assert adstock.recursion == 0.7
    level = carried(adstock, [10.0] * 5000, 1)[0]
    assert level == pytest.approx(10 * 0.7 * (1 if adstock.normalized else 1 / 0.3), rel=1e-14)
    assert Geometric(retention=0.7, length=3).recursion is None


def test_degenerate_weibulls_still_mean_something() -> None:
    """A density that underflows everywhere acts at once; one that is equal everywhere acts equally."""
    for length in (1, 3):
        assert WeibullPdf(shape=3, scale=1e-9, length=length).spread(3).tolist() == [1, 0, 0]
    assert WeibullCdf(shape=3, scale=1e-9, length=3).spread(3).tolist() == [1, 0, 0]
