"""Models with continuous columns beside spends, inputs and responses: bounded, not polished, rounded inside."""

import itertools

import numpy as np
import pytest

from optimizer.search.newton.spends import can_follow
from tests.optimizer.toys import HILL, ROOT, line, modelled, wire
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve

CURVES = {"a": HILL, "b": ROOT, "c": {"family": "log", "coefficient": 80, "scale": 30}, "d": ROOT, "e": ROOT}
TODAY = {"a": 33.33, "b": 120.07, "c": 61.5, "d": 0.01, "e": 200.0}


def turned(*rules, **more):
    tactics = [line(name, response, current_spend=TODAY[name]) for name, response in CURVES.items()]
    return wire(tactics, rules=[{"rule": "turnover_limit", "name": "near"} | rule for rule in rules], **more)


def test_further_columns_are_told_and_so_few_of_them_are_left_to_programs():
    """Newton's method with an active set would take them for constants; vertices of programs are exact."""
    plain, near = (modelled(turned(*rules, budget={"at_most": 400})) for rules in ([], [{"amount": 50}]))
    assert (len(plain.extra), len(near.extra)) == (0, 5)
    assert [near.names[column].partition("_")[0] for column in near.extra] == ["less"] * 5
    assert (can_follow(plain), can_follow(near)) == (True, False)
    assert np.isfinite(near.high).all()


@pytest.mark.parametrize("amount", [7.77, 61.01, 150.0])
@pytest.mark.parametrize("aim", [{"maximize": "revenue"}, {"maximize": "profit"}])
def test_the_last_cent_of_turnover_is_used_and_no_more(amount, aim):
    """Proved to the gap that was asked for, and every limit kept on decimals."""
    document = turned({"amount": amount}, budget={"at_most": 450}, objective=aim)
    plan = solve(document)
    assert recheck(document, plan) == []
    assert plan["status"] == "optimal"
    moved = sum(abs(cell["spend"] - TODAY[cell["tactic"]]) for cell in plan["allocations"])
    assert moved == pytest.approx(amount, abs=0.02)


def test_rounding_goes_by_the_turnover_that_is_left():
    """A share that cents miss is mended within the amount: what is moved is counted from the reference."""
    share = {"rule": "share_range", "name": "share", "scope": {"tactics": ["a"]}, "of": {"tactics": ["b"]}}
    document = turned({"amount": 40}, budget={"exactly": 400.01})
    document["rules"].append(share | {"at_least": 0.3333, "at_most": 0.3334})
    plan = solve(document)
    assert plan["certificate"]["largest_violation"] == 0.0
    assert recheck(document, plan) == []


def test_lines_that_do_not_change_stay_to_the_cent():
    """Two of five are touched; the others are told as they were."""
    document = turned({"lines": 2, "amount": 150}, budget={"at_most": 430})
    plan = solve(document)
    assert recheck(document, plan) == []
    touched = [cell["tactic"] for cell in plan["allocations"] if cell["spend"] != TODAY[cell["tactic"]]]
    assert len(touched) == 2
    priced = {rule["name"]: rule["price"] for rule in plan["rules"]}
    assert priced["near"] > 0


def test_more_turnover_is_never_worse():
    """And without the rule nothing is worse still. (law F2)"""
    limits = [[{"amount": amount}] for amount in (10, 40, 100)] + [[]]
    plans = [solve(turned(*rules, budget={"at_most": 450})) for rules in limits]
    for less, more in itertools.pairwise(plans):
        assert less["value"] <= more["bound"] * (1 + 1e-12)
