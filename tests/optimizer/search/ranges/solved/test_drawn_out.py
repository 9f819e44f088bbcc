"""Draws that are written out near a plan: the more of them, the further prices are known to hold, and never too far."""

import pytest

from optimizer.answers.price import UNTOLD
from optimizer.search.ranges.solved import drawn_out
from tests.effort import seeds
from tests.optimizer.search.prices.test_demanded import BY_THE_WORST, drawn, river
from tests.optimizer.search.prices.test_duals import CASES
from tests.optimizer.search.ranges.test_ranges import SPARE, by_the_worst, check, check_both, on_a_river, told
from tests.oracles.solve import solve

CONVERTED = {"outcome, upper"}  # the mean draw converts less, which no other draw notices: it is worth nothing
EACH = [name for name in CASES if "least spend" not in name and name not in SPARE | CONVERTED]
RULES = [{"rule": "share_range", "name": "r", "scope": {"tactics": ["other"]}, "at_most": 0.2}]
COLUMNS = 3 + 6 + 1  # of a pool over three periods: stock, what two tactics convert, what is left


def planned(monkeypatch, draws):
    """The plan where so many draws may be written out."""
    monkeypatch.setattr(drawn_out, "LARGEST", 2 * COLUMNS * draws)
    more = BY_THE_WORST | {"rules": RULES, "solve": {"gap": 1e-5, "time_limit": 60}}
    return solve(drawn(river(30, [60, 20, 90], **more)))


def test_draws_left_out_end_a_range_where_they_become_the_worst(monkeypatch):
    """Two decide here. With three of five written out what is told is true of all five."""
    whole, part = planned(monkeypatch, 5), planned(monkeypatch, 3)
    assert not any("worked out" in warning for warning in whole["warnings"])
    for limit in ("budget", "r"):
        own, less = told(whole, limit), told(part, limit)
        assert less["price"] == pytest.approx(own["price"], rel=1e-4)
        assert own["price_holds_from"] - 1e-4 <= less["price_holds_from"] < less["price_holds_to"]
        assert less["price_holds_to"] <= own["price_holds_to"] + 1e-4


def test_where_too_many_decide_nothing_is_told_but_that(monkeypatch):
    """The ranges stay absent, and a warning names the limits and the pool."""
    plan = planned(monkeypatch, 1)
    (warning,) = [warning for warning in plan["warnings"] if "was not worked out" in warning]
    assert warning.endswith("for: budget, r, demand of p")
    assert told(plan, "budget")["price_note"] == UNTOLD


def by_the_worst_on_a_river(name):
    """A case in which each draw converts demand of its own."""
    by_name = {tactic["name"]: tactic["response"] for tactic in by_the_worst(name)[0]["tactics"]}
    document, *rest = on_a_river(name)
    for tactic in document["tactics"]:
        tactic["response"] = by_name[tactic["name"]]
    objective = {"maximize": "revenue", "confidence": 0.6}
    return document | {"objective": objective, "solve": {"gap": 1e-7, "time_limit": 60}}, *rest


@pytest.mark.parametrize("name", seeds(["share, upper"], EACH))
def test_every_kind_of_limit_has_a_price_that_holds_to_its_ends(name):
    """Against plans made with the limit there, which know nothing of the model that is written out. (law S4)"""
    check_both(lambda: by_the_worst_on_a_river(name))


def beside_a_card(document, *rest):
    """The same where one tactic buys at two prices: no conditions are followed there."""
    tiers = [{"at_least": 0, "price": 1}, {"at_least": 100, "price": 0.8}]
    card = {"rule": "rate_card", "name": "card", "scope": {"tactics": [document["tactics"][0]["name"]]}, "tiers": tiers}
    rules = [*document.get("rules", []), card]
    return document | {"rules": rules, "solve": {"gap": 1e-7, "time_limit": 20}}, *rest


FURTHER = ("budget", "turnover, amount", "linear")


@pytest.mark.parametrize("how", seeds([by_the_worst_on_a_river], [by_the_worst]))
@pytest.mark.parametrize("name", seeds(["share, upper"], FURTHER))
def test_so_it_does_beside_a_rate_card(how, name):
    """Where all draws are written out around the plan, and programs of it solved again. (law S4)"""
    check(lambda: beside_a_card(*how(name)))
