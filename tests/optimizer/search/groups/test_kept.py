"""Rows that are kept say of groups what they say of the whole."""

import numpy as np
import pytest

from optimizer.search.groups.kept import Kept, budget_of, groups_of, plain_rows, shared_rows
from optimizer.search.newton.spends import Spends
from tests.optimizer.toys import modelled
from tests.oracles import instances


def bent_of(spends):
    """Which cells are S-shaped."""
    return ~spends.model.cells.curves.concave


@pytest.mark.parametrize("seed", range(4))
def test_limits_of_groups_are_what_the_rows_admit(seed):
    """Random spends within the budget keep the rows of a group where it spends within its limits, and only there."""
    model = modelled(instances.regional(3, 4, seed, s_share=1.0))
    spends = Spends(model)
    groups = groups_of(spends, budget_of(spends), bent_of(spends))
    kept, rng = Kept.of(groups), np.random.default_rng(seed)
    scale, every = model.scale[model.cells.inputs], np.arange(len(model.cells.inputs))
    assert sorted(len(group[0].cells) for group in groups) == [3] * 4
    for _ in range(50):
        at = rng.uniform(0.0, 1.0, len(every)) ** 3 * model.cells.high
        columns = np.zeros(len(model.cost))
        columns[model.cells.inputs] = at / scale
        broken = model.matrix.violation(columns)[kept.numbers] > 1e-9
        least, most = kept.limits(model.matrix, (at.sum(), at.sum()), len(groups))
        for number, group in enumerate(groups):
            own = at[group[0].cells].sum()
            outside = own < least[number] * (1 - 1e-9) or own > most[number] * (1 + 1e-9)
            assert outside == broken[kept.groups == number].any()


def test_the_budget_is_the_row_of_all_spend():
    """And no row of a group."""
    spends = Spends(modelled(instances.regional(3, 4, 0, s_share=1.0)))
    number, each = budget_of(spends)
    assert dict(plain_rows(spends))[number] == pytest.approx(each)
    assert number not in Kept.of(groups_of(spends, budget_of(spends), bent_of(spends))).numbers


def test_prices_of_groups_become_duals_of_their_rows():
    """One row each way: above 0 that which limits from above, below 0 the other."""
    model = modelled(instances.regional(3, 4, 0, s_share=1.0))
    spends = Spends(model)
    kept = Kept.of(groups_of(spends, budget_of(spends), bent_of(spends)))
    for sign in (1.0, -1.0):
        duals = kept.duals(model.matrix, np.full(4, sign))
        back = np.bincount(kept.groups, -duals * (kept.inside - kept.outside))
        assert back == pytest.approx(np.full(4, sign))


@pytest.mark.parametrize("seed", range(3))
def test_the_others_say_of_cells_what_they_say_of_spends(seed):
    """The budget and the shares of lines, of which most cells have the same: written out they are as before."""
    spends = Spends(modelled(instances.regional(3, 4, seed, s_share=1.0)))
    kept = Kept.of(groups_of(spends, budget_of(spends), bent_of(spends))).numbers
    numbers, rows = shared_rows(spends, kept)
    known = dict(plain_rows(spends))
    assert sorted([*numbers, *kept]) == sorted(known)
    assert rows.written_out()[:, :-1] == pytest.approx(np.array([known[number] for number in numbers]), rel=1e-12)
    assert not rows.written_out()[:, -1].any()
