"""What the rows imply about single spends: never less than a plan may spend, and as little as can be said."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.formulation import tighten as room
from optimizer.formulation.tighten import NOTHING, tightened
from tests.optimizer.search.toys import TOYS, toy
from tests.optimizer.toys import LINE, ROOT, modelled, wire
from tests.oracles import instances

A, B = {"tactics": ["a"]}, {"tactics": ["b"]}


@pytest.mark.parametrize("name", TOYS)
def test_no_plan_is_cut_off(name):
    """Every plan on the grid that keeps the rows spends at most what is implied, in every cell."""
    known = toy(name)
    spends = (known.points * known.model.scale)[:, known.model.spend]
    assert (spends.max(axis=0) <= tightened(known.model)).all()


def ruled(*rules):
    """Two tactics within 100 and some rules."""
    return modelled(wire({"a": ROOT, "b": LINE}, budget={"at_most": 100}, rules=list(rules)))


IMPLIED = {
    "nothing": ((), (100.0, 100.0)),
    "a limit on both": (({"rule": "spend_range", "name": "r", "at_most": 40},), (40.0, 40.0)),
    "a promise": (({"rule": "commitment", "name": "r", "scope": A, "amount": 12},), (12.0, 88.0)),
    "outcome on a line": (
        ({"rule": "metric_range", "name": "r", "metric": "outcome", "scope": B, "at_most": 30},),
        (100.0, 10.0),
    ),
    "outcome on a root, which only a square of it pays": (
        ({"rule": "metric_range", "name": "r", "metric": "outcome", "at_most": 50},),
        (25.0, 50.0 / 3.0),
    ),
    "no outcome at all": (
        ({"rule": "metric_range", "name": "r", "metric": "outcome", "scope": B, "at_most": 0},),
        (100.0, 0.0),
    ),
    "a share of a limited other": (
        (
            {"rule": "spend_range", "name": "s", "scope": B, "at_most": 20},
            {"rule": "share_range", "name": "r", "scope": A, "of": B, "at_most": 0.5},
        ),
        (10.0, 20.0),
    ),
    "a floor on the other": (({"rule": "spend_range", "name": "r", "scope": B, "at_least": 70},), (30.0, 100.0)),
    "a combination": (
        (
            {
                "rule": "linear",
                "name": "r",
                "terms": [{"scope": A, "coefficient": 2}, {"scope": B, "coefficient": -1}],
                "at_most": -50,
            },
        ),
        (25.0, 100.0),
    ),
}


@pytest.mark.parametrize("name", IMPLIED)
def test_what_the_rows_imply(name):
    """By hand, and a thousandth looser: the price belongs to the row, not to its echo."""
    rules, most = IMPLIED[name]
    told = tightened(ruled(*rules)).ravel()
    np.testing.assert_allclose(told, most, rtol=3e-3, atol=1e-6)
    assert (told >= np.array(most)).all()


def test_a_floor_beyond_what_is_left_leaves_columns_in_order():
    """Rows that cannot hold are for the solver to refuse: a spend's limit never falls below its floor."""
    document = wire({"a": ROOT, "b": LINE}, budget={"at_most": 100}, rules=[])
    document["tactics"][0]["spend"] = {"at_least": 50}
    document["rules"] = [{"rule": "commitment", "name": "r", "scope": A, "amount": 12}]
    model = modelled(document)
    assert tightened(model)[0, 0] >= 50.0


@pytest.mark.parametrize("name", IMPLIED)
def test_the_rows_of_many_points_imply_for_each_what_they_imply_by_themselves(name):
    """Limits of the rows at a half, at three quarters and as they are."""
    model = ruled(*IMPLIED[name][0])
    matrix = model.matrix
    parts = np.array([0.5, 0.75, 1.0])[:, None]
    many = replace(matrix, lower=parts * matrix.lower, upper=parts * matrix.upper)
    told = tightened(replace(model, matrix=many))
    for place in range(3):
        own = replace(matrix, lower=many.lower[place], upper=many.upper[place])
        np.testing.assert_array_equal(told[place], tightened(replace(model, matrix=own)))


def test_rows_that_move_no_limit_are_not_looked_at_point_by_point(monkeypatch):
    """Budgets of 24 cells beside twenty shares, which leave each cell what it may spend: only the budget is."""
    document = instances.regional(4, 6, 1)
    model = modelled(document)
    matrix, seen, implied = model.matrix, [], room._implied
    parts = np.linspace(0.25, 1.0, 10)[:, None]
    upper = np.where(matrix.upper > 0.0, parts, 1.0) * matrix.upper
    many = replace(matrix, lower=np.tile(matrix.lower, (10, 1)), upper=upper)

    def watched(entries, ends, limits, safety):
        seen.append((ends[0].ndim, len(set(entries.rows.tolist()))))
        return implied(entries, ends, limits, safety)

    monkeypatch.setattr(room, "_implied", watched)
    tightened(replace(model, matrix=many))
    assert max(rows for points, rows in seen if points == 2) == 1 < max(rows for points, rows in seen if points == 1)


@pytest.mark.parametrize(("share", "end"), [(0.3, 0.0), (0.45, 0.0), (0.5, 1e12)])
def test_shares_that_imply_one_another_are_followed_to_the_end(share, end):
    """Each at most 0.3 of both is at most 3/7 of the other, round and round: nothing is left; halves leave all."""
    shares = [
        {"rule": "share_range", "name": name, "scope": scope, "at_most": share} for name, scope in (("r", A), ("s", B))
    ]
    model = modelled(wire({"a": ROOT, "b": LINE}, budget={"at_most": 1e12}, rules=shares))
    np.testing.assert_allclose(tightened(model).ravel(), end, rtol=3e-3, atol=1e-3)


def test_limits_are_not_tightened_to_what_no_double_can_scale():
    """At least 0.73 and at most 0.28 of the spend close in on 0 pass by pass; what is left is money to count in."""
    rules = [{"rule": "share_range", "name": "f", "scope": A, "at_least": 0.73}]
    rules += [{"rule": "share_range", "name": "c", "scope": A, "at_most": 0.28}]
    assert tightened(ruled(*rules)).ravel() == pytest.approx([NOTHING, NOTHING], rel=0.01, abs=0.0)
