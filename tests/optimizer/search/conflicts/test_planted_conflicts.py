"""Every planted conflict is named, minimal, and mended by what is proposed and by nothing less."""

from __future__ import annotations

import pytest

from tests.effort import seeds
from tests.optimizer.search.conflicts.planted import Planted, changed, limited_to, names_of, planted, scaled
from tests.oracles.families import Wire
from tests.oracles.linear_limits import possible
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve

SEEDS = seeds(12, 360)


def told(seed: int) -> tuple[Planted, Wire]:
    """A planted scenario, and the conflict that its plan tells."""
    case = planted(seed)
    plan = solve(case.scenario)
    assert plan["status"] == "conflict", plan["termination"]
    return case, plan["conflict"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_planted_conflict_is_named_and_priced(seed: int) -> None:
    """The named set is one that was planted, and minimal; each change mends it, a slightly smaller one does not."""
    case, conflict = told(seed)
    named = frozenset(conflict["conflicting"])
    assert named in case.sets
    assert conflict["minimal"]
    assert {named, *map(frozenset, conflict["further"])} == set(case.sets)
    if case.straight:
        _is_minimal(case.scenario, named)
    changes = conflict["relaxations"]
    alone = len(case.sets) == 1
    assert {own["item"] for own in changes} == (named if alone else set())
    for own in changes:
        _mends(case, [own])
    assert conflict["cheapest"] is not None
    _mends(case, conflict["cheapest"]["changes"])
    mended = solve(changed(case.scenario, conflict["cheapest"]["changes"]))
    assert mended["status"] in ("optimal", "feasible")
    assert recheck(changed(case.scenario, conflict["cheapest"]["changes"]), mended) == []


SCALES = [1e-5, 1e-3, 1e3, 1e6, 1e8, 1e9, 1e10]
SCALED = [
    pytest.param(seed, factor, marks=[] if seed < 6 and factor == (1e-3, 1e9)[seed % 2] else pytest.mark.deep)
    for seed in range(36)
    for factor in SCALES
]


@pytest.mark.parametrize(("seed", "factor"), SCALED)
def test_a_conflict_is_the_same_whatever_the_unit_of_money(seed: int, factor: float) -> None:
    """From hundredths to a thousand millions of millions: the same sets, the same changes but for what is rounded."""
    case, usual = told(seed)
    conflict = solve(scaled(case.scenario, factor))["conflict"]
    assert frozenset(conflict["conflicting"]) in case.sets
    assert conflict["minimal"]
    assert set(map(frozenset, conflict["further"])) == set(map(frozenset, usual["further"]))
    mine, theirs = ({own["item"]: own for own in plan["relaxations"]} for plan in (conflict, usual))
    assert mine.keys() == theirs.keys()
    assert conflict["cheapest"] is not None
    for item, own in mine.items():
        assert own["side"] == theirs[item]["side"]
        if own["side"] is not None:
            unit = 1.0 if own["unit"] in ("share", "outcome", "revenue") else factor
            rounding = 0.011 * max(unit, 1.0) if unit == factor else 0.0
            whole = 1e-5 if unit == factor else 1.1e-3  # a plan in whole minor units may take so much more of a share
            assert own["change"] == pytest.approx(unit * theirs[item]["change"], rel=whole, abs=rounding), item


def _is_minimal(scenario: Wire, named: frozenset[str]) -> None:
    assert not possible(limited_to(scenario, named))
    for name in named:
        assert possible(limited_to(scenario, named - {name})), name


def _mends(case: Planted, changes: list[Wire]) -> None:
    """Enough, and hardly less is not; where limits run through curves, by what is known of the curve."""
    told = {own["item"]: own["to"] for own in changes}
    if case.straight:
        assert possible(changed(case.scenario, changes)), told
        for own in changes:
            if own["side"] is not None:
                rest = [other for other in changes if other is not own]
                less = changed(changed(case.scenario, rest), [own], less=True)
                assert not possible(less), (told, own)
        return
    [(item, to)] = told.items()
    change = abs(to - changes[0]["from"])
    room = 2e-6 * change + (0.01 if changes[0]["unit"] == "EUR" else 0.0)
    assert abs(to - case.stands[item]) <= room, (told, case.stands)


@pytest.mark.parametrize("seed", seeds(6, 120))
def test_what_is_possible_is_never_called_a_conflict(seed: int) -> None:
    """Planted scenarios without one limit of each conflict."""
    case = planted(seed)
    for culprits in case.sets:
        assert culprits
    dropped = {sorted(culprits)[seed % len(culprits)] for culprits in case.sets} - {"budget"}
    kept = names_of(case.scenario) - (dropped or {sorted(case.sets[0])[-1]})
    assert solve(limited_to(case.scenario, kept))["status"] in ("optimal", "feasible")
