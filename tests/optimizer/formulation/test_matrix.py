"""Rows times points: the same numbers whichever way they are multiplied."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.formulation.matrix import MANY_ENTRIES, MANY_POINTS, Matrix, Totals


@pytest.mark.parametrize("points", [1, MANY_POINTS - 1, MANY_POINTS, 50])
@pytest.mark.parametrize(("rows", "columns"), [(3, 5), (20, 2 * MANY_ENTRIES // 20), (200, 40 * MANY_ENTRIES // 200)])
def test_points_are_multiplied_as_by_the_matrix_written_out(rows, columns, points):
    """Small, large and dense, large and sparse; entries of the same place add up."""
    rng = np.random.default_rng(rows + points)
    many = max(3, min(rows * columns, 2 * MANY_ENTRIES + 1))
    places = rng.integers(rows, size=many), rng.integers(columns, size=many)
    matrix = Matrix(
        rows=places[0], columns=places[1], values=rng.normal(size=many), lower=np.zeros(rows), upper=np.ones(rows)
    )
    dense = np.zeros((rows, columns))
    np.add.at(dense, places, matrix.values)
    at, duals = rng.normal(size=(points, columns)), rng.normal(size=(points, rows))
    np.testing.assert_allclose(matrix.activity(at), at @ dense.T, atol=1e-10)
    np.testing.assert_allclose(matrix.priced(duals, columns), duals @ dense, atol=1e-10)
    np.testing.assert_allclose(matrix.activity(at[0]), dense @ at[0], atol=1e-10)


def test_some_rows_alone_are_as_they_were():
    """With the totals that they have, under the limits of one point or of several."""
    totals = Totals(
        count=1,
        sums=np.zeros(3, dtype=np.intp),
        columns=np.arange(3),
        values=np.array([1.0, 2.0, 3.0]),
        rows=np.array([1, 3]),
        which=np.zeros(2, dtype=np.intp),
        times=np.array([-0.5, 0.25]),
    )
    rows, columns = np.array([0, 0, 1, 2, 3]), np.array([0, 2, 1, 2, 0])
    lower, upper = np.arange(4.0), np.arange(8.0).reshape(2, 4)
    matrix = Matrix(rows=rows, columns=columns, values=np.arange(1.0, 6.0), lower=lower, upper=upper, totals=totals)
    some, at = np.array([1, 3]), np.array([0.3, 0.7, 1.1])
    alone = matrix.alone(some)
    np.testing.assert_allclose(alone.activity(at), _one(matrix).activity(at)[some])
    assert alone.lower.tolist() == [1.0, 3.0]
    assert alone.upper.tolist() == [[1.0, 3.0], [5.0, 7.0]]


def _one(matrix):
    """Under the limits of one point."""
    return replace(matrix, upper=matrix.upper[0])
