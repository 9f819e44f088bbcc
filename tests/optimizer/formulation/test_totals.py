"""Sums that many rows have are kept once: the rows are the same, and hold no more than their own."""

from dataclasses import fields

import numpy as np
import pytest

from optimizer.formulation import model as formulation
from optimizer.formulation import vocabulary
from optimizer.formulation.draft import Sum
from optimizer.formulation.matrix import Matrix, matrix_of
from optimizer.optimize import optimize
from tests.effort import seeds
from tests.optimizer.formulation import pins
from tests.optimizer.toys import domain, modelled
from tests.oracles import instances

SHARED = {
    "20 tactics + 5 shares": lambda seed: instances.with_shares(instances.one_period(20, seed)),
    "6 x 8 regions + 14 shares": lambda seed: instances.regional(6, 8, seed),
    "adstock 6 x 13 + 5 shares": lambda seed: instances.with_shares(instances.weekly(6, seed, weeks=13)),
    "S-shaped 30 + 5 shares": lambda seed: instances.with_shares(
        instances.one_period(30, seed, s_share=0.3, limits="wide")
    ),
}


@pytest.fixture
def once(monkeypatch):
    """Every sum of a rule that others may have is kept once, however short."""
    monkeypatch.setattr(vocabulary, "LONG", 1)
    monkeypatch.setattr(formulation, "MUCH", 0)


def drawn(rng, columns=9, count=6):
    """Some sums with multiples of two others, and the same rows written out."""
    totals = [
        Sum(columns=np.sort(rng.choice(columns, size, replace=False)), values=rng.normal(size=size)) for size in (7, 4)
    ]
    sums, dense = [], np.zeros((count, columns))
    for row in range(count):
        own = np.sort(rng.choice(columns, 3, replace=False))
        sums.append(Sum(columns=own, values=rng.normal(size=3)))
        dense[row, own] = sums[-1].values
        for total in totals[: rng.integers(0, 3)]:
            times = float(rng.normal())
            sums[-1] += (
                total * 0.0 if row == 0 else Sum(columns=own[:0], values=np.zeros(0), multiples=((total, times),))
            )
            dense[row, total.columns] += 0.0 if row == 0 else times * total.values
    sums[0] = sums[0].merged()
    lower = rng.normal(size=count)
    return matrix_of(sums, lower, lower + rng.uniform(0.0, 1.0, count)), sums, dense


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_products_are_those_of_the_rows_written_out(seed):
    """A·x and Aᵀ·y, of one point and of several; the ends of rows, their sizes, parts and largest coefficients."""
    rng = np.random.default_rng(seed)
    matrix, sums, dense = drawn(rng)
    points, duals = rng.normal(size=(3, 9)), rng.normal(size=(3, 6))
    for ways in (slice(0, 1), slice(None), 0):
        np.testing.assert_allclose(matrix.activity(points[ways]), points[ways] @ dense.T, atol=1e-12)
        np.testing.assert_allclose(matrix.priced(duals[ways], 9), duals[ways] @ dense, atol=1e-12)
    low, high = np.sort(rng.normal(size=(2, 4, 9)), axis=0)
    up, down = np.maximum(dense, 0.0).T, np.minimum(dense, 0.0).T
    np.testing.assert_allclose(matrix.ends(low, high), (low @ up + high @ down, high @ up + low @ down), atol=1e-12)
    assert (matrix.absolute().activity(np.abs(points)) >= np.abs(points) @ np.abs(dense).T - 1e-12).all()
    scale = rng.uniform(0.5, 2.0, 9)
    np.testing.assert_allclose(matrix.largest(scale), np.abs(dense * scale).max(axis=1))
    some = rng.uniform(size=6) < 0.5
    np.testing.assert_allclose(matrix.part(some).activity(points), points @ (dense * some[:, None]).T, atol=1e-12)
    assert np.array_equal(matrix.sizes() > 3, [bool(own.multiples) for own in sums])


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_what_is_written_out_is_every_row(seed, monkeypatch):
    """Together, a few at a time, or one alone."""
    monkeypatch.setattr("optimizer.formulation.matrix.AT_ONCE", 20)
    matrix, sums, dense = drawn(np.random.default_rng(seed))
    found = np.zeros(dense.shape)
    for rows, columns, values in matrix.written_out():
        np.add.at(found, (rows, columns), values)
    np.testing.assert_allclose(found, dense, atol=1e-12)
    for number, (own, row) in enumerate(zip(sums, dense, strict=True)):
        columns, values = matrix.row(number)
        np.testing.assert_allclose(values, row[columns], atol=1e-12)
        assert np.count_nonzero(np.abs(row) > 1e-12) == len(columns)
        np.testing.assert_allclose(own.written_out().values, row[own.written_out().columns], atol=1e-12)


@pytest.mark.usefixtures("once")
@pytest.mark.parametrize("name", [name for name in pins.PINS if name.startswith(("share_range", "linear"))])
def test_rows_that_share_sums_are_those_that_were_pinned(name, tmp_path):
    """PuLP is given the same program, but for a 1 that is one in twelve digits only."""
    assert modelled(pins.PINS[name]).matrix.totals.count
    now, then = pins.text(name, tmp_path / "now.lp"), pins.path(name).read_text(encoding="utf-8")
    assert now.replace(" 1 spend", " spend") == then.replace(" 1 spend", " spend")


@pytest.mark.parametrize("seed", seeds(1, 3))
@pytest.mark.parametrize("kind", SHARED)
def test_plans_are_the_same(kind, seed, request):
    """Spends, values, prices and ranges do not tell how rows are held."""
    document = SHARED[kind](seed)
    before = optimize(domain(document))
    request.getfixturevalue("once")
    after = optimize(domain(document))
    assert after.value == pytest.approx(before.value, rel=2e-6)
    assert [limit.name for limit in after.rules] == [limit.name for limit in before.rules]
    same = 1e-5 * abs(before.budget.price or 1.0)
    assert after.budget.price == pytest.approx(before.budget.price, abs=same)
    for own, other in zip(after.rules, before.rules, strict=True):
        assert own.price == pytest.approx(other.price, rel=1e-3, abs=same)


def held(matrix: Matrix) -> int:
    """How many numbers a matrix is."""
    parts = [
        *(getattr(matrix, own.name) for own in fields(matrix)),
        *(getattr(matrix.totals, own.name) for own in fields(matrix.totals)),
    ]
    return sum(part.size for part in parts if isinstance(part, np.ndarray))


def test_shares_of_all_spend_take_a_few_numbers_a_cell():
    """Of 2000 cells in 90 shares of both sides: written out, each cell would stand in all 180 rows."""
    model = modelled(instances.regional(40, 50, 1))
    cells = model.spend.size
    drafts = sum(len(row.total.columns) for row in model.drafts)
    assert len(model.drafts) > 180
    assert held(model.matrix) < 30 * cells
    assert drafts < 6 * cells
