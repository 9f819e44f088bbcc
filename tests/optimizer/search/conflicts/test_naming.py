"""A minimal set is found whatever the relaxation says on the way: only a proof and plans count in the end."""

import random
from itertools import combinations

import pytest

from optimizer.search.conflicts.naming import minimal
from tests.effort import seeds

NAMES = [f"limit {number}" for number in range(9)]


class Oracle:
    """Limits of which known sets cannot hold together; a relaxation that also believes so of some that can."""

    def __init__(self, conflicts, mistaken):
        self.conflicts, self.mistaken, self.proofs, self.looks = conflicts, mistaken, 0, 0

    def __call__(self, names):
        return self.conflict(names) is None

    def conflict(self, names):
        self.proofs += 1
        return next((own for own in self.conflicts if own <= set(names)), None)

    def seems(self, names):
        return self.seeming(names) is None

    def seeming(self, names):
        self.looks += 1
        broken = next((own for own in [*self.mistaken, *self.conflicts] if own <= set(names)), None)
        return None if broken is None else sorted(broken)


def sets(rng, count):
    return [frozenset(rng.sample(NAMES, rng.randint(1, 4))) for _ in range(count)]


@pytest.mark.parametrize("seed", seeds(14, 40))
def test_what_is_named_conflicts_and_without_any_one_of_it_does_not(seed):
    """By the sets that were planted; a relaxation that is mistaken now and then leads nowhere."""
    rng = random.Random(seed)
    oracle = Oracle(sets(rng, 3), sets(rng, seed % 3))
    named = minimal(NAMES, oracle)
    assert any(own <= set(named) for own in oracle.conflicts)
    for fewer in combinations(named, len(named) - 1):
        assert not any(own <= set(fewer) for own in oracle.conflicts), named


def test_where_the_relaxation_is_right_one_proof_is_enough():
    """Of the set that is named; a plan shows each of the others."""
    oracle = Oracle([frozenset(NAMES[2:6])], [])
    assert minimal(NAMES, oracle) == NAMES[2:6]
    assert oracle.proofs == 1


def test_what_a_relaxation_suspects_is_left_out_one_by_one():
    """Five suspects, all needed: one look at all limits, and one without each of them."""
    oracle = Oracle([frozenset(NAMES[2:7])], [])
    assert minimal(NAMES, oracle) == NAMES[2:7]
    assert oracle.looks == 6


def test_limits_that_can_all_hold_are_no_conflict():
    """Nothing is named, whatever the relaxation believes."""
    assert minimal(NAMES, Oracle([], [frozenset(NAMES[:2])])) == []
