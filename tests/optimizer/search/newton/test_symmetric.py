"""Symmetric equations: solved by elimination where that is sure, else by what the matrix has of an inverse."""

import numpy as np
import pytest

from optimizer.search.newton import symmetric
from optimizer.search.newton.symmetric import inverse, solved

LEAST = 1e-12


def products(rng, points, rows, cells, scale=1.0):
    """A·D·Aᵀ at some points."""
    entries, weights = rng.normal(size=(rows, cells)), rng.uniform(0.1, scale, (points, cells))
    return np.array([(entries * own) @ entries.T for own in weights])


@pytest.mark.parametrize("seed", range(5))
def test_independent_rows_are_solved_by_elimination(seed, monkeypatch):
    """Some of them idle, which stay at 0 whatever they ask: no inverse is made, and every other equation holds."""
    monkeypatch.setattr(symmetric, "inverse", lambda *_: pytest.fail("an inverse is made"))
    rng = np.random.default_rng(seed)
    matrix, right = products(rng, 4, 6, 30, 10.0 ** rng.integers(0, 5)), rng.normal(size=(4, 6))
    idle = rng.random((4, 6)) < 0.3
    matrix[idle[:, :, None] | idle[:, None, :]] = 0.0
    found = solved(matrix, right, LEAST)
    np.testing.assert_allclose(np.einsum("pij,pj->pi", matrix, found), np.where(idle, 0.0, right), atol=1e-9)
    assert not found[idle].any()


@pytest.mark.parametrize("seed", range(5))
def test_rows_that_say_nothing_new_leave_the_shortest_answer(seed):
    """A row that is the sum of two others at one point of three: as by the inverse, at all of them."""
    rng = np.random.default_rng(seed)
    matrix, wanted = products(rng, 3, 5, 20), rng.normal(size=(3, 5))
    joined = np.eye(5)
    joined[4] = [1.0, 1.0, 0.0, 0.0, 0.0]
    matrix[1] = joined @ matrix[1] @ joined.T
    right = np.einsum("pij,pj->pi", matrix, wanted)
    found = solved(matrix, right, LEAST)
    np.testing.assert_allclose(found, np.einsum("pij,pj->pi", inverse(matrix, LEAST), right), atol=1e-9)
    np.testing.assert_allclose(np.einsum("pij,pj->pi", matrix, found), right, atol=1e-9)
    assert np.linalg.norm(found[1]) < np.linalg.norm(wanted[1])


def test_what_bends_either_way_is_solved_too():
    """Matrices that are not positive: no elimination, and the same answer."""
    matrix = np.array([[[1.0, 2.0], [2.0, 1.0]], [[-3.0, 0.0], [0.0, 2.0]]])
    np.testing.assert_allclose(solved(matrix, np.array([[3.0, 3.0], [-3.0, 4.0]]), LEAST), [[1.0, 1.0], [1.0, 2.0]])


def test_rows_that_bend_down_and_say_nothing_new_are_solved_too():
    """The same row twice, with negative squares: no matrix to eliminate in."""
    matrix = -np.array([[[4.0, 2.0, 2.0], [2.0, 3.0, 3.0], [2.0, 3.0, 3.0]]])
    right = np.einsum("pij,pj->pi", matrix, [[1.0, 2.0, 2.0]])
    np.testing.assert_allclose(solved(matrix, right, LEAST), [[1.0, 2.0, 2.0]])


def test_one_row_is_divided_by():
    """Nothing is factored for it; one that says nothing has nothing to tell, and what is no number stays none."""
    found = solved(np.array([[[4.0]], [[0.0]], [[2.0]]]), np.array([[2.0], [1.0], [np.nan]]), LEAST)
    np.testing.assert_array_equal(found, [[0.5], [0.0], [np.nan]])
