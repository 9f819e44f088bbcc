"""What choices settle of on/off minimums is the best of all ways to switch cells on and off, and the bound holds."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.optimize import optimize
from optimizer.search import search as searching
from optimizer.search.choices.switched import Switched, minimums
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.nodes.integer import IntegerRelaxation
from optimizer.search.search import search
from tests.effort import examples, seeds
from tests.optimizer.toys import HILL, LINE, ROOT, TABLE, domain, line, modelled, wire
from tests.oracles import global_solver, instances, separable

GAP = 1e-6
NEVER = Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)
CONCAVE = {"family": "michaelis_menten", "ceiling": 300, "half_saturation": 60}
LOG = {"family": "log", "coefficient": 90, "scale": 30}
A = {"tactics": ["a"]}
CENT = 0.01


def minimum(amount, name="least", **scope):
    """The rule that spends are nothing or so much."""
    return {"rule": "minimum_if_active", "name": name, "scope": scope, "at_least": amount}


def mixed(tactics, seed, shares, **more):
    """Tactics of which each has a minimum, a share of its current spend; none where that is 0."""
    document = instances.one_period(tactics, seed, **more)
    rules = [
        minimum(round(share * own["current_spend"], 2), f"least of {own['name']}", tactics=[own["name"]])
        for share, own in zip(shares, document["tactics"], strict=True)
        if share
    ]
    return document | {"rules": rules}


def best_of_all(document):
    """The best of all ways to switch tactics on and off, by a solver of its own: value and bound; None without any."""
    least = {rule["scope"]["tactics"][0]: rule["at_least"] for rule in document["rules"]}
    ways = []
    for own in document["tactics"]:
        low, high = own["spend"]["at_least"], own["spend"]["at_most"]
        floor = least.get(own["name"], 0.0)
        ways.append([(0.0, 0.0)] * (low == 0.0 and floor > 0.0) + [(max(low, floor), high)] * (floor <= high))
    found = []
    for ends in itertools.product(*ways):
        if sum(low for low, _ in ends) <= document["budget"]["at_most"]:
            tactics = [
                own | {"spend": {"at_least": low, "at_most": high}}
                for own, (low, high) in zip(document["tactics"], ends, strict=True)
            ]
            decided = separable.of(document | {"tactics": tactics, "rules": []})
            found.append(global_solver.solve(decided, gap=1e-7, tolerance=1e-7))
    return (max(own.value for own in found), max(own.bound for own in found)) if found else None


@settings(max_examples=examples(20))
@given(
    seed=st.integers(1, 10**6),
    shares=st.lists(st.sampled_from((0.0, 0.1, 0.3, 0.6, 1.0, 2.0)), min_size=2, max_size=4).filter(any),
    bent=st.sampled_from((0.0, 0.5, 1.0)),
    limits=st.sampled_from(("wide", "mixed")),
    budget=st.sampled_from((0.2, 0.5, 1.0, 1.5)),
)
def test_the_best_of_all_switches_is_found(seed, shares, bent, limits, budget):
    """Against every way to switch them, each solved by itself without any code of ours."""
    document = mixed(len(shares), seed, shares, s_share=bent, limits=limits, budget=budget)
    known, plan = best_of_all(document), optimize(domain(document))
    if known is None:
        assert plan.status == "conflict"
        return
    value, bound = known
    cents = 10.0 * len(shares) * CENT  # rounding moves each spend by less than one
    assert plan.status == "optimal"
    assert plan.bound >= value - 1e-9 * abs(value)
    assert plan.value <= bound + 1e-9 * abs(bound)
    assert plan.value >= value - GAP * abs(value) - cents
    assert plan.certificate.largest_violation == 0.0


@pytest.mark.parametrize("seed", seeds(range(1, 2), range(1, 5)))
@pytest.mark.parametrize("bent", [0.0, 0.5, 1.0])
def test_choices_and_the_program_do_not_contradict_each_other(seed, bent, monkeypatch):
    """Forty tactics, too many for every way: neither's plan passes the other's bound, and no program is asked."""
    model = modelled(mixed(40, seed, [0.3] * 40, s_share=bent, limits="wide", budget=0.7))
    chosen = search(model, GAP, NEVER, lambda *_: None)
    assert chosen.chosen
    assert chosen.rounds == 0
    assert chosen.bound >= chosen.cost - GAP * abs(chosen.cost)
    monkeypatch.setattr(IntegerRelaxation, "open", lambda _: None)
    monkeypatch.setattr(searching, "by_minimums", lambda *_: None)
    asked = search(model, GAP, NEVER, lambda *_: None)
    assert not asked.chosen
    assert chosen.cost >= asked.bound - 1e-9
    assert asked.cost >= chosen.bound - 1e-9


def test_several_minimums_of_a_cell_are_the_largest():
    """In money, by cell; one switch that two rules share."""
    rules = [minimum(10), minimum(25, "more", tactics=["a"]), minimum(5, "less", tactics=["b"])]
    found = minimums(modelled(wire({"a": HILL, "b": ROOT}, budget={"at_most": 100}, rules=rules)))
    assert found.tolist() == pytest.approx([25.0, 10.0])


MORE = {
    "a count": {"rule": "active_count", "name": "n", "at_most": 1},
    "a share": {"rule": "share_range", "name": "s", "scope": A, "at_most": 0.6},
    "pieces": {"rule": "packages", "name": "p", "scope": A, "price": 30},
    "one or the other": {"rule": "exclusive", "name": "e", "groups": [A, {"tactics": ["b"]}]},
}


@pytest.mark.parametrize("kind", [*MORE, "a line", "a table"])
def test_what_says_more_than_minimums_is_left_to_the_program(kind):
    """A row of several decisions, pieces, a row beside the budget, and curves that do not bend once."""
    other = {"a line": LINE, "a table": TABLE}.get(kind, ROOT)
    rules = [minimum(20), *([MORE[kind]] if kind in MORE else [])]
    document = wire({"a": HILL, "b": other}, budget={"at_most": 100}, rules=rules)
    assert Switched.of(modelled(document)) is None
    assert optimize(domain(document)).status == "optimal"


def test_a_cell_that_must_spend_is_on():
    """A floor below the minimum: nothing is no choice."""
    document = wire(
        [line("a", CONCAVE, spend={"at_least": 5}), line("b", LOG)],
        budget={"at_most": 60},
        rules=[minimum(40, tactics=["a"])],
    )
    plan = optimize(domain(document))
    assert plan.allocations[0].spend >= 40.0
    assert plan.provenance.formulation.startswith("1 on/off minimums within one budget")


def test_a_minimum_above_what_a_cell_may_spend_leaves_it_off():
    """Ten at the most, and thirty at the least."""
    document = wire(
        [line("a", CONCAVE, spend={"at_most": 10}), line("b", LOG)],
        budget={"at_most": 60},
        rules=[minimum(30, tactics=["a"])],
    )
    plan = optimize(domain(document))
    assert [own.spend for own in plan.allocations] == [0.0, 60.0]
    assert plan.provenance.formulation.startswith("1 on/off minimums within one budget")


def test_what_is_left_of_a_budget_is_not_spent_below_a_minimum():
    """Its curve bends beyond the minimum: a spend of twenty would be best of all that are no plan."""
    late = {"family": "hill", "ceiling": 900, "half_saturation": 200, "shape": 2}
    full = {"family": "exponential", "ceiling": 900, "scale": 15}
    tactics = [line("a", late), line("b", full, spend={"at_most": 100})]
    model = modelled(wire(tactics, budget={"at_most": 120}, rules=[minimum(30, tactics=["a"])]))
    found = Switched.of(model).settle(model, GAP, np.full(1, np.inf), NEVER)
    assert model.matrix.violation(found.columns[0]).max() <= 1e-9
    plan = optimize(domain(wire(tactics, budget={"at_most": 120}, rules=[minimum(30, tactics=["a"])])))
    assert plan.allocations[0].spend >= 30.0
    assert plan.status == "optimal"


def test_what_is_full_at_its_minimum_is_worth_what_it_brings():
    """All but flat there: the price that decides is far above any slope."""
    curves = {f"t{own}": {"family": "exponential", "ceiling": 100 + 9 * own, "scale": 4} for own in range(8)}
    document = wire(curves, budget={"at_most": 250}, rules=[minimum(60)])
    plan = optimize(domain(document))
    assert [own.spend >= 60.0 for own in plan.allocations] == [False] * 4 + [True] * 4
    assert plan.provenance.formulation.startswith("8 on/off minimums within one budget")


def test_a_floor_that_is_no_minimum_is_a_conflict():
    """It must spend five, may spend ten, and is to spend thirty if anything."""
    document = wire(
        [line("a", CONCAVE, spend={"at_least": 5, "at_most": 10}), line("b", LOG)],
        budget={"at_most": 60},
        rules=[minimum(30, tactics=["a"])],
    )
    assert optimize(domain(document)).status == "conflict"


def test_a_budget_that_pays_for_no_minimum_is_left():
    """Nothing but what may be spent at will."""
    plan = optimize(domain(wire({"a": CONCAVE, "b": LOG}, budget={"at_most": 20}, rules=[minimum(30)])))
    assert [own.spend for own in plan.allocations] == [0.0, 0.0]
    assert plan.status == "optimal"


def test_a_cell_at_its_minimum_is_held_there_by_what_it_loses():
    """The dual of its row is what a little less of the minimum saves: against solves with the minimum moved."""
    curves = {"a": CONCAVE | {"ceiling": 900}, "b": LOG | {"coefficient": 500}}

    def document(amount):
        return wire(curves, budget={"at_most": 200}, digits=6, rules=[minimum(amount, tactics=["a"])])

    model, (less, more) = modelled(document(150)), (optimize(domain(document(amount))).value for amount in (149, 151))
    found, [row] = search(model, GAP, NEVER, lambda *_: None), _floors(model)
    assert found.duals[row] * model.worth / model.row_scale[row] == pytest.approx(0.5 * (less - more), rel=1e-3)
    plan = optimize(domain(document(150)))
    assert plan.allocations[0].spend == 150.0
    assert plan.allocations[0].held_by == ("least",)


def _floors(model):
    """The rows that say what a cell spends at the least."""
    return [number for number, row in enumerate(model.drafts) if (row.owner, row.side) == ("least", "at_least")]


def test_envelopes_prove_it_and_prices_hold_with_the_decisions():
    """No bound of a solver's over decisions, and no claim that prices tell of others."""
    plan = optimize(domain(wire({"a": CONCAVE, "b": LOG}, budget={"at_most": 60}, rules=[minimum(30)])))
    assert plan.certificate.bound_from == "envelope"
    assert "prices hold with the chosen on/off decisions fixed" in plan.warnings


def test_limits_of_decisions_that_differ_from_point_to_point_are_not_minimums():
    """What is asked of many points at once is one problem under other budgets."""
    model = modelled(wire({"a": CONCAVE, "b": LOG}, budget={"at_most": 60}, rules=[minimum(30)]))
    matrix = model.matrix
    lower = np.array([matrix.lower, np.where(np.isfinite(matrix.lower), matrix.lower - 1.0, matrix.lower)])
    twice = replace(model, matrix=replace(matrix, lower=lower, upper=np.tile(matrix.upper, (2, 1))))
    assert minimums(twice) is None
    found = Switched.of(model).settle(twice, GAP, np.full(2, np.inf), NEVER)
    assert np.isinf(found.bounds).all()
    assert np.isinf(found.costs).all()


def test_what_is_offered_keeps_every_row():
    """Decisions with the spends, as the whole model has them."""
    model = modelled(mixed(12, 3, [0.4] * 12, s_share=0.5, limits="wide", budget=0.6))
    incumbent = Incumbent(model)
    visit = IntegerRelaxation(model, incumbent, NEVER, GAP).open()
    assert visit.ending == "cut off"
    assert model.matrix.violation(incumbent.columns).max() <= 1e-9
    assert set(incumbent.columns[model.integer].tolist()) <= {0.0, 1.0}
