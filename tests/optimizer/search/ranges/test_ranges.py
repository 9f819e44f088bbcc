"""Where a price holds, and on which side: against plans made with the limit there, and by hand."""

import copy
import itertools
import random

import pytest

from optimizer.errors import ScenarioError
from optimizer.optimize import optimize
from optimizer.search.ranges import ranges
from optimizer.search.ranges.followed.walk import Walk
from optimizer.search.ranges.predicted.smooth import Smooth
from optimizer.search.ranges.solved.nearby import Nearby
from optimizer.search.ranges.solved.resolved import Resolved
from tests.effort import seeds
from tests.optimizer.search.prices.test_duals import CASES
from tests.optimizer.search.ranges.columns import unknown
from tests.optimizer.toys import LINE, domain, line, wire
from tests.optimizer.unranged import unranged
from tests.oracles import instances
from tests.oracles.mixtures import mixture
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve

A, B, C = ({"tactics": [name]} for name in "abc")
SOLVED = [
    "exact budget",
    "share, lower",
    "outcome, upper",
    "linear",
    "spend limit over periods",
    "goal at the least spend",
]
FOLLOWED = ("exact budget", "share, lower", "outcome, upper", "goal at the least spend")
LONG = ("turnover, few lines", "share, both")  # of whose kind others are
# On a river, on bent curves: nothing.
SPARE = {"spend range, lower", "outcome, lower", "spend limit, lower", "goal beside an objective"}
HOLDS = 0.011  # relative: 1 %, and the noise of two plans


def without(monkeypatch, *ways):
    """Nothing is predicted, and some ways lead nowhere."""
    monkeypatch.setattr(Smooth, "holds", unknown)
    for way in ways:
        monkeypatch.setattr(way, "around", lambda *_: False)


def told(plan, limit):
    """The line of a limit, wherever the plan tells it."""
    return next(line_ for line_ in plan["rules"] + plan["goals"] if line_["name"] == limit)


def price_at(case, shift):
    """The price of the case's limit when it is moved; infinite where there cannot be such a limit."""
    document, holder, fields, limit = case()
    for field in fields:
        holder[field] += shift
    try:
        plan = solve(document)
    except ScenarioError:
        return float("inf")
    return float("inf") if plan["status"] == "conflict" else told(plan, limit)["price"]


def check(case, plan=None):
    """The price of the plan is the same to 1 % at both ends, and another one not far beyond."""
    document, holder, fields, limit = case()
    own, at = told(plan or solve(document), limit), holder[fields[0]]
    ends = [end for end in (own["price_holds_from"], own["price_holds_to"]) if end is not None]
    assert ends
    assert min(ends) < at or max(ends) > at
    for end in ends:
        inside, outside = (price_at(case, share * (end - at)) / own["price"] - 1.0 for share in (1.0, 1.4))
        assert abs(inside) <= HOLDS < abs(outside) + 1e-3, (end, inside, outside)


@pytest.mark.parametrize("name", seeds([name for name in CASES if name not in LONG], CASES))
def test_a_price_holds_to_its_ends_and_not_beyond(name):
    """Budgets, every priced kind of rule, spend limits on both sides, goals; both ways of objectives. (law S4)"""
    check(CASES[name])


@pytest.mark.parametrize("name", seeds(FOLLOWED, SOLVED))
def test_solving_the_neighbourhood_finds_the_same_ends(name, monkeypatch):
    """Without the curves' own word, by linear programs alone."""
    without(monkeypatch, Resolved, Walk)
    monkeypatch.setattr(ranges, "SOLVES", 3000)
    check(CASES[name])


@pytest.mark.parametrize("name", seeds((*FOLLOWED, "change of the sum"), CASES))
def test_following_the_conditions_finds_the_same_ends(name, monkeypatch):
    """By Newton's method from change to change, without the prediction from the plan alone."""
    without(monkeypatch, Resolved, Nearby)
    check(CASES[name])


def to_goals(name):
    """A case whose objective is a goal out of reach."""
    document, *rest = CASES[name]()
    far = {"name": "far", "metric": "revenue", "at_least": 20000, "priority": 1}
    document |= {"objective": {"maximize": "goals"}, "goals": [*document.get("goals", []), far]}
    return document, *rest


def on_a_river(name):
    """A case in which demand that one tactic makes is what another can convert."""
    document, *rest = CASES[name]()
    document["tactics"][0] |= {"stage": "upstream", "feeds": "pool", "demand_per_outcome": 2.0}
    document["tactics"][1] |= {"stage": "downstream", "draws_from": "pool"}
    pool = {"name": "pool", "initial": 250, "organic": 60, "retention": 0.7, "end_value": 0.2}
    return document | {"demand_pools": [pool]}, *rest


def by_the_worst(name):
    """A case whose curves have draws, and which looks at the worst of them."""
    document, *rest = CASES[name]()
    rng = random.Random(1)
    for tactic in document["tactics"]:
        own = tactic["response"]
        draws = [own | {"coefficient": own["coefficient"] * rng.uniform(0.6, 1.4)} for _ in range(8)]
        tactic["response"] = {
            "family": own["family"],
            "draws": [{key: value for key, value in draw.items() if key != "family"} for draw in draws],
        }
    return document | {"objective": {"maximize": "revenue", "confidence": 0.6}}, *rest


def by_decision(name):
    """A case with a tactic that is switched on or off, and one that costs more than it brings if it is on."""
    document, *rest = CASES[name]()
    document["tactics"].append(line("d", {"family": "power", "coefficient": 4, "exponent": 0.5}, current_spend=9))
    least = [("c", 20), ("d", 250)]
    document["rules"] = [*document.get("rules", [])] + [
        {"rule": "minimum_if_active", "name": f"on {tactic}", "scope": {"tactics": [tactic]}, "at_least": amount}
        for tactic, amount in least
    ]
    return document, *rest


def on_bent_curves(name):
    """A case with curves that are convex first, of which the smaller amounts stand on that part."""
    document, *rest = CASES[name]()
    bent = {"family": "hill", "shape": 1.8}
    document["tactics"][0]["response"] = bent | {"ceiling": 420, "half_saturation": 160}
    document["tactics"][1]["response"] = bent | {"ceiling": 700, "half_saturation": 90}
    return document | {"solve": {"gap": 1e-7, "time_limit": 20}}, *rest


def on_tables(name):
    """A case with a table that bends down, of which the worst draws know two."""
    document, *rest = by_the_worst(name) if name in ("budget", "share, lower") else CASES[name]()
    points = [[0, 0], [20, 70], [60, 140], [150, 220], [280, 300], [500, 390], [900, 480]]
    table = [[[place, share * height] for place, height in points] for share in (1.1, 0.8)]
    worst = "confidence" in document["objective"]
    shapes = {"draws": [{"points": table[number % 2]} for number in range(8)]} if worst else {"points": points}
    document["tactics"][0]["response"] = {"family": "tabulated"} | shapes
    return document, *rest


# Generated tables are tried beside them, and demand has its own.
FEW = {
    to_goals: {"share, lower"},
    on_a_river: {"share, upper"},
    by_the_worst: {"budget over periods", "share, lower", "change, amount", "spend limit, upper"},
    by_decision: {"share, lower"},
    on_bent_curves: {"share, lower"},
    on_tables: {"exact budget", "spend limit, upper"},
}
FURTHER = [
    (how, name)
    for how in FEW
    for name in CASES
    if "least spend" not in name and not (name in SPARE and how in (on_a_river, on_bent_curves))
    if (how.__name__, name)
    not in {
        ("by_decision", "turnover, few lines"),
        ("on_bent_curves", "efficiency"),
        ("on_tables", "outcome, lower"),
        ("on_tables", "goal beside an objective"),
        ("on_tables", "spend range, upper"),  # it stands at a point
    }  # nor here
]


@pytest.mark.parametrize(
    ("how", "name"),
    [
        pytest.param(how, name, marks=() if name in FEW[how] else pytest.mark.deep, id=f"{how.__name__} {name}")
        for how, name in FURTHER
    ],
)
def test_so_it_does_in_every_kind_of_plan(how, name):
    """Goals, rivers, worst draws, decisions, bent curves. (law S4)"""
    check_both(lambda: how(name))


def check_both(case):
    """The price is a derivative, and holds to its ends."""
    document, holder, fields, limit = case()
    plan, step = solve(document), 2e-3 * abs(holder[fields[0]])
    price, ends = told(plan, limit)["price"], []
    for move in (-step, 2 * step):
        for field in fields:
            holder[field] += move
        with unranged():
            ends.append(solve(document)["value"])
    assert price == pytest.approx((ends[1] - ends[0]) / (2 * step), rel=2e-3)
    check(case, plan)


def lines(budget, **more):
    """Slope 3 up to 400, slope 2 without limit."""
    tactics = [line("a", LINE, spend={"at_most": 400}), line("b", {"family": "linear", "slope": 2})]
    return wire(tactics, budget=budget, digits=6, **more)


TABLES = wire(
    {
        "a": {"family": "tabulated", "points": [[0, 0], [100, 300], [200, 500], [400, 600]]},
        "b": {"family": "tabulated", "points": [[0, 0], [150, 400], [300, 600]]},
    },
    budget={"at_most": 320},
    digits=6,
)
FLOOR = [{"rule": "spend_range", "name": "r", "scope": B, "at_least": 100}]
SHARE = [{"rule": "share_range", "name": "r", "scope": A, "at_least": 0.6}]
ROOT, DOUBLE = ({"family": "power", "coefficient": size, "exponent": 0.5} for size in (10, 20))
STEEP = {"family": "hill", "ceiling": 4000, "half_saturation": 40, "shape": 2.5}
BY_HAND = {
    "a slope that goes on": (lines({"at_most": 1000}), "budget", 2.0, 400.0, None),
    "a limit that stops a better use": (lines({"at_most": 1000}), "spend limit of a", 1.0, 0.0, 1000.0),
    "a kink at the limit: what more is worth": (lines({"at_most": 400}), "budget", 2.0, 400.0, None),
    "a kink at an exact limit: what more is worth": (lines({"exactly": 400}), "budget", 2.0, 400.0, None),
    "as little as the floor allows": (lines({"exactly": 300}, rules=FLOOR), "budget", 3.0, 100.0, 500.0),
    "a floor": (lines({"exactly": 300}, rules=FLOOR), "r", -1.0, 0.0, 300.0),
    "a table": (TABLES, "budget", 2.0, 250.0, 350.0),
    "a share of tables": (TABLES | {"rules": SHARE}, "r", -640 / 3, 170 / 320, 200 / 320),
    "a budget beside a share": (TABLES | {"rules": SHARE}, "budget", 0.6 * 2 + 0.4 * 8 / 3, 500 / 3, 1000 / 3),
    "two limits that are one: neither is worth loosening": (
        wire({"a": ROOT, "b": DOUBLE}, budget={"at_most": 500}, digits=6,
             rules=[{"rule": "spend_range", "name": "r", "at_most": 500}]),
        "budget", 0.0, None, None,
    ),
    "a budget that is the sum of all limits": (
        wire([line("a", ROOT, spend={"at_most": 100}), line("b", DOUBLE, spend={"at_most": 400})],
             budget={"at_most": 500}, digits=6),
        "spend limit of a", 0.0, None, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_straight_pieces_are_exact(name):
    """Kinks are found where they are; where limits bind together the price is that of loosening one alone. (law S3)"""
    document, limit, price, least, most = BY_HAND[name]
    plan = solve(document)
    assert recheck(document, plan) == []
    own = next((each for each in plan["rules"] if each["name"] == limit), {"price": 0.0})
    assert own["price"] == pytest.approx(price, rel=1e-6)
    for end, side in ((least, "price_holds_from"), (most, "price_holds_to")):
        assert own.get(side) == (None if end is None else pytest.approx(end, rel=1e-6, abs=1e-6))


def test_an_s_shape_stays_on_its_piece():
    """40 on a steep part: the price holds as far as its own curve says, and a second tactic that waits is no matter."""
    document = wire({"a": STEEP, "b": STEEP | {"ceiling": 3000}}, budget={"at_most": 60}, digits=6)
    own = told(solve(document), "budget")
    for end in (own["price_holds_from"], own["price_holds_to"]):
        moved = copy.deepcopy(document) | {"budget": {"at_most": end}}
        assert told(solve(moved), "budget")["price"] == pytest.approx(own["price"], rel=HOLDS)
    assert own["price_holds_from"] < 60 < own["price_holds_to"]


def test_with_decisions_the_price_says_so():
    """The rule that decides has no price; the budget's holds with its decision."""
    rules = [{"rule": "minimum_if_active", "name": "r", "scope": A, "at_least": 60}]
    document = wire({"a": ROOT, "b": DOUBLE}, budget={"at_most": 150}, rules=rules, digits=6)
    plan = solve(document)
    own = told(plan, "budget")
    assert own["price_note"] == plan["budget"]["price_note"] == "with the chosen on/off decisions fixed"
    for end in (own["price_holds_from"], own["price_holds_to"]):
        moved = copy.deepcopy(document) | {"budget": {"at_most": end}}
        assert told(solve(moved), "budget")["price"] == pytest.approx(own["price"], rel=HOLDS)
    assert (told(plan, "r")["side"], told(plan, "r")["price"]) == (None, None)


def test_without_effort_nothing_is_told(monkeypatch):
    """The ranges stay absent, and a warning names the limits."""
    for effort in ("SOLVES", "EACH", "LOOKS", "FEW_LOOKS", "WALKS", "EACH_WALK"):
        monkeypatch.setattr(ranges, effort, 0)
    plan = solve(lines({"at_most": 1000}))
    assert (plan["budget"]["price"], plan["budget"]["price_holds_from"]) == (2.0, None)
    assert any("was not worked out" in warning and "budget" in warning for warning in plan["warnings"])


def test_a_range_of_no_width_is_warned_of(monkeypatch):
    """Both ends where the limit stands: nothing was found out."""
    monkeypatch.setattr(Resolved, "around", lambda *_: False)
    monkeypatch.setattr(Walk, "end", lambda *_: (0.0, True))
    plan = solve(lines({"at_most": 1000}))
    assert plan["budget"]["price_holds_from"] == plan["budget"]["price_holds_to"] == 1000
    assert any("was not worked out" in warning and "budget" in warning for warning in plan["warnings"])


def test_a_side_of_a_spend_limit_has_its_own_price():
    """Full in the strong season, at its floor in the weak one: two lines of one name."""
    tactic = line("a", ROOT, seasonality=[2, 0.1], spend={"at_least": 40, "at_most": 60})
    plan = solve(wire([tactic, line("b", ROOT)], periods=["1", "2"], budget={"at_most": 200}, digits=6))
    prices = {each["side"]: each["price"] for each in plan["rules"] if each["name"] == "spend limit of a"}
    assert set(prices) == {"at_least", "at_most"}
    assert prices["at_least"] < 0.0 < prices["at_most"]


def test_the_cells_say_what_holds_them_and_what_they_would_bring():
    """A floor on b holds it, and is paid for what it costs; a takes the next unit."""
    plan = solve(lines({"exactly": 300}, rules=FLOOR))
    cells = {cell["tactic"]: cell for cell in plan["allocations"]}
    assert (cells["a"]["held_by"], cells["b"]["held_by"]) == ([], ["r"])
    assert cells["a"]["next_unit"] == pytest.approx(3.0)
    assert plan["next_best"][0]["tactic"] == "a"
    assert plan["unspent_because"] == []
    spare = solve(wire([line("a", LINE, spend={"at_most": 40})], budget={"at_most": 60}))
    assert spare["unspent_because"] == ["spend limit of a"]


def test_a_plan_stopped_by_time_has_ranges_where_it_is_the_best_of_what_is_near():
    """What the search had not proved yet is what a whole search finds, and so are its ranges."""
    rng = random.Random(2)
    tactics = []
    for number in range(9):
        spread = {"ceiling": (80, 200), "half_saturation": (20, 60), "shape": (1.5, 3.5)}
        curve = {name: rng.uniform(*ends) for name, ends in spread.items()}
        tags = {"k": str(number % 3)}
        tactics.append(line(f"t{number}", {"family": "hill"} | curve, spend={"at_most": 120}, tags=tags))
    rules = [
        {"rule": "share_range", "name": f"s{k}", "scope": {"tags": {"k": k}}, "at_most": 0.35} for k in ("0", "1", "2")
    ]
    document = wire(tactics, budget={"at_most": 405}, rules=rules, digits=6, solve={"gap": 1e-9, "time_limit": 10})
    whole = optimize(domain(document))
    stopped = [stopped_after(document, looks) for looks in range(2, 14)]
    assert {plan.status for plan in stopped} >= {"feasible"}
    told_ = [plan for plan in stopped if plan.status == "feasible" and plan.budget.price_holds_from is not None]
    assert told_
    for plan in told_:
        assert plan.value == pytest.approx(whole.value)
        assert plan.budget.price_holds_from == pytest.approx(whole.budget.price_holds_from, rel=1e-6)
        assert plan.budget.price_holds_to == pytest.approx(whole.budget.price_holds_to, rel=1e-6)


def stopped_after(document, looks):
    """The plan when time is up after so many looks at the clock."""
    counted = itertools.count()
    return optimize(domain(document), clock=lambda: 0.0 if next(counted) < looks else 1e6)


@pytest.mark.parametrize("size", [(6, 4, 60), pytest.param((20, 12, 300), marks=pytest.mark.deep)])
def test_very_many_draws_have_ranges_too(size):
    """Hundreds of draws of hundreds of cells: by the draws that are the worst and those that decide."""
    tactics, periods, draws = size
    rng = random.Random(0)
    lines_ = []
    for number in range(tactics):
        members = [
            {
                "ceiling": rng.uniform(500, 1500) * (1 + number / 5),
                "half_saturation": rng.uniform(80, 160) * (1 + number / 3),
                "shape": 0.9,
            }
            for _ in range(draws)
        ]
        season = [1 + 0.3 * ((number + period) % 4) for period in range(periods)]
        lines_.append(line(f"t{number}", {"family": "hill", "draws": members}, seasonality=season))

    def case():
        document = wire(
            copy.deepcopy(lines_),
            periods=[str(period) for period in range(periods)],
            objective={"maximize": "revenue", "confidence": 0.9},
            budget={"at_most": 60 * tactics * periods},
            digits=4,
            solve={"gap": 1e-6, "time_limit": 60},
        )
        return document, document["budget"], ["at_most"], "budget"

    check(case)


def test_beside_packages_and_a_blackout_a_small_net_price_holds_as_told():
    """What decisions pin does not move; of what is left a unit brings little more than it costs."""
    document = mixture(54) | {"digits": 6, "solve": {"gap": 1e-8, "time_limit": 10}}
    check(lambda: ((made := copy.deepcopy(document)), made["budget"], ["at_most"], "budget"))


def test_every_range_of_a_year_with_adstock_is_worked_out():
    """Ten tactics over 52 weeks: tactic by tactic the equations are small."""
    plan = solve(instances.weekly(10, 0))
    assert not [warning for warning in plan["warnings"] if "was not worked out" in warning]
    assert plan["budget"]["price_holds_from"] is not None
