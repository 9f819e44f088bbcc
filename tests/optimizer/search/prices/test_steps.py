"""What limits that stand together are worth, against planning again with each of them moved."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator

import pytest

from optimizer.answers.plan import Plan
from optimizer.optimize import optimize
from tests.effort import examples, seeds
from tests.optimizer.toys import Wire, domain, line, wire
from tests.optimizer.unranged import unranged

WHOLE = 10  # parts of 100 of money, of which spend limits take all
STEP = 0.01  # [money], by which a limit is moved
CLOSE = 2e-3  # of the steepest price: what curves bend over such a step


def curve(chance: random.Random, bent: bool) -> Wire:
    """Concave, or S-shaped, steeper than 1 somewhere."""
    scale, ceiling = chance.uniform(100, 800), chance.uniform(500, 3000)
    families: list[Wire] = [
        {"family": "exponential", "ceiling": ceiling, "scale": scale},
        {"family": "log", "coefficient": ceiling, "scale": scale},
        {"family": "hill", "ceiling": ceiling, "half_saturation": scale, "shape": chance.uniform(1.8, 4)},
        {"family": "s_logistic", "ceiling": ceiling, "steepness": chance.uniform(3, 12) / scale, "midpoint": scale},
    ]
    return families[chance.choice([0, 1, 2, 3] if bent else [0, 1])]


def cornered(seed: int, side: str) -> Wire:
    """Two to four tactics whose limits on one side add up to the budget, some of them with limits on the other side."""
    chance = random.Random(f"{side} {seed}")
    count, periods = chance.randint(2, 4), chance.choice([1, 1, 3])
    cuts = sorted(chance.sample(range(1, WHOLE), count - 1))
    parts = [100.0 * (last - first) for first, last in zip([0, *cuts], [*cuts, WHOLE], strict=True)]
    bent, tactics = chance.random() < 0.7, []
    for number, part in enumerate(parts):
        more: Wire = {"spend": {side: part}}
        if chance.random() < 0.3:
            more["spend"] |= {"at_most": 2 * part} if side == "at_least" else {"at_least": 0.5 * part}
        if periods > 1 and chance.random() < 0.5:
            more["adstock"] = {"family": "geometric", "retention": 0.4}
        tactics.append(line(f"t{number}", curve(chance, bent), **more))
    if side == "at_least" and chance.random() < 0.4:
        tactics.append(line("open", curve(chance, bent)))
    whole = 100.0 * WHOLE * periods
    document = wire(tactics, budget={chance.choice(["at_most", "exactly"]): whole}, digits=6, solve={"gap": 1e-9})
    document |= {"objective": {"maximize": chance.choice(["revenue", "profit"])}}
    document |= {"periods": [f"p{number}" for number in range(periods)]} if periods > 1 else {}
    own, share = {"scope": {"tactics": ["t0"]}}, parts[0] / (100.0 * WHOLE)
    rules: list[list[Wire]] = [
        [],
        [{"rule": "share_range", "name": "share", "at_most": share} | own],
        [{"rule": "share_range", "name": "share", "at_least": share} | own],
        [{"rule": "spend_range", "name": "region", side: parts[0] * periods} | own],
    ]
    return document | {"rules": chance.choice([[], *rules])}


def moved(document: Wire, name: str, side: str, by: float) -> Wire:
    """The same with the budget, or a spend limit, moved."""
    other = copy.deepcopy(document)
    if name == "budget":
        other["budget"][side] += by
        return other
    limit = next(tactic["spend"] for tactic in other["tactics"] if name.endswith(f" {tactic['name']}"))
    limit[side] += by
    return other


def gained(document: Wire, plan: Plan, name: str, side: str) -> float | None:
    """What planning again says of a limit that is loosened; None where there is no plan then."""
    for step in {"at_most": (STEP,), "at_least": (-STEP,), "exactly": (STEP, -STEP)}[side]:
        with unranged():
            again = optimize(domain(moved(document, name, side, step)))
        if again.value is not None and plan.value is not None:
            return (again.value - plan.value) / step
    return None


def limits(document: Wire, side: str) -> Iterator[tuple[str, str]]:
    """The budget, and the spend limits that add up to it."""
    yield "budget", next(iter(document["budget"]))
    for tactic in document["tactics"]:
        if "spend" in tactic:
            yield f"spend limit of {tactic['name']}", side


@pytest.mark.parametrize("side", ["at_least", "at_most"])
@pytest.mark.parametrize("seed", seeds(4, examples(40)))
def test_limits_that_add_up_to_the_budget_are_worth_what_loosening_each_alone_brings(side: str, seed: int) -> None:
    """Floors, or caps, take all of the budget: each is worth what planning again with it moved says. (law S3)"""
    document = cornered(seed, side)
    plan = optimize(domain(document))
    told = {(rule.name, rule.side): rule.price or 0.0 for rule in plan.rules}
    asked = [(name, own, gained(document, plan, name, own)) for name, own in limits(document, side)]
    steep = max(abs(price) for *_, price in asked if price is not None)
    for name, own, price in asked:
        if price is not None:
            assert told.get((name, own), 0.0) == pytest.approx(price, abs=CLOSE * max(steep, 1.0)), name


BENT = {"family": "tabulated", "points": [[0, 0], [7, 18], [10, 25.7], [28, 34.7]]}
CARRIED = {"family": "geometric", "retention": 0.3, "normalized": True, "length": 2}


@pytest.mark.parametrize(("budget", "first"), [(32, 11), (30, 8), (27, 9)])
def test_a_table_that_reads_two_spends_at_a_bend_stays_there(budget: float, first: float) -> None:
    """More before and less then: the sum of what each spend does by itself is less than both together."""
    document = wire(
        [line("a", BENT, adstock=CARRIED)],
        periods=["p0", "p1", "p2"],
        budget={"at_most": budget, "by_period": {"p0": {"exactly": first}}},
        digits=6,
        solve={"gap": 1e-9},
    )
    plan = optimize(domain(document))
    assert plan.budget is not None
    assert plan.budget.price == pytest.approx(gained(document, plan, "budget", "at_most"), rel=CLOSE)


def test_a_spend_that_rows_leave_nothing_has_no_room_with_nine_digits_either() -> None:
    """What is promised is what the first period has to spend: a unit more is lost, though no less may be spent."""
    document = wire(
        [line("a", {"family": "tabulated", "points": [[0, 0], [20, 0]]}, adstock=CARRIED | {"after_saturation": True})],
        objective={"maximize": "profit"},
        periods=["p0", "p1", "p2"],
        budget={"at_most": 11, "by_period": {"p0": {"at_least": 2}}},
        rules=[{"rule": "commitment", "name": "c", "amount": 2}],
        digits=9,
    )
    assert [rule.price for rule in optimize(domain(document)).rules if rule.name == "c"] == [pytest.approx(-1.0)]


@pytest.mark.parametrize(("budget", "price"), [(381.0, 2.0 / 3.7), (418.0, 0.0), (380.0, 1.0 / 25.7)])
def test_a_budget_that_ends_where_a_table_bends_up_is_worth_what_comes_after(budget: float, price: float) -> None:
    """To grow and to shrink at once would bring for nothing what the slopes differ by."""
    points = [[0, 0], [31, 10], [124, 36.3], [381, 46.3], [418, 66.3], [433, 66.3], [519, 76.3]]
    table = {"family": "tabulated", "points": points}
    plan = optimize(domain(wire({"a": table}, budget={"at_most": budget}, digits=6)))
    assert plan.budget is not None
    assert plan.budget.price == pytest.approx(price)


def test_money_that_is_not_spent_makes_limits_of_spends_worth_what_they_bring() -> None:
    """What brings nothing was spent by the search and is not in the plan: nothing makes way for a unit more."""
    flat = {"family": "tabulated", "points": [[0, 0], [1, 27.3], [26, 27.3], [30, 45.3]]}
    log = {"family": "log", "coefficient": 7.8, "scale": 29.7}
    document = wire(
        [
            line("a", log, spend={"at_least": 2, "at_most": 35}),
            line("b", flat, spend={"at_least": 9, "at_most": 10}),
            line("c", log, spend={"at_least": 4, "at_most": 24}),
        ],
        budget={"at_least": 50, "at_most": 69},
        rules=[{"rule": "spend_range", "name": "r", "at_least": 39}],
        digits=6,
    )
    prices = {rule.name: rule.price for rule in optimize(domain(document)).rules}
    assert [prices[f"spend limit of {name}"] for name in "ac"] == [pytest.approx(7.8 / (29.7 + x)) for x in (35, 24)]
