"""Branching parts all choices into two that bound more, or says that nothing is left to part."""

import numpy as np
import pytest

from optimizer.search.groups.parting import parted
from optimizer.search.groups.pricing import priced
from tests.effort import seeds
from tests.optimizer.search.groups.toys import every, problem_of


def found(seed, sizes=(3, 2), rows=1):
    """All choices at their best duals."""
    problem, _ = problem_of(seed, sizes, rows=rows)
    duals = np.full(rows, -0.5)
    listed = every(problem)
    return problem, listed, priced(problem, listed, duals)


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("seed", seeds(2, 12))
def test_both_parts_together_are_the_whole(seed, rows):
    """Each choice is in one of them."""
    problem, listed, known = found(seed, rows=rows)
    parts = parted(problem, listed, known)
    if parts is None:
        assert known.weights[known.likeliest(listed)].min() > 1.0 - 1e-5
        return
    rows_of = [{(int(g), *map(int, s)) for g, s in zip(part.group, part.sides, strict=True)} for part in parts]
    whole = {(int(g), *map(int, s)) for g, s in zip(listed.group, listed.sides, strict=True)}
    assert rows_of[0] | rows_of[1] == whole
    apart = rows_of[0] ^ rows_of[1]
    assert apart
    assert len({group for group, *_ in apart}) == 1, "one cell of one group tells them apart"


def test_the_parts_bound_more():
    """In the mean, where the whole was priced as well: each has fewer choices."""
    rises = []
    for seed in range(12):
        problem, listed, known = found(seed)
        parts = parted(problem, listed, known) or ()
        rises += [priced(problem, part, known.duals).bound - known.bound for part in parts]
    assert np.mean(rises) > 0.0
    assert np.mean(np.array(rises) >= -problem.smooth) > 0.9


def test_a_choice_alone_is_not_parted():
    """Where every group has one, nothing is left."""
    problem, listed, known = found(0)
    alone = listed.part(known.likeliest(listed))
    assert parted(problem, alone, priced(problem, alone, known.duals)) is None
