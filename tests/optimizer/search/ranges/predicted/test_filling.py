"""The path of the only row: places that keep the optimality conditions, one after the other, up to a jump."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.optimize import optimize
from optimizer.search.ranges.predicted import filled
from optimizer.search.ranges.predicted.filling import NOBODY, Filling
from tests.optimizer.search.ranges.columns import unknown
from tests.optimizer.toys import domain
from tests.oracles import instances

CASES = {
    "concave": lambda: instances.one_period(20, 2),
    "bent": lambda: instances.one_period(20, 1, s_share=1.0, limits="robyn"),
    "comes to a bend": lambda: instances.one_period(20, 5, s_share=0.7, limits="narrow"),
    "before a bend": lambda: instances.one_period(20, 26, s_share=1.0, limits="narrow"),
}


def path_of(document, monkeypatch):
    """The path from the plan of a scenario."""
    seen = []
    monkeypatch.setattr(filled, "Filling", lambda plan: seen.append(Filling(plan)) or seen[-1])
    monkeypatch.setattr("optimizer.search.ranges.predicted.smooth.settled", unknown)
    optimize(domain(document))
    return seen[0]


@pytest.mark.parametrize("name", CASES)
def test_no_spend_gains_by_moving_alone(name, monkeypatch):
    """At each place what a unit of the row brings in a spend is the level, or it stands at a limit."""
    path = path_of(CASES[name](), monkeypatch)
    stretches = [*path.side(-1.0), *path.side(1.0)]
    assert stretches
    for stretch in stretches:
        for level, spends in zip(stretch.level, stretch.spends, strict=True):
            gains = path.gains(spends)
            least, most = spends <= path.low, spends >= path.high
            slack = 1e-5 * abs(path.level)
            assert (least | (gains >= level - slack)).all()
            assert (most | (gains <= level + slack)).all()


@pytest.mark.parametrize("name", CASES)
def test_the_row_takes_more_and_more_or_less_and_less(name, monkeypatch):
    path = path_of(CASES[name](), monkeypatch)
    for sign in (-1.0, 1.0):
        taken = np.concatenate([[path.taken], *(stretch.taken for stretch in path.side(sign))])
        assert (sign * np.diff(taken) >= -1e-7).all()
        assert abs(taken[-1] - path.taken) > 1e-6


def test_one_spend_at_the_most_goes_on_before_its_bend_and_the_path_ends_where_it_would_turn_back(monkeypatch):
    stretches = list(path_of(CASES["comes to a bend"](), monkeypatch).side(-1.0))
    assert [stretch.standing.climbs == NOBODY for stretch in stretches] == [True, False]
    assert [stretch.jumps for stretch in stretches] == [False, True]
    turned = stretches[-1]
    assert (np.diff(turned.where) < 0.0).all()
    assert turned.level[-1] < turned.level[0]  # its slope falls before the bend


def test_a_plan_before_its_bend_begins_where_the_row_takes_as_much_as_it_does(monkeypatch):
    path = path_of(CASES["before a bend"](), monkeypatch)
    for sign in (-1.0, 1.0):
        first = next(path.side(sign))
        assert first.standing.climbs != NOBODY
        assert first.taken[0] == pytest.approx(path.taken, abs=1e-9)
        assert first.level[0] == pytest.approx(path.level, rel=1e-9)


def test_places_in_between_lie_on_the_path(monkeypatch):
    path = path_of(CASES["bent"](), monkeypatch)
    stretch = next(path.side(1.0))
    finer = path.finer(stretch, np.array([3, 5]))
    assert len(finer.where) == len(stretch.where) + 14
    assert (np.diff(finer.taken) >= 0.0).all()
    assert set(stretch.where) <= set(finer.where)
