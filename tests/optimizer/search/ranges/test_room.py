"""Where a limit may lead: a switch that is on stops nothing, however small the limits that it was written with."""

import numpy as np
import pytest

from optimizer.search.ranges.room import allowing
from tests.effort import seeds
from tests.optimizer.search.ranges.followed.test_layout import ROOT, RULES, check, held
from tests.optimizer.toys import line, modelled, wire

TIERS = [{"at_least": 0, "price": 1}, {"at_least": 30, "price": 0.8}]


def carded(most, tactic="b", **card):
    """The same beside a rate card, with which programs are solved in place of conditions."""
    return held(
        [RULES["one period"], {"rule": "rate_card", "scope": {"tactics": [tactic]}, "tiers": TIERS} | card], most
    )


@pytest.mark.parametrize("all_units", seeds([True], [False]))
def test_a_switch_that_is_on_lets_the_limit_of_its_spend_move(all_units):
    """Beside a rate card on another tactic."""
    check(lambda most: carded(most, all_units=all_units))


@pytest.mark.parametrize("all_units", [True, False])
def test_a_stretch_of_a_rate_card_lets_the_limit_of_its_spend_move(all_units):
    """The last stretch of a card ends at the spend limit, and moves with it."""

    def made(most):
        document = carded(10.0, all_units=all_units)
        document["tactics"][1]["spend"] = {"at_most": most}
        return document

    check(made, 35.0, "b")


def test_a_switch_that_allows_a_part_stops():
    """On the first stretch of a card, all rows of the spend stay; on the last one, that of its end does not."""
    card = {"rule": "rate_card", "name": "r", "scope": {"tactics": ["b"]}, "tiers": TIERS}
    model = modelled(wire([line("b", ROOT, spend={"at_most": 90})], budget={"at_most": 100}, rules=[card]))
    upper = np.flatnonzero(np.isfinite(model.matrix.upper))
    spend = np.isin(upper, model.matrix.rows[model.matrix.columns == model.spend[0, 0]])
    assert [int((allowing(model, np.array(on))[1][upper] & spend).sum()) for on in ([1.0, 0.0], [0.0, 1.0])] == [0, 1]
