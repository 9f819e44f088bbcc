"""Rows that only weigh spends against one another may leave them nothing: then 0 is planned, and proved."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.optimize import optimize
from optimizer.search.bounds.idle import idle
from tests.effort import crossed, examples, seeds
from tests.optimizer.toys import DRAWS, HILL, LINE, ROOT, TABLE, domain, line, modelled, wire
from tests.oracles.linear_limits import most

CURVES = {"line": LINE, "root": ROOT, "hill": HILL, "table": TABLE, "draws": DRAWS}
EFFICIENT = {"rule": "efficiency", "name": "e", "at_least": 3.1, "scope": {"tactics": ["c"]}}


def share(name, **limits):
    return {"rule": "share_range", "name": name, "scope": {"tactics": ["a"]}, **limits}


def below(name, one, factor, other):
    """one ≤ factor · other."""
    terms = [{"scope": {"tactics": [one]}, "coefficient": 1}, {"scope": {"tactics": [other]}, "coefficient": -factor}]
    return {"rule": "linear", "name": name, "terms": terms, "at_most": 0}


def shares(least, most):
    return [share("floor", at_least=least), share("cap", at_most=most)]


RULES = {
    "shares": shares(0.4, 0.3),
    "shares close to each other": shares(0.4, 0.3999),
    "shares far apart": shares(0.73, 0.05),
    "two ratios and a share": [below("x", "a", 0.5, "b"), below("y", "b", 0.5, "a"), share("z", at_least=0.1)],
    "a circle of three": [below("x", "a", 0.9, "b"), below("y", "b", 0.9, "c"), below("z", "c", 0.9, "a")],
    "a return that no line has and a share": [EFFICIENT, below("x", "a", 1, "c"), below("y", "b", 2, "a")],
}


def shut(model, seconds=10.0):
    """Which spends are closed, shape (cells,)."""
    return idle(model, seconds)[model.spend.ravel()]


MONEY = [(None, "profit"), (1000, "profit"), (1000, "revenue"), (1e6, "revenue")]


def stated(curves, rules, budget=None, aim="profit"):
    tactics = dict(zip("abcd", curves, strict=False))
    limit = {} if budget is None else {"budget": {"at_most": budget}}
    return wire(tactics, objective={"maximize": aim}, rules=rules, **limit)


def assert_nothing(document):
    plan = optimize(domain(document))
    assert (plan.status, plan.value, plan.gap, plan.totals.spend) == ("optimal", 0.0, 0.0, 0.0)
    assert (plan.bound, plan.certificate.largest_violation) == (pytest.approx(0.0, abs=1e-15), 0.0)


@pytest.mark.parametrize(
    ("name", "budget", "aim"),
    seeds(
        [(name, *MONEY[place % len(MONEY)]) for place, name in enumerate(RULES)],
        [(name, *own) for name in RULES for own in MONEY],
    ),
)
def test_nothing_is_planned_where_rules_leave_nothing(name, budget, aim):
    """Each of the rules holds for no spend above 0, and for 0."""
    last = LINE if name.startswith("a return") else ROOT
    assert_nothing(stated([ROOT, HILL, last], RULES[name], budget, aim))


@pytest.mark.parametrize(("aim", "family"), crossed(["revenue", "confidence", "spend", "goals"], [*CURVES]))
def test_nothing_is_planned_on_any_curve_whatever_is_wanted(family, aim):
    """At least 0.4 and at most 0.3 of the spend."""
    objective = {
        "revenue": {"maximize": "revenue"},
        "confidence": {"maximize": "revenue", "confidence": 0.8},
        "goals": {"maximize": "goals"},
        "spend": {"minimize": "spend"},
    }[aim]
    goal = {"name": "g", "metric": "revenue", "at_least": 50, "required": False, "priority": 1}
    curve = CURVES[family]
    document = wire(
        dict.fromkeys("abc", curve),
        objective=objective,
        rules=RULES["shares"],
        goals=[goal],
        budget={"at_most": 1000},
    )
    plan = optimize(domain(document))
    assert (plan.value, plan.totals.spend, plan.certificate.largest_violation) == (0.0, 0.0, 0.0)
    assert plan.status == "optimal"


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["ratio", "share"]),
        st.lists(st.sampled_from("abcd"), min_size=2, max_size=2, unique=True),
        st.integers(1, 29),
        st.booleans(),
    ),
    min_size=2,
    max_size=6,
)


def ruled(rows):
    """Ratios and shares, of all spend or of that of two, in twentieths."""
    for number, (kind, (one, other), size, floor) in enumerate(rows):
        if kind == "ratio":
            yield below(f"r{number}", one, size / 20, other)
        else:
            side = "at_least" if floor else "at_most"
            of = {"of": {"tactics": [one, other]}} if size % 2 else {}
            yield {"rule": "share_range", "name": f"r{number}", "scope": {"tactics": [one]}, side: size / 30} | of


@settings(max_examples=examples(30), deadline=None)
@given(ROWS, st.permutations(sorted(CURVES)), st.sampled_from(MONEY))
def test_what_is_closed_is_what_a_linear_program_leaves_nothing(rows, families, money):
    """Random rows, against scipy: those spends are 0, others are not closed; the plan is 0 where nothing is left."""
    rules = list(ruled(rows))
    document = stated([CURVES[family] for family in families[:4]], rules, *money)
    leaves_nothing = np.array(most(document)) < 1e-6
    closed = shut(modelled(document | {"budget": {"at_most": 1000}}))
    assert closed.tolist() == leaves_nothing.tolist()
    if closed.all():
        assert_nothing(document)


def test_a_spend_that_the_solver_leaves_a_little_below_0_earns_nothing():
    """Its tolerance would be a profit, and the bound of a plan worth 0 above what proves it."""
    ratios = [below(f"r{number}", "a", 0.05, "b") for number in range(5)]
    assert_nothing(stated([DRAWS, HILL, ROOT, TABLE], [*ratios, share("s", at_least=1 / 15)]))


def test_only_what_rows_leave_nothing_is_closed():
    """a ≤ b/2 and b ≤ a/2 close both, and nothing closes c."""
    document = stated([LINE] * 3, [below("x", "a", 0.5, "b"), below("y", "b", 0.5, "a")], 1000, "revenue")
    assert shut(modelled(document)).tolist() == [True, True, False]
    plan = optimize(domain(document))
    assert (plan.status, plan.value) == ("optimal", 3000.0)


@pytest.mark.parametrize(("least", "most"), [(0.3, 0.3), (0.3, 0.4), (0.3, 0.30001)])
def test_nothing_is_closed_that_a_plan_may_spend(least, most):
    """A floor at or below its cap leaves plans, and so does a ratio and its own inverse."""
    assert not shut(modelled(stated([ROOT] * 3, shares(least, most), 1000, "revenue"))).any()
    inverse = [below("x", "a", 0.5, "b"), below("y", "b", 2.0, "a")]
    assert not shut(modelled(stated([ROOT] * 3, inverse, 1000, "revenue"))).any()


def test_a_return_is_that_of_the_curve_from_where_it_is_read():
    """A floor under spend is read at once: 5 on a curve that yields 100 for it has a return of 20, steep or flat."""
    table = {"family": "tabulated", "points": [[0, 0], [5, 100], [100, 101]]}
    floor = {"rule": "efficiency", "name": "e", "at_least": 10, "scope": {}}
    document = wire([line("a", table, spend={"at_least": 5, "at_most": 100})], rules=[floor], budget={"at_most": 100})
    assert not shut(modelled(document)).any()
    carried = line("a", table, adstock={"family": "geometric", "retention": 0.5, "carry_in": [4]})
    assert not shut(modelled(wire([carried], rules=[floor], budget={"at_most": 100}))).any()


def test_no_time_closes_nothing():
    """What was not shown is not claimed."""
    assert not shut(modelled(stated([ROOT] * 3, RULES["shares"], 1000)), 0.0).any()


def test_spends_that_must_be_are_told_to_conflict():
    """Shares that leave nothing, and a spend of 10 that must be, or a goal: no plan."""
    tactics = [line("a", ROOT, spend={"at_least": 10}), line("b", ROOT)]
    floor = optimize(domain(wire(tactics, rules=RULES["shares"], budget={"at_most": 1000})))
    goal = {"name": "g", "metric": "revenue", "at_least": 50, "required": True}
    document = wire(dict.fromkeys("abc", ROOT), rules=RULES["shares"], goals=[goal], objective={"minimize": "spend"})
    asked = optimize(domain(document))
    assert (floor.status, asked.status) == ("conflict", "conflict")
    assert set(asked.conflict.conflicting) == {"floor", "cap", "g"}
