"""Rows times points: the same numbers whichever way they are multiplied."""

import numpy as np
import pytest

from optimizer.formulation.matrix import MANY_ENTRIES, MANY_POINTS, Matrix


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
