"""Plans that can be worked out by hand, or by trying every one: pages in magazines, discounts, packages, goals."""

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests.effort import crossed, seeds
from tests.known_answers.case import facts, scenario
from tests.oracles.curves import Witness
from tests.oracles.exact import Statement
from tests.oracles.recheck import recheck
from tests.oracles.rules import broken
from tests.oracles.solve import solve, spend_by_tactic

PAGE = 1000
WHOLE = {"rule": "packages", "name": "whole pages", "price": PAGE}
READERS = {"maximize": "outcome"}


def magazine(name, channel, increasing=False):
    """A page's new readers depend on how many there are already; increasing: the same pages in reverse order."""
    breaks, seen = (np.array(channel[key]) for key in ("breaks", "cumulative"))
    if increasing:
        breaks, seen = (breaks[-1] - breaks)[::-1], (seen[-1] - seen)[::-1]
    points = [[int(pages) * PAGE, int(readers)] for pages, readers in zip(breaks, seen, strict=True)]
    response = {"family": "tabulated", "points": points}
    return {"name": name, "stage": "upstream", "response": response, "spend": {"at_most": points[-1][0]}}


def magazines(increasing, **more):
    """Winston's two magazines."""
    channels = facts("magazines")["channels"].items()
    tactics = [magazine(name, channel, name in increasing) for name, channel in channels]
    return scenario("magazines", tactics, rules=[WHOLE, *more.pop("rules", [])], **more)


def enumerated(document, step, most):
    """The best value of all plans in whole steps, `most` of them in all: the first in order of value that keeps
    the limits."""
    witness, statement = Witness(document), Statement.of(document)
    count, sign = len(document["tactics"]), -1.0 if "maximize" in document["objective"] else 1.0
    table = [witness.value(np.full(witness.shape, float(step * number))) for number in range(most + 1)]
    plans = []
    for counts in itertools.product(range(most + 1), repeat=count):
        if sum(counts) <= most:
            rows = {
                name: np.array([getattr(table[number], name)[row] for row, number in enumerate(counts)])
                for name in ("spend", "outcome", "revenue")
            }
            worth = replace(table[0], **rows)
            plans.append((sign * witness.objective_of(worth), counts, worth))
    for value, counts, worth in sorted(plans, key=lambda plan: plan[:2]):
        cells = dict(zip(statement.cells, (Fraction(number) * step for number in counts), strict=True))
        if not broken(replace(statement, worth=worth), cells):
            return sign * value
    raise AssertionError("no plan keeps the limits")


@pytest.mark.parametrize(
    ("increasing", "pages"), crossed([(), ("IJ",), ("FS",), ("IJ", "FS")], [3, 8, 14, 20, 26]), ids=str
)
def test_magazines_with_increasing_and_decreasing_returns(increasing, pages):
    """Every number of pages in each is tried."""
    document = magazines(increasing, objective=READERS, budget={"at_most": pages * PAGE})
    plan = solve(document)
    assert plan["status"] == "optimal"
    assert recheck(document, plan) == []
    assert plan["value"] == pytest.approx(enumerated(document, PAGE, pages), rel=1e-9)


def test_a_hundred_thousand_readers_at_the_least_cost():
    """6 pages of 10,000 readers, 4 of 8,000, then 6,000 each: the twelfth passes 100,000."""
    goal = {"name": "readers", "metric": "outcome", "at_least": 100_000, "required": True}
    plan = solve(magazines((), objective={"minimize": "spend"}, goals=[goal]))
    assert (plan["status"], plan["value"], plan["bound"]) == ("optimal", 12_000, 12_000)
    assert spend_by_tactic(plan) == {"IJ": 6000, "FS": 6000}


def discounted(budget, card):
    """A daily of one reader a unit of list price, with a card; a weekly of 1.2, without."""
    tactics = [
        {"name": name, "stage": "upstream", "response": {"family": "linear", "slope": slope}}
        for name, slope in (("daily", 1), ("weekly", 1.2))
    ]
    rates = {"rule": "rate_card", "name": "rates", "scope": {"tactics": ["daily"]}} | card
    return scenario("discounts", tactics, objective=READERS, budget={"at_most": budget}, rules=[rates])


HALF_PRICE = {"tiers": [{"at_least": 0, "price": 1}, {"at_least": 4000, "price": 0.5}]}
THREE_QUARTERS = {"tiers": [{"at_least": 0, "price": 1}, {"at_least": 6000, "price": 0.75}], "all_units": True}
DEARER = {"tiers": [{"at_least": 0, "price": 0.5}, {"at_least": 3000, "price": 1}]}


@pytest.mark.parametrize(
    ("budget", "card", "readers", "daily"),
    [
        (4900, HALF_PRICE, 1.2 * 4900, 0),  # 4000 + 2 · 900 = 5800 are fewer
        (5100, HALF_PRICE, 4000 + 2 * 1100, 5100),  # from 5000 on the daily has more
        (10_000, HALF_PRICE, 16_000, 10_000),
        (4499, THREE_QUARTERS, 1.2 * 4499, 0),
        (4500, THREE_QUARTERS, 6000, 4500),  # 6000 units at 0.75
        (6000, THREE_QUARTERS, 8000, 6000),
        (1000, DEARER, 1200, 0),  # list price is the first tier's: 0.5 buys a unit of 0.5 list money
    ],
)
def test_a_discount_is_worth_taking_from_where_it_pays(budget, card, readers, daily):
    """Straight lines and a discount: all of the budget goes to one of the two, and where they change can be told."""
    document = discounted(budget, card)
    plan = solve(document)
    assert plan["status"] == "optimal"
    assert recheck(document, plan) == []
    assert plan["value"] == pytest.approx(readers, rel=1e-9)
    assert spend_by_tactic(plan)["daily"] == daily


def campaign(objective, **more):
    """Radio with a volume discount, print sold by the piece with increasing returns, posters with decreasing ones."""
    curves = {
        "radio": {"family": "power", "coefficient": 30, "exponent": 0.5},
        "print": {"family": "tabulated", "points": [[0, 0], [1000, 200], [2000, 1400], [3000, 3200], [4000, 3300]]},
        "posters": {"family": "exponential", "ceiling": 2500, "scale": 1500},
    }
    tactics = [
        {"name": name, "stage": "upstream", "response": curve, "metrics": {"contacts": {"per_spend": each}}}
        for (name, curve), each in zip(curves.items(), (3, 1, 2), strict=True)
    ]
    discount = [{"at_least": 0, "price": 1}, {"at_least": 1500, "price": 0.7}]
    rules = [
        {"rule": "packages", "name": "pieces", "price": 500},
        {"rule": "rate_card", "name": "rates", "scope": {"tactics": ["radio"]}, "tiers": discount, "all_units": True},
    ]
    return scenario("campaign", tactics, objective=objective, rules=[*rules, *more.pop("rules", [])], **more)


AT_MOST_TWO = {"rule": "active_count", "name": "two", "at_most": 2}
CONTACTS = {"name": "contacts", "metric": "contacts", "at_least": 12_000, "required": True}
RETURN = {"rule": "efficiency", "name": "return", "at_least": 1.05}


@pytest.mark.parametrize("pieces", seeds([7], [4, 10]))
@pytest.mark.parametrize("more", [{}, {"rules": [AT_MOST_TWO]}, {"rules": [RETURN]}], ids=["free", "two", "return"])
def test_a_campaign_of_pieces_is_the_best_of_all(more, pieces):
    """Discount, increasing and decreasing returns, in pieces of 500: every plan is tried."""
    document = campaign(READERS, budget={"at_most": pieces * 500}, **more)
    plan = solve(document)
    assert plan["status"] == "optimal"
    assert recheck(document, plan) == []
    assert plan["value"] == pytest.approx(enumerated(document, 500, pieces), rel=1e-9)


@pytest.mark.parametrize("least", [2000, 4000, 5500])
def test_the_cheapest_campaign_that_reaches_its_goals(least):
    """Readers and contacts at the least cost: every plan is tried."""
    goal = {"name": "readers", "metric": "outcome", "at_least": least, "required": True}
    document = campaign({"minimize": "spend"}, goals=[goal, CONTACTS])
    plan = solve(document)
    assert plan["status"] == "optimal"
    assert recheck(document, plan) == []
    assert plan["value"] == enumerated(document, 500, 14)
