"""A recursion and the inverse of its curvature, against the matrices written out."""

import numpy as np
import pytest

from optimizer.search.newton.chain import Chain, Recursion


def drawn(seed, periods, tail, *, flat=False):
    """Two tactics at three points: recursions, kernels, weights, diagonals, and which spends are free."""
    rng = np.random.default_rng(seed)
    keeps, takes = rng.uniform(0.1, 0.9, (2, periods + tail)), rng.uniform(0.5, 2.0, (2, periods + tail))
    keeps[:, 0], takes[:, periods:] = 0.0, 0.0
    kernels = np.zeros((2, periods + tail, periods))
    for t in range(periods + tail):
        kernels[:, t] = keeps[:, t, None] * kernels[:, t - 1] if t else 0.0
        if t < periods:
            kernels[:, t, t] = takes[:, t]
    weights = 10.0 ** rng.uniform(-6, 3, (3, 2, periods + tail))
    diagonal = np.zeros((3, 2, periods)) if flat else 10.0 ** rng.uniform(-9, 2, (3, 2, periods))
    return Recursion(keeps=keeps, takes=takes), kernels, weights, diagonal, rng.random((3, 2, periods)) < 0.7


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize(("periods", "tail"), [(1, 0), (5, 0), (5, 4), (52, 13)])
def test_it_solves_what_the_matrix_written_out_solves(periods, tail, flat):
    """(KᵀWK + D)·x = r on the free spends, whatever the others were asked for; the others stay."""
    own, kernels, weights, diagonal, free = drawn(periods + tail, periods, tail, flat=flat)
    right = np.random.default_rng(1).normal(size=(3, 4, 2, periods))
    found = Chain(own, weights, diagonal, free).inverse(right)
    assert not found[np.broadcast_to(~free[:, None], found.shape)].any()
    for point, tactic in np.ndindex(3, 2):
        moves, kernel = free[point, tactic], kernels[tactic]
        matrix = kernel.T @ (weights[point, tactic][:, None] * kernel) + np.diag(diagonal[point, tactic])
        part = matrix[np.ix_(moves, moves)]
        for number in range(4):
            given, asked = found[point, number, tactic, moves], right[point, number, tactic, moves]
            scale = np.abs(part) @ np.abs(given) + np.abs(asked)
            np.testing.assert_array_less(np.abs(part @ given - asked), 1e-12 * scale + 1e-300)


@pytest.mark.parametrize(("periods", "tail"), [(1, 0), (1, 3), (5, 0), (52, 13)])
def test_it_reads_and_pulls_what_the_matrix_does(periods, tail):
    """K·x and Kᵀ·w of several points, step by step."""
    own, kernels, weights, diagonal, _ = drawn(periods, periods, tail)
    np.testing.assert_allclose(own.read(diagonal), np.einsum("ict,pit->pic", kernels, diagonal), rtol=1e-12)
    np.testing.assert_allclose(own.pulled(weights, periods), np.einsum("ict,pic->pit", kernels, weights), rtol=1e-12)


def test_a_recursion_is_read_off_kernel_and_rows():
    """input_t − ½·input_(t−1) = 3·spend_t, the last input after the last period."""
    chain = np.eye(3) - 0.5 * np.eye(3, k=-1)
    kernel = np.linalg.solve(chain, 3.0 * np.eye(3, 2))
    found = Recursion.of(kernel, chain)
    assert found.keeps.tolist() == [[0.0, 0.5, 0.5]]
    assert found.takes.tolist() == [[3.0, 3.0, 0.0]]


def test_what_is_no_recursion_is_none():
    """Weights of two lags written out; and inputs that take two spends."""
    assert Recursion.of(np.eye(3) + 0.5 * np.eye(3, k=-1), np.eye(3)) is None
    chain = np.eye(3)
    chain[2, 0] = -0.25
    assert Recursion.of(np.linalg.inv(chain), chain) is None
