"""Tables in the conditions: which piece is read, and ranges of generated plans against plans made around their ends."""

import copy

import numpy as np
import pytest

from optimizer.errors import ScenarioError
from optimizer.search.ranges.followed.corners import Corners
from tests.effort import examples
from tests.optimizer import toys
from tests.optimizer.search.ranges.test_ranges import on_tables, told
from tests.optimizer.search.toys import toy
from tests.oracles.solve import solve
from tests.oracles.tables import on_its_pieces, tables

HOLDS = 0.0105  # relative: 1 %, and what two plans differ by
BEYOND = 0.0088  # relative: ends may be told a little short
BETTER = 1e-6  # relative to the value: more than a price brings along its range, so that it is another plan's
STEP = 2e-3  # of a limit, over which a slope is measured


def test_pieces_lie_between_points():
    """The point itself belongs to the piece below, and what is a little above it, too, if that is near enough."""
    model = toy("tables and draws").model
    corners = Corners(model, model.tables)
    points = np.array([30.0, 60.0, 90.0, 120.0])
    read = np.array([[0.0], [30.0], [30.00001], [75.0], [500.0]])
    assert [corners.pieces(row, 0.0)[0] for row in read] == [0, 0, 1, 2, 4]
    assert corners.pieces(read[2], 1e-6)[0] == 0
    for piece in range(5):
        low, high = (end[0] for end in corners.ends(np.array([piece])))
        assert (low, high) == ([-np.inf, *points][piece], [*points, np.inf][piece])
        assert low < corners.within(np.array([piece]))[0] < high


def test_a_limit_at_a_point_of_a_table_has_the_range_of_the_side_that_loosens_it():
    """20 is where the table bends: above it, it goes on to its next point but for what the price changes before."""
    document, *_ = on_tables("spend range, upper")
    own = told(solve(document), "limit")
    assert own["price"] == pytest.approx(1.3933, rel=1e-4)
    assert (own["price_holds_from"], own["price_holds_to"]) == pytest.approx((20.0, 60.0), rel=1e-3)


def test_a_range_ends_where_a_table_grows_steeper_and_where_no_limit_can_be():
    """Held at 50 on the first part, which pays 1 a unit up to 80; a floor of 20 on it is none below 0."""
    curve = {"family": "tabulated", "points": [[0, 0], [80, 80], [200, 400]]}
    other = {"family": "linear", "slope": 2}
    for limits, price, ends in (({"at_most": 50}, 0.5, (0.0, 80.0)), ({"at_least": 20}, -1.0, (0.0, 80.0))):
        other["slope"] = 0.5 if "at_most" in limits else 2
        tactics = [toys.line("a", curve, spend=limits), toys.line("b", other)]
        own = told(solve(toys.wire(tactics, budget={"at_most": 100}, digits=6)), "spend limit of a")
        assert own["price"] == pytest.approx(price)
        assert (own["price_holds_from"], own["price_holds_to"]) == pytest.approx(ends, abs=1e-3)


def test_of_prices_that_come_to_0_together_that_makes_room_which_lets_the_limit_move():
    """Whatever comes under the cap earns 1 a unit, until all money brings the most that it can."""
    own = told(solve(tables(96, "concave")), "r0")
    assert own["price"] == pytest.approx(1.0)
    assert own["price_holds_to"] == pytest.approx(5474.689, rel=1e-6)


def test_a_cap_on_what_runs_through_curves_is_never_below_nothing():
    """Its row is written a billionth wider than it is stated: that much below 0 its price was told to hold."""
    own = told(solve(tables(8, "concave")), "r0")
    assert own["price"] == pytest.approx(1.0)
    assert own["price_holds_from"] == 0.0


def limits(document):
    """By name and field what states each limit."""
    for field in ("at_most", "exactly"):
        if field in document["budget"]:
            yield "budget", field, document["budget"]
    stated = [(rule["name"], rule) for rule in document["rules"]]
    stated += [
        (f"spend limit of {tactic['name']}", tactic["spend"]) for tactic in document["tactics"] if "spend" in tactic
    ]
    yield from ((name, field, own) for name, own in stated for field in ("at_least", "at_most") if field in own)


def worth(document, edges, limit, place):
    """What the plan made with a limit at a place is worth; None where there is none, or on another part of a table."""
    moved = copy.deepcopy(document)
    next(own for name, field, own in limits(moved) if (name, field) == limit)[limit[1]] = place
    try:
        plan = solve(moved)
    except ScenarioError:
        return None
    away = (abs(line["spend"] - edge) <= 1e-4 for line in plan["tactics"] for edge in edges[line["tactic"]])
    return None if any(away) else plan["value"]


def slope(document, edges, limit, low, high):
    """What the value gains between two places of a limit, for each unit; None where there is no plan, or another."""
    values = [worth(document, edges, limit, place) for place in (low, high)]
    return None if None in values else (values[1] - values[0]) / (high - low)


def capped(document):
    """Whether outcome is capped: the plans that keep the cap are no convex set then, though every table is concave."""
    return any(rule["rule"] == "metric_range" and "at_most" in rule for rule in document["rules"])


def looks(line, at):
    """By side, places to measure a slope at: just inside of an end, or far away; and well beyond it."""
    for sign, end in ((-1.0, line["price_holds_from"]), (1.0, line["price_holds_to"])):
        room = 10.0 * at if end is None else abs(end - at)
        step = min(STEP * abs(at), 0.05 * room)
        yield sign, step, None if step <= 1e-6 * abs(at) else at + sign * (room - step), at + sign * (1.1 * room + step)


def check(seed, kind):
    """Every price is the slope just inside of both ends, and, on concave tables, no longer is beyond them.

    Where money is left that a table does nothing with, its place is any, and a range may end where that happens to be.
    """
    document = tables(seed, kind)
    plan = solve(document)
    assert not [warning for warning in plan["warnings"] if "was not worked out" in warning]
    known = on_its_pieces(document, plan) if plan["value"] is not None else None
    if known is None:
        return
    near, edges = known
    spends = {line["tactic"]: line["spend"] for line in plan["tactics"]}
    wasted = any(spends[own["name"]] > own["response"]["points"][-1][0] + 1.0 for own in document["tactics"])
    lines = {(line["name"], line["side"]): line for line in plan["rules"] if line["price"]}
    for name, field, own in list(limits(document)):
        line, at = lines.get((name, field)), own[field]
        if line is None:
            continue
        assert (line["price_holds_from"] or 0.0) >= 0.0
        assert "share" not in line["price_unit"] or (line["price_holds_to"] or 0.0) <= 1.0
        for sign, step, inside, outside in looks(line, at):
            if inside is not None and capped(document):
                value = worth(near, edges, (name, field), inside)
                if value is not None and value - plan["value"] > line["price"] * (inside - at) + BETTER * plan["value"]:
                    continue  # the best plan there is another one, far away; the range belongs to this
            if inside is not None:
                found = slope(near, edges, (name, field), inside - sign * step, inside)
                assert found is None or found == pytest.approx(line["price"], rel=HOLDS), (seed, name, sign)
            if kind == "concave" and not wasted:
                found = slope(near, edges, (name, field), outside, outside + sign * step)
                told_end = line["price_holds_from" if sign < 0 else "price_holds_to"] is not None
                assert not told_end or found is None or abs(found / line["price"] - 1.0) > BEYOND, (seed, name, sign)


@pytest.mark.parametrize("kind", ["concave", "convex first"])
def test_generated_tables_have_ranges_that_hold(kind):
    """A few of them; each solves some twenty plans."""
    for seed in range(examples(6)):
        check(seed, kind)


@pytest.mark.deep
def test_a_floor_that_pulls_by_rounding_only_has_no_price():
    """Its cell brings 1 and is charged the double beside 1: the difference was told as a price of -5e-16."""
    check(54, "concave")


@pytest.mark.deep
@pytest.mark.parametrize("kind", ["concave", "convex first"])
def test_many_generated_tables_have_ranges_that_hold(kind):
    """Two hundred of each kind."""
    for seed in range(200):
        check(seed, kind)
