"""Many limits at once say what each says by itself."""

import numpy as np
import pytest

from optimizer.problem.side import SIDES
from optimizer.search.newton.spends import Spends
from optimizer.search.ranges.motion import of_limit
from optimizer.search.ranges.motions import Motions
from optimizer.search.ranges.predicted.moves import Moves
from tests.optimizer.search.newton.mixes import MIXES
from tests.optimizer.toys import modelled


def limited(model):
    """The motions of all limits: those of the rows, and both sides of each spend limit."""
    rows = {(row.owner, row.side): None for row in model.drafts if row.side not in ("link", "pursued")}
    found = [motion for named in rows if (motion := of_limit(model, *named)) is not None]
    return Motions.of(model, found, np.repeat(np.arange(len(model.scenario.tactics)), 2), sides_of(model))


def sides_of(model):
    """The low end and the high end of each tactic's spends."""
    return np.tile([SIDES.index("at_least"), SIDES.index("at_most")], len(model.scenario.tactics))


def one_by_one(motions):
    """Each as it moves alone."""
    return [motions.one(place) for place in range(motions.number)]


def drawn(model, seed=0):
    """Motions, the functions of the model, a point for each, and prices and duals of the spends there."""
    motions, spends, rng = limited(model), Spends(model), np.random.default_rng(seed)
    shape = motions.number, len(spends.columns)
    reduced = np.where(rng.random(shape) < 0.3, 0.0, rng.normal(size=shape))
    return motions, spends, rng.random(shape), rng.normal(size=(motions.number, len(spends.rows))), reduced


@pytest.mark.parametrize("mix", MIXES)
def test_the_price_of_each_is_its_own(mix):
    """∂cost/∂limit, of rows, of coefficients and of the spends' own limits, as each motion tells it alone."""
    model = modelled(MIXES[mix](0))
    motions, spends, at, prices, reduced = drawn(model)
    told = Moves(motions, spends, np.arange(len(spends.rows))).price(prices, reduced, at)
    for number, motion in enumerate(one_by_one(motions)):
        duals, pulls, columns = np.zeros(len(model.drafts)), np.zeros(len(model.cost)), np.zeros(len(model.cost))
        duals[spends.rows], pulls[spends.columns], columns[spends.columns] = prices[number], reduced[number], at[number]
        assert told[number] == pytest.approx(motion.price(duals, pulls, columns), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("mix", MIXES)
def test_the_price_changes_as_dues_and_pulls_say(mix):
    """By differences: due is the derivative by the prices of rows, and pull that by spends, with the sign turned."""
    motions, spends, at, prices, reduced = drawn(modelled(MIXES[mix](0)))
    moves, width = Moves(motions, spends, np.arange(len(spends.rows))), 1e-6
    due, pull = moves.due(prices, at), moves.pull(prices)
    for row in range(prices.shape[1]):
        step = width * (np.arange(prices.shape[1]) == row)
        change = moves.price(prices + step, reduced, at) - moves.price(prices - step, reduced, at)
        np.testing.assert_allclose(due[:, row], change / (2.0 * width), rtol=1e-6, atol=1e-8)
    for column in range(at.shape[1]):
        step = width * (np.arange(at.shape[1]) == column)
        change = moves.price(prices, reduced, at + step) - moves.price(prices, reduced, at - step)
        np.testing.assert_allclose(-pull[:, column], change / (2.0 * width), rtol=1e-6, atol=1e-8)


def test_spends_stand_at_limits_that_move():
    """A floor moves what it holds, a ceiling what it stops; a spend is beyond where its limit has passed it."""
    model = modelled(MIXES[next(iter(MIXES))](0))
    spends = Spends(model)
    motions = Motions.of(model, [], np.zeros(2, dtype=np.intp), sides_of(model)[:2])
    moves = Moves(motions, spends, np.arange(0))
    row = spends.columns.tolist().index(int(model.spend[0, 0]))
    held, stopped = np.zeros(len(spends.columns)), np.zeros(len(spends.columns))
    held[row], stopped[row] = 1.0, -1.0
    unit = 1.0 / model.scale[model.spend[0, 0]]
    assert moves.own(held)[:, row].tolist() == [unit, 0.0]
    assert moves.own(stopped)[:, row].tolist() == [0.0, unit]
    assert moves.below.tolist() == motions.limit.tolist()
    assert moves.above.tolist() == [np.inf, np.inf]
    at = np.zeros((2, len(spends.columns)))
    at[:, row] = motions.limit * unit
    way, column = moves.columns
    up = moves.beyond(at[moves.columns], np.array([1.0, 1.0]))[column == row]
    down = moves.beyond(at[moves.columns], np.array([-1.0, -1.0]))[column == row]
    assert up.tolist() == pytest.approx([unit, 0.0], rel=1e-6)
    assert down.tolist() == pytest.approx([0.0, unit], rel=1e-6)
    assert way[column == row].tolist() == [0, 1]
    assert moves.inside(at[moves.columns]).all()
    at[0, row] = -unit
    assert moves.inside(at[moves.columns]).tolist() == [False, True]


@pytest.mark.parametrize("mix", MIXES)
def test_rows_that_do_not_bind_follow_their_limit(mix):
    """By how much each falls short and goes over is what the rows written with the moved limit say."""
    model = modelled(MIXES[mix](0))
    motions, spends, at, _, _ = drawn(model)
    rows, shifts = spends.rows, np.linspace(-0.5, 0.5, motions.number)
    moves = Moves(motions, spends, np.zeros(0, dtype=np.intp))
    short, over = np.zeros((2, motions.number, len(rows)))
    assert moves.broken(short, over, rows, shifts, at).tolist() == np.maximum(short, over).tolist()
    for number, (motion, shift) in enumerate(zip(one_by_one(motions), shifts, strict=True)):
        lower, upper, turned = np.zeros((3, len(model.drafts)))
        columns = np.zeros(len(model.cost))
        columns[spends.columns] = at[number]
        lower[motion.rows], upper[motion.rows] = motion.lower, motion.upper
        np.add.at(turned, motion.entry_rows, motion.entry_values * columns[motion.entry_columns])
        np.testing.assert_allclose(short[number], (shift * (lower - turned))[rows], atol=1e-12)
        np.testing.assert_allclose(over[number], (shift * (turned - upper))[rows], atol=1e-12)
