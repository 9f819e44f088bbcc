"""Decisions put into the rows."""

import numpy as np

from optimizer.formulation.decisions import limited, settled, undecided, without_decisions
from optimizer.formulation.goals import Pursuit
from optimizer.formulation.model import build
from optimizer.problem.attainment import levels_of
from tests.optimizer.toys import HILL, LINE, ROOT, domain, line, modelled, wire

A, B = {"tactics": ["a"]}, {"tactics": ["b"]}


def decided(rules, spend, active):
    """A toy of three tactics at a spend [money], with its whole-number columns as given."""
    model = modelled(wire({"a": HILL, "b": ROOT, "c": LINE}, budget={"at_most": 100}, rules=rules))
    columns = np.zeros(len(model.cost))
    columns[model.spend[:, 0]] = np.array(spend) / model.scale[model.spend[:, 0]]
    columns[model.integer] = active
    return settled(model, columns)


def test_a_switch_moves_its_spend():
    """What is on spends its minimum, what is off nothing, whatever the solver's tolerances left."""
    rules = [{"rule": "minimum_if_active", "name": "r", "at_least": 30}]
    _, spend = decided(rules, [29.999999, 1e-7, 50.0], [1.0, 1e-10, 1.0 - 1e-9])
    assert spend.ravel().tolist() == [30.0, 0.0, 50.0]


def test_pieces_set_their_spend():
    """Two packages of 20 are 40."""
    _, spend = decided([{"rule": "packages", "name": "r", "scope": A, "price": 20}], [39.9999, 7.0, 0.0], [2.0])
    assert spend.ravel().tolist() == [40.0, 7.0, 0.0]


def test_a_stretch_of_a_rate_card_that_is_off_has_no_room():
    """Of two stretches the first is on: no money can be moved to the other, which buys more with it."""
    tiers = [{"at_least": 0, "price": 1}, {"at_least": 40, "price": 0.5}]
    card = {"rule": "rate_card", "name": "r", "scope": A, "tiers": tiers}
    model, _ = decided([card], [30.0, 0.0, 0.0], [1.0, 0.0])
    assert (model.high * model.scale)[model.extra].tolist() == [40.0, 0.0]


def test_rows_without_decisions_stay():
    """The budget and a range over one cell are rows still; those of the switches are limits now."""
    ranges = {"rule": "spend_range", "name": "s", "scope": B, "at_most": 9}
    model, _ = decided(
        [{"rule": "minimum_if_active", "name": "r", "scope": A, "at_least": 30}, ranges], [30, 0, 0], [1]
    )
    assert [row.owner for row in model.drafts] == ["budget", "s"]


def test_what_is_linked_to_adstock_stays():
    """Rows of the mathematics hold no decisions."""
    tactic = line("a", ROOT, adstock={"family": "geometric", "retention": 0.5})
    rules = [{"rule": "active_count", "name": "r", "at_most": 1}]
    model = modelled(wire([tactic], periods=["1", "2"], budget={"at_most": 100}, rules=rules))
    left, _ = settled(model, np.zeros(len(model.cost)))
    assert [row.side for row in left.drafts] == [row.side for row in model.drafts if row.owner != "r"]


def test_what_goals_attain_is_tied_to_the_rows_that_are_left():
    """The rows of a switch are limits, so that those behind them move up."""
    goal = {"name": "far", "metric": "revenue", "at_least": 1e6, "priority": 1}
    rules = [{"rule": "minimum_if_active", "name": "r", "at_least": 30}]
    scenario = domain(
        wire(
            {"a": HILL, "b": ROOT}, budget={"at_most": 100}, rules=rules, goals=[goal], objective={"maximize": "goals"}
        )
    )
    level = levels_of(scenario)[0]
    model = build(scenario, np.full((2, 1), 100.0), pursuit=Pursuit(now=level))
    columns = np.zeros(len(model.cost))
    columns[model.integer] = 1.0
    left, _ = settled(model, columns)
    assert len(left.drafts) < len(model.drafts)
    assert [left.drafts[row].side for row in left.attainments.rows.tolist()] == ["pursued"]


def test_rows_of_one_spend_are_limits_once_decisions_are_made():
    """The budget alone is left of the rows; what is on spends from its minimum on, what is off nothing."""
    rules = [{"rule": "minimum_if_active", "name": "r", "at_least": 30}]
    model = modelled(wire({"a": HILL, "b": ROOT, "c": LINE}, budget={"at_most": 100}, rules=rules))
    columns, spend = np.zeros(len(model.cost)), model.spend[:, 0]
    columns[model.integer] = [1.0, 1e-10, 1.0 - 1e-9]
    low, high = (ends[spend] * model.scale[spend] for ends in limited(model, columns))
    assert low.tolist() == [30.0, 0.0, 30.0]
    assert high[1] == 0.0
    assert (high[[0, 2]] >= 99.0).all()
    assert {model.drafts[row].owner for row in undecided(model).matrix.rows} == {"budget"}


def test_rows_of_several_spends_stay():
    """At most one of two is a row of decisions alone; a share between spends is none."""
    rules = [
        {"rule": "minimum_if_active", "name": "r", "at_least": 30},
        {"rule": "share_range", "name": "s", "scope": A, "at_most": 0.5},
    ]
    model = modelled(wire({"a": HILL, "b": ROOT, "c": LINE}, budget={"at_most": 100}, rules=rules))
    assert {model.drafts[row].owner for row in undecided(model).matrix.rows} == {"budget", "s"}


def test_a_model_without_its_decisions_has_the_rows_that_speak_of_none():
    """Budget and share stay; switches go, and their columns, which are the last."""
    share = {"rule": "share_range", "name": "s", "scope": A, "at_most": 0.6}
    rules = [{"rule": "minimum_if_active", "name": "r", "at_least": 30}, share]
    model = modelled(wire({"a": HILL, "b": ROOT}, budget={"at_most": 100}, rules=rules))
    kept = np.array([number for number, row in enumerate(model.drafts) if row.owner != "r"])
    other = without_decisions(model, kept)
    plain = modelled(wire({"a": HILL, "b": ROOT}, budget={"at_most": 100}, rules=[share]))
    assert [row.owner for row in other.drafts] == ["budget", "s"]
    assert other.names == plain.names
    for own in ("low", "high", "scale", "cost", "row_scale", "integer", "extra"):
        np.testing.assert_array_equal(getattr(other, own), getattr(plain, own))
    for own in ("rows", "columns", "values", "lower", "upper"):
        np.testing.assert_array_equal(getattr(other.matrix, own), getattr(plain.matrix, own))
