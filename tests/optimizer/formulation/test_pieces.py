"""Tables read piece by piece are read as they are: nothing above or below them is left."""

import numpy as np
import pytest

from optimizer.formulation.model import to_pulp
from optimizer.formulation.pieces import FEWER, MOST, can_piece, pieced, touching
from optimizer.solver.highs import Program
from tests.optimizer.toys import DRAWS, HILL, LINE, ROOT, domain, line, modelled, wire

STEEP = {"family": "tabulated", "points": [[0, 0], [20, 5], [40, 60], [70, 60], [90, 100]]}
SQUARE = {"family": "power", "coefficient": 0.1, "exponent": 2}
SCALED = STEEP | {"input_scale": 0.5, "input_offset": 12.0, "output_scale": 3.0}
DRAWN = {
    "family": "tabulated",
    "draws": [{"points": [[0, 0], [30, 10], [60, 90]]}, {"points": [[10, 5], [50, 5], [80, 50]]}],
}
CARRIED = {"family": "geometric", "retention": 0.5, "carry_in": [30]}


def tables(table, **more):
    only = line("a", table, spend={"at_most": 85}, **more)
    return modelled(wire([only], budget={"at_most": 1000}, periods=["1", "2"]))


@pytest.mark.parametrize("more", [{}, {"adstock": CARRIED}], ids=["plain", "carried over"])
@pytest.mark.parametrize("table", [STEEP, SCALED, DRAWN], ids=["steep", "scaled", "drawn"])
def test_a_response_is_what_the_table_says(table, more):
    """At 25 spends of each period, with response made as large, and as small, as the rows allow."""
    model = tables(table, **more)
    pieces = pieced(model)
    program = Program(to_pulp(pieces.model))
    place = np.array([program.order.index(name) for name in pieces.model.names])
    for spend in np.linspace(0.0, 1.0, 25):
        fixed = model.spend.ravel()
        program.bound_columns(place[fixed], spend * model.high[fixed], spend * model.high[fixed])
        for sign in (1.0, -1.0):
            cost = np.zeros(len(place))
            cost[place[model.cells.responses]] = sign
            program.price(cost)
            point = program.solve(10.0).columns[place]
            inputs = point[model.cells.inputs] * model.scale[model.cells.inputs]
            told = model.cells.curves.value(inputs) - model.cells.zero
            np.testing.assert_allclose(point[model.cells.responses] * model.cells.most, told, atol=1e-6)


def test_every_piece_is_one_decision():
    """Five points make four pieces, of of which the limit of 85 reaches into the last."""
    pieces = pieced(tables(STEEP))
    assert pieces.low[pieces.cells == 0].tolist() == [0, 20, 40, 70]
    assert pieces.high[pieces.cells == 0].tolist() == [20, 40, 70, 85]


PIECED = {
    "a steep table": ({"a": STEEP}, True),
    "beside concave curves": ({"a": STEEP, "b": ROOT, "c": LINE}, True),
    "beside an s-shaped curve": ({"a": STEEP, "b": HILL}, False),
    "nothing but concave curves": ({"a": ROOT}, False),
    "draws of a curve that bends": ({"a": STEEP, "b": DRAWS}, True),
    "many pieces of tables": ({f"t{k}": STEEP for k in range(FEWER // 4 + 1)}, True),
    "too many pieces of tables": ({f"t{k}": STEEP for k in range(MOST // 4 + 1)}, False),
    "too many pieces beside a square": ({f"t{k}": STEEP for k in range(FEWER // 4)} | {"a": SQUARE}, False),
}


@pytest.mark.parametrize("name", PIECED)
def test_pieces_are_chosen_where_tables_are_all_that_is_bent(name):
    """And where they are not too many."""
    curves, able = PIECED[name]
    assert can_piece(modelled(wire(curves, budget={"at_most": 100}))) is able


def test_an_upper_limit_on_a_table_asks_for_its_pieces_too():
    """A concave table whose response something would rather have small is as bent as any; a root is no table."""
    cap = {"rule": "metric_range", "name": "r", "metric": "outcome", "at_most": 30}
    concave = {"family": "tabulated", "points": [[0, 0], [20, 30], [60, 50]]}
    assert can_piece(modelled(wire({"a": concave, "b": LINE}, budget={"at_most": 100}, rules=[cap])))
    assert not can_piece(modelled(wire({"a": concave, "b": ROOT}, budget={"at_most": 100}, rules=[cap])))
    assert domain(wire({"a": concave}, budget={"at_most": 100})).tactics[0].response.family == "tabulated"


SQUARE = {"family": "power", "coefficient": 0.5, "exponent": 2}


def test_a_convex_curve_lies_below_its_chords_and_on_them_at_cuts():
    """Cut at 30: no response that the rows allow is below the square's, and at 0, 30 and 85 none is above."""
    model = tables(SQUARE)
    pieces = pieced(model, dict.fromkeys((0, 1), np.array([30.0])))
    assert can_piece(model)
    assert pieces.high[pieces.cells == 0].tolist() == [30, 85]
    program = Program(to_pulp(pieces.model))
    place = np.array([program.order.index(name) for name in pieces.model.names])
    cost = np.zeros(len(place))
    cost[place[model.cells.responses]] = -1.0
    program.price(cost)
    fixed = model.spend.ravel()
    for spend in (0.0, 10.0, 30.0, 60.0, 85.0):
        share = np.full(len(fixed), spend / 85.0)
        program.bound_columns(place[fixed], share, share)
        told = program.solve(10.0).columns[place[model.cells.responses]] * model.cells.most
        assert told.min() >= 0.5 * spend**2 - 1e-6
        assert (told.max() <= 0.5 * spend**2 + 1e-6) == (spend in (0.0, 30.0, 85.0))


def test_an_upper_limit_on_a_convex_curve_leaves_it_to_branching():
    """A chord may promise too much, and an upper limit asks for less."""
    cap = {"rule": "metric_range", "name": "r", "metric": "outcome", "at_most": 30}
    assert not can_piece(modelled(wire({"a": SQUARE, "b": LINE}, budget={"at_most": 100}, rules=[cap])))


S_CURVES = {
    "hill": HILL | {"shape": 3},
    "s-logistic": {"family": "s_logistic", "ceiling": 200, "steepness": 0.1, "midpoint": 40},
    "scaled": HILL | {"shape": 3, "input_scale": 0.7, "input_offset": 5, "output_scale": 2},
    "drawn": {
        "family": "hill",
        "draws": [
            {"ceiling": 90, "half_saturation": 20, "shape": 2},
            {"ceiling": 240, "half_saturation": 60, "shape": 4},
        ],
    },
}


def on_a_river(curve, **more):
    """Two periods in which a makes demand that b converts."""
    tactics = [
        line("a", curve, spend={"at_most": 85}, feeds="p", **more),
        line("b", LINE, spend={"at_most": 85}, stage="downstream", draws_from="p"),
    ]
    return modelled(wire(tactics, budget={"at_most": 1000}, periods=["1", "2"], demand_pools=[{"name": "p"}]))


@pytest.mark.parametrize("curve", S_CURVES.values(), ids=list(S_CURVES))
def test_an_s_shaped_curve_is_chosen_from_where_pools_join_cells(curve):
    """Alone it is split by branching."""
    assert can_piece(on_a_river(curve))
    assert not can_piece(modelled(wire({"a": curve}, budget={"at_most": 100})))


@pytest.mark.parametrize("more", [{}, {"adstock": CARRIED}], ids=["plain", "carried over"])
@pytest.mark.parametrize("curve", S_CURVES.values(), ids=list(S_CURVES))
def test_no_piece_of_an_s_shaped_curve_lies_below_it(curve, more):
    """At 60 inputs of each piece, below any of seven tangents; and where it is touched it is the envelope's."""
    model = on_a_river(curve, **more)
    pieces = pieced(model, dict.fromkeys((0, 1), np.array([9.0, 21.0])))
    mine = np.flatnonzero(pieces.cells < 2)
    assert len(mine) >= 5
    assert set(pieces.touched) < set(mine)  # those that are convex are read by chords
    curves = model.cells.curves.take(pieces.cells)
    start, end = curves.value(pieces.low), curves.value(pieces.high)
    for part in np.linspace(0.0, 1.0, 60):
        true = (curves.value(pieces.low + part * (pieces.high - pieces.low)) - start) / (end - start)
        chords = np.setdiff1d(mine, pieces.touched)
        assert (part >= true[chords] - 1e-12).all()
        for share in (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0):
            at = pieces.low + share * (pieces.high - pieces.low)
            own = pieces.touched
            slope, height = touching(model, pieces, at[own])
            assert (slope * part + height >= true[own] - 1e-12).all()
            touch = (pieces.envelope.value(at[own]) - start[own]) / (end - start)[own]
            np.testing.assert_allclose(slope * share + height, touch, atol=1e-12)


@pytest.mark.parametrize("curve", S_CURVES.values(), ids=list(S_CURVES))
def test_what_the_program_reads_of_an_s_shaped_curve_is_what_its_pieces_say(curve):
    """At 20 spends: what rows allow is nowhere less than the curve's response, and just that at cuts."""
    model = on_a_river(curve)
    pieces = pieced(model, {0: np.array([9.0])})
    program = Program(to_pulp(pieces.model))
    place = np.array([program.order.index(name) for name in pieces.model.names])
    cost = np.zeros(len(place))
    cost[place[model.cells.responses]] = -1.0
    program.price(cost)
    for spend in [9.0, *np.linspace(0.0, 85.0, 20)]:
        share = np.full(1, spend / 85.0)
        program.bound_columns(place[model.spend[0, :1]], share, share)
        told = program.solve(10.0).columns[place[model.cells.responses[0]]] * model.cells.most[0]
        first = np.full(model.cells.curves.size, spend)
        true = float((model.cells.curves.value(first) - model.cells.zero)[0])
        assert told >= true - 1e-6
        if spend in (0.0, 9.0):
            assert told == pytest.approx(true, abs=1e-6)


def test_tables_need_no_envelopes():
    """Between its points a table is its own chord; thirty draws of it would have thirty hulls a piece."""
    model = tables(DRAWN)
    pieces = pieced(model)
    assert len(pieces.touched) == 0
    assert pieces.envelope.low.shape == (0,)
    assert touching(model, pieces, np.zeros(0))[0].shape == (0,)
