"""Points on a path: few start by themselves, the others between those that are found, and no walk is needed."""

import numpy as np
import pytest

from optimizer.formulation.matrix import Matrix
from optimizer.search.many import abreast as room
from optimizer.search.many.abreast import Abreast
from optimizer.search.many.path import Path
from optimizer.search.plan.ending import proved_gap
from tests.effort import seeds
from tests.optimizer.search.many.test_together import GAP, models, never, together
from tests.oracles import instances


def path(*limits):
    """The path of points with these budgets beside a row without limits."""
    upper = np.array([[limit, np.inf] for limit in limits])
    entries = {"rows": np.zeros(1, np.intp), "columns": np.zeros(1, np.intp), "values": np.ones(1)}
    return Path(Matrix(**entries, lower=np.full(upper.shape, -np.inf), upper=upper))


def test_few_points_start_by_themselves_and_what_is_missed_between_found_ones_does_in_the_end():
    """Of nine budgets every sixth from the loosest, and the tightest; the others between them; the fourth is missed."""
    own = path(9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0)
    turns = []
    for points, anew, _ in own.turns():
        turns.append((points.tolist(), anew))
        own.found[points] = points != 3
    assert turns == [([0, 6, 8], True), ([1, 2, 3, 4, 5, 7], False), ([3], True)]


def test_points_beyond_what_is_found_are_not_tried_again():
    """Nothing keeps the rows at the tight end: no start of their own would help."""
    own = path(1.0, 2.0, 3.0)
    tried = []
    for points, _, _ in own.turns():
        tried += points.tolist()
        own.found[points] = points == 2
    assert sorted(tried) == [0, 1, 2]


def test_where_no_start_leads_anywhere_no_other_point_is_tried():
    """Of twenty budgets the last, each sixth before it and the first."""
    assert [turn.points.tolist() for turn in path(*range(1, 21)).turns()] == [[19, 13, 7, 1, 0]]


def test_what_is_empty_is_left_out_and_the_first_that_is_not_starts_at_the_prices_of_the_next():
    """Of six budgets the two tightest turn out to leave no plan: the third is found before those between."""
    own = path(*range(1, 7))
    turns = []
    for points, anew, near in own.turns():
        turns.append((points.tolist(), anew, near))
        own.found[points] = points > 1
        own.empty[:2] = True
    assert turns == [([5, 0], True, None), ([2], True, 5), ([4, 3], False, None)]


def test_points_begin_on_the_straight_line_between_found_ones():
    """A quarter of the way between 2 and 6; beyond 6 at the nearest."""
    own = path(2.0, 3.0, 6.0, 8.0)
    own.found[[0, 2]] = True
    at = np.array([[1.0], [0.0], [5.0], [0.0]])
    first, second = own.between(np.array([1, 3]), (at, -at))
    assert first.ravel().tolist() == [2.0, 5.0]
    assert second.ravel().tolist() == [-2.0, -5.0]


SHARED = {
    "20 tactics": lambda seed: instances.with_shares(instances.one_period(20, seed, limits="wide")),
    "60 tactics": lambda seed: instances.with_shares(instances.one_period(60, seed, limits="wide")),
    "regions": lambda seed: instances.regional(4, 6, seed),
}


@pytest.mark.parametrize("seed", seeds([1], [2, 3]))
@pytest.mark.parametrize("name", SHARED)
def test_points_beside_shares_are_found_without_a_walk(name, seed, monkeypatch):
    """Twenty budgets: none is walked to, hardly any starts by itself, and each is as good as one found by itself."""
    document = SHARED[name](seed)
    amounts = np.linspace(0.5, 2.0, 20) * document["budget"]["at_most"]
    shares, _ = models(document, amounts.tolist())
    alone = [together([model], GAP, never()).run(lambda _: None)[0] for model in shares]
    monkeypatch.setattr(Abreast, "visit", lambda *_: pytest.fail("a region is visited"))
    begun, start = [], room.begun_together
    monkeypatch.setattr(room, "begun_together", lambda *own: begun.extend(own[-1]) or start(*own))
    for found, known in zip(together(shares, GAP, never()).run(lambda _: None), alone, strict=True):
        assert proved_gap(found) <= 1e-9
        assert found.exact
        assert found.cost == pytest.approx(known.cost, rel=1e-9)
        assert found.duals == pytest.approx(known.duals, rel=1e-5, abs=1e-6)
    assert len(begun) <= len(shares) // 2
