"""Spend in whole minor units, by largest remainder, inside every limit."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.answers.certificate import largest_violation
from optimizer.optimize import optimize
from optimizer.problem.valuation import Valuer
from optimizer.search.money.money import Minor, minor_of, rounded, rounded_together, whole_cost
from optimizer.search.money.remainder import largest_remainder
from tests.optimizer.toys import HILL, LINE, ROOT, Wire, domain, line, modelled, wire
from tests.oracles.exact import Statement, exact
from tests.oracles.recheck import recheck
from tests.oracles.rules import broken
from tests.oracles.solve import solve

A, B = {"tactics": ["a"]}, {"tactics": ["b"]}


@st.composite
def shares_out(draw: st.DrawFn):
    """Ideal amounts within limits, and a total that the limits allow."""
    size = draw(st.integers(1, 6))
    least = np.array(draw(st.lists(st.integers(0, 50), min_size=size, max_size=size)), dtype=np.int64)
    most = least + np.array(draw(st.lists(st.integers(0, 50), min_size=size, max_size=size)), dtype=np.int64)
    ideal = least + np.array(draw(st.lists(st.floats(0.0, 1.0), min_size=size, max_size=size))) * (most - least)
    return ideal, least, most, draw(st.integers(int(least.sum()), int(most.sum())))


@given(shares_out())
def test_whole_units_add_up_within_their_limits(drawn):
    """Whenever the limits allow the total, it is met."""
    ideal, least, most, total = drawn
    units = largest_remainder(ideal, least, most, total)
    assert units.sum() == total
    assert (least <= units).all()
    assert (units <= most).all()


@given(shares_out())
def test_rounding_an_ideal_sum_moves_nothing_by_a_whole_unit(drawn):
    """Where the ideal adds up to the total, each cell gets one of its two neighbours."""
    ideal, least, most, _ = drawn
    for total in (int(np.floor(ideal.sum())), int(np.ceil(ideal.sum()))):
        units = largest_remainder(ideal, least, most, total)
        assert (np.abs(units - ideal) < 1.0 + 2e-6).all()


def test_the_largest_remainders_are_rounded_up_first():
    """0.9 before 0.6 before 0.5."""
    ideal, least, most = np.array([1.5, 1.9, 1.6]), np.zeros(3, np.int64), np.full(3, 9)
    assert largest_remainder(ideal, least, most, 5).tolist() == [1, 2, 2]


@pytest.mark.parametrize(("total", "units"), [(99, [3, 4]), (0, [1, 2])])
def test_a_total_beyond_the_limits_ends_at_the_limits(total, units):
    """Nothing turns for ever."""
    assert largest_remainder(np.array([2.0, 3.0]), np.array([1, 2]), np.array([3, 4]), total).tolist() == units


def test_very_many_units_are_shared_out_at_once():
    """A million billions among three, of which one takes ten: not one by one."""
    most = np.array([10, 10**18, 10**18])
    assert largest_remainder(np.zeros(3), np.zeros(3, np.int64), most, 10**15 + 10).tolist() == [
        10,
        5 * 10**14,
        5 * 10**14,
    ]
    assert largest_remainder(most / 1.0, np.zeros(3, np.int64), most, 7).tolist() == [0, 3, 4]


@given(shares_out(), st.lists(st.integers(-300, 300), min_size=2, max_size=4))
def test_many_sums_are_shared_out_as_each(drawn, more):
    """Also beyond what the limits allow."""
    ideal, least, most, total = drawn
    totals = total + np.array(more)
    together = largest_remainder(np.tile(ideal, (len(more), 1)), least, most, totals)
    assert together.tolist() == [largest_remainder(ideal, least, most, int(own)).tolist() for own in totals]


@given(st.integers(0, 10**12), st.integers(0, 4))
def test_units_and_money_are_two_names_of_one_amount(units, digits):
    """Down, up and back, without a cent lost."""
    minor = Minor(digits=digits)
    money = float(minor.money(np.array([units]))[0])
    assert exact(money) == Fraction(units, 10**digits)
    assert minor.down(money) == minor.up(money) == units


def test_amounts_between_units_are_rounded_to_their_side():
    """0.1 + 0.2 is not 30 cents, and a bit."""
    cents = Minor(digits=2)
    assert (cents.down(0.305), cents.up(0.305), cents.down(0.3), cents.up(0.3)) == (30, 31, 30, 30)


MINORS = [
    ("EUR", None, 1000.0, 2, False),
    ("JPY", None, 1e6, 0, False),
    ("EUR", None, 5.0, 8, True),  # 500 cents in all: evidently millions
    ("EUR", 1, 5.0, 1, False),
    ("EUR", None, 1e-9, 15, True),
    ("EUR", 6, 4.8e13, 1, True),  # doubles do not tell millionths of it apart
    ("EUR", 6, 9e8, 6, False),
]


@pytest.mark.parametrize(("currency", "digits", "budget", "told", "warned"), MINORS)
def test_money_that_its_digits_do_not_suit_is_rounded_otherwise_and_says_so(currency, digits, budget, told, warned):
    """Finer where it is small, unless digits are stated; coarser where so many units are not told apart."""
    more = {"currency": currency, "budget": {"at_most": budget}} | ({} if digits is None else {"digits": digits})
    minor, warning = minor_of(domain(wire({"a": ROOT}, **more)), budget)
    assert (minor.digits, warning is not None) == (told, warned)


@pytest.mark.parametrize(("cost", "least"), [(10.001, 10.01), (10.0, 10.0), (10.010000001, 10.01), (0.0, 0.0)])
def test_a_bound_on_spend_may_be_rounded_up_to_whole_units(cost, least):
    """No plan in whole cents spends 10.001; a thousandth of a cent is rounding."""
    assert whole_cost(cost, Minor(digits=2)) == least


@pytest.mark.parametrize(("cost", "least"), [(273603.09, 273609.0), (273609.0, 273609.0), (273609.02, 273616.0)])
def test_a_bound_on_spend_by_the_piece_is_rounded_up_to_pieces(cost, least):
    """Pieces of 7: what doubles add to a whole number of them makes no piece more."""
    assert whole_cost(cost, Minor(digits=2), Fraction(7)) == least


def _toy(**more) -> Wire:
    return wire([line("a", HILL), line("b", ROOT), line("c", LINE)], periods=["1", "2"], **more)


EXACT = {
    "a budget": _toy(budget={"at_most": 100.01}),
    "exactly a budget": _toy(budget={"exactly": 33.33}),
    "budgets of periods": _toy(
        budget={"at_most": 100.07, "by_period": {"1": {"at_most": 33.33}, "2": {"at_least": 50.01}}}
    ),
    "a share": _toy(
        budget={"at_most": 99.99}, rules=[{"rule": "share_range", "name": "r", "scope": A, "at_most": 0.3333}]
    ),
    "one share exactly": _toy(
        budget={"at_most": 100},
        rules=[{"rule": "share_range", "name": "r", "scope": A, "at_least": 0.35, "at_most": 0.35}],
    ),
    "a promise": _toy(
        budget={"at_most": 100}, rules=[{"rule": "commitment", "name": "r", "scope": B, "amount": 12.34}]
    ),
    "packages at an odd price": _toy(
        budget={"at_most": 100}, rules=[{"rule": "packages", "name": "r", "scope": A, "price": 1.1}]
    ),
    "an equality": _toy(
        budget={"at_most": 100},
        rules=[
            {
                "rule": "linear",
                "name": "r",
                "at_least": 0,
                "at_most": 0,
                "terms": [{"scope": A, "coefficient": 3}, {"scope": B, "coefficient": -2}],
            }
        ],
    ),
}


@pytest.mark.parametrize("name", EXACT)
@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.data())
def test_rounded_money_keeps_every_limit_in_fractions(name, data):
    """Any spend that keeps the limits comes out in cents that keep them exactly, re-checked without doubles."""
    document = EXACT[name]
    model = modelled(document)
    ideal = _ideal(name, np.array(data.draw(st.lists(st.floats(0.05, 1.0), min_size=6, max_size=6))).reshape(3, 2))
    settled = rounded(model, Valuer(model.scenario), ideal, Minor(digits=2))
    statement = Statement.of(document)
    cells = {cell: exact(float(own)) for cell, own in zip(statement.cells, settled.spend.ravel(), strict=True)}
    assert broken(statement, cells) == []
    assert all((own * 100).denominator == 1 for own in cells.values())
    assert largest_violation(settled) == 0.0
    assert np.abs(settled.spend - ideal).max() <= 0.05


def _ideal(name, parts):
    """Positive parts brought to where the named toy's limits hold."""
    document = EXACT[name]
    budget = document["budget"].get("at_most", document["budget"].get("exactly"))
    match name:
        case "budgets of periods":
            return parts / parts.sum(axis=0) * np.array([33.33, 60.0])
        case "a share" | "one share exactly":
            share = document["rules"][0]["at_most"]
            rest = parts[1:] / parts[1:].sum() * (1 - share)
            return np.vstack([parts[:1] / parts[:1].sum() * share, rest]) * budget
        case "a promise":
            rest = parts[[0, 2]] / parts[[0, 2]].sum() * (budget - 12.34)
            return np.vstack([rest[:1], parts[1:2] / parts[1:2].sum() * 12.34, rest[1:]])
        case "packages at an odd price":
            pieces = np.rint(parts[:1] * 20) * 1.1
            rest = parts[1:] / parts[1:].sum() * (budget - pieces.sum())
            return np.vstack([pieces, rest])
        case "an equality":
            a = parts[:1] / parts[:1].sum() * 24.0
            b = parts[1:2] / parts[1:2].sum() * 36.0
            return np.vstack([a, b, parts[2:] / parts[2:].sum() * 40.0])
        case _:
            return parts / parts.sum() * budget


DECIDED = [
    {"rule": "active_count", "name": "r", "at_least": 3},
    {"rule": "active_count", "name": "r", "at_most": 1},
    {"rule": "active_periods", "name": "r", "scope": {"tactics": ["a"]}, "at_least": 2},
    {"rule": "requires", "name": "r", "scope": {"tactics": ["b"]}, "needs": {"tactics": ["a"]}},
    {"rule": "exclusive", "name": "r", "scope": {"tactics": ["b", "c"]}},
]


@pytest.mark.parametrize("rule", DECIDED, ids=lambda rule: f"{rule['rule']} {rule.get('at_least', '')}")
def test_a_budget_in_millions_decides_as_its_digits_do(rule):
    """What is active is told in the plan's own unit, and no cell is kept from spending less than a hundredth."""
    tactics = [line("a", HILL), line("b", ROOT), line("c", {"family": "linear", "slope": 20})]
    document = wire(tactics, periods=["1", "2"], budget={"at_most": 1.5}, rules=[rule])
    plan, stated = solve(document), solve(document | {"digits": 8})
    assert recheck(document, plan) == []
    assert [each["spend"] for each in plan["allocations"]] == [each["spend"] for each in stated["allocations"]]


@pytest.mark.parametrize("name", [name for name in EXACT if name != "budgets of periods"])
def test_points_that_are_rounded_together_are_rounded_as_each(name):
    """Spends of one model, in the currency's cents and finer: the same money and worth."""
    model = modelled(EXACT[name])
    draw = np.random.default_rng(3)
    ideals = np.array([_ideal(name, draw.uniform(0.05, 1.0, model.spend.shape)) for _ in range(4)])
    valuer, minors = Valuer(model.scenario), [Minor(digits=digits) for digits in (2, 2, 3, 2)]
    together = rounded_together([model] * 4, valuer, ideals, minors)
    for valuation, ideal, minor in zip(together, ideals, minors, strict=True):
        alone = rounded(model, valuer, ideal, minor)
        np.testing.assert_array_equal(valuation.spend, alone.spend)
        assert valuation.value == alone.value


def test_rules_that_only_no_spend_keeps_are_kept():
    """Hardly anything, spent against one of two shares that contradict each other, is no plan; nothing is."""
    of_a = {"rule": "share_range", "scope": {"tactics": ["a"]}}
    sizes = {"a": 20, "b": 30, "c": 15}
    document = wire(
        {name: {"family": "power", "coefficient": size, "exponent": 0.5} for name, size in sizes.items()},
        objective={"maximize": "profit"},
        rules=[of_a | {"name": "floor", "at_least": 0.4}, of_a | {"name": "cap", "at_most": 0.3}],
    )
    plan = optimize(domain(document))
    assert (plan.value, plan.totals.spend, plan.certificate.largest_violation) == (0.0, 0.0, 0.0)


def test_money_is_mended_on_the_stretch_of_a_rate_card_that_is_on():
    """Of a curve that ends in millions a profit of 20 is missed by some millionths: two units more meet it."""
    curve = {"family": "hill", "ceiling": 2e6, "half_saturation": 34, "shape": 3}
    tiers = [{"at_least": 0, "price": 0.8}, {"at_least": 18, "price": 0.72}]
    document = wire(
        [line("a", curve, revenue_per_outcome=3)],
        objective={"minimize": "spend"},
        budget={"at_most": 40},
        digits=6,
        goals=[{"name": "least", "metric": "profit", "at_least": 20, "required": True}],
        rules=[{"rule": "rate_card", "name": "card", "scope": A, "tiers": tiers, "all_units": True}],
    )
    plan = solve(document)
    assert recheck(document, plan) == []
    assert plan["value"] - plan["bound"] < 3e-6
