"""Where some plan in whole minor units keeps every limit, the plan that is told does: whatever the unit."""

import random
from itertools import product

import pytest

from optimizer.optimize import optimize
from tests.effort import examples, seeds
from tests.optimizer.toys import Wire, domain, line, wire
from tests.oracles.exact import Statement, exact
from tests.oracles.rules import broken

MOST_DIGITS = 9
NO_OTHER = "no other `digits` was found to help"
FLOOR = wire(
    {
        "t0": {"family": "s_logistic", "ceiling": 579.466, "steepness": 0.0890777, "midpoint": 313.551},
        "t1": {"family": "hill", "ceiling": 3525.29, "half_saturation": 1440.88, "shape": 3.65638},
    },
    objective={"maximize": "profit"},
    budget={"exactly": 578.5566},
    rules=[{"rule": "minimum_if_active", "name": "m", "scope": {"tactics": ["t1"]}, "at_least": 1162}],
)


def missed(document: Wire, spends: list[float]) -> list[str]:
    """What a spend breaks of a document, in fractions."""
    statement = Statement.of(document)
    return broken(statement, dict(zip(statement.cells, map(exact, spends), strict=True)))


def told(document: Wire) -> tuple[list[float] | None, float, list[str]]:
    """What is spent, None without a plan; the largest violation that is told, and what is warned of roundings."""
    plan = optimize(domain(document))
    if plan.certificate is None:
        return None, 0.0, []
    warned = [warning for warning in plan.warnings if "no spend in whole minor units" in warning]
    return [cell.spend for cell in plan.allocations], plan.certificate.largest_violation, warned


@pytest.mark.parametrize("digits", seeds((0, 2, 5, MOST_DIGITS), MOST_DIGITS + 1))
def test_an_exact_budget_is_spent_to_the_last_unit(digits):
    """578.5566, where a program leaves half a millionth of it; with fewer digits it cannot, and that is told."""
    spends, violation, warned = told(FLOOR | {"digits": digits})
    assert (missed(FLOOR, spends) == []) == (violation == 0.0) == (digits >= 4)
    assert ["with `digits` 4 every limit is kept" in warning for warning in warned] == [True] * (digits < 4)


def test_that_no_digits_help_is_told():
    """12.92, a share of exactly 0.175 of everything: 73.828571…, which is no decimal."""
    rules = [{"rule": "share_range", "name": "r", "scope": {"tactics": ["a"]}, "at_least": 0.175, "at_most": 0.175}]
    tactics = [
        line("a", {"family": "linear", "slope": 2}, spend={"at_least": 12.92, "at_most": 12.92}),
        line("b", {"family": "linear", "slope": 3}),
    ]
    spends, violation, (warning,) = told(wire(tactics, budget={"at_most": 200}, rules=rules))
    assert violation > 0.0
    assert missed(wire(tactics, budget={"at_most": 200}, rules=rules), spends)
    assert NO_OTHER in warning


def few(seed: int) -> tuple[Wire, float, int]:
    """A scenario of few units of money, how large a unit is, and how many of them the budget has."""
    rng = random.Random(seed)
    digits, count, most = seed % (MOST_DIGITS + 1), rng.randint(2, 3), rng.randint(3, 14)
    names = [f"t{number}" for number in range(count)]
    unit = 10.0**-digits

    def money(low: float, high: float) -> float:
        units = rng.randint(round(low), round(high)) if rng.random() < 0.8 else round(rng.uniform(low, high), 1)
        return float(f"{units * unit:.12g}")

    tactics = []
    for name in names:
        size = rng.uniform(0.2, 1.0) * most * unit
        curve = {"family": "hill", "ceiling": rng.uniform(1, 5) * size, "half_saturation": size}
        spend = {"at_most": money(1, most)} if rng.random() < 0.4 else {}
        tactics.append(line(name, curve | {"shape": rng.choice([0.8, 2.0, 5.0])}, spend=spend))
    rules: list[Wire] = []
    for number in range(rng.randint(1, 2)):
        share = round(rng.uniform(0.0, 0.5), 2)
        scope = {"tactics": rng.sample(names, rng.randint(1, count - 1))}
        limits = {"at_least": share, "at_most": round(share + rng.choice([0.0, 0.05, 0.3]), 2)}
        rules.append({"rule": "share_range", "name": f"s{number}", "scope": scope} | limits)
    if rng.random() < 0.5:
        scope = {"tactics": [rng.choice(names)]}
        rules.append({"rule": "minimum_if_active", "name": "m", "scope": scope, "at_least": money(1, most / 2)})
    if rng.random() < 0.3:
        rules.append({"rule": "active_count", "name": "c", "at_most": rng.randint(1, count)})
    total = float(f"{most * unit:.12g}")
    budget = {rng.choice(["exactly", "at_most"]): total}
    objective = {"maximize": rng.choice(["revenue", "profit"])}
    return wire(tactics, objective=objective, budget=budget, rules=rules, digits=digits), unit, most


@pytest.mark.parametrize("seed", seeds(10, examples(120)))
def test_few_units_keep_every_limit_where_any_do(seed):
    """Against every spend in whole units there is, of units from 1 to 10⁻⁹."""
    document, unit, most = few(seed)
    spends, violation, warned = told(document)
    if spends is None or missed(document, spends):
        some = product(range(most + 1), repeat=len(document["tactics"]))
        assert not any(
            sum(own) <= most and missed(document, [float(f"{units * unit:.12g}") for units in own]) == []
            for own in some
        )
    assert spends is None or (missed(document, spends) != []) == (violation > 0.0) == bool(warned)


def many(seed: int) -> Wire:
    """A scenario of money in thousands to hundreds of thousands, beside shares and on/off rules."""
    rng = random.Random(seed)
    count, size = rng.randint(2, 6), 10.0 ** rng.uniform(3, 5.5)
    names = [f"t{number}" for number in range(count)]
    tactics = []
    for name in names:
        half = float(f"{rng.uniform(0.05, 0.6) * size:.6g}")
        curve = {"ceiling": float(f"{rng.uniform(0.5, 4) * half:.6g}")}
        if rng.random() < 0.5:
            curve |= {"family": "hill", "half_saturation": half, "shape": rng.choice([0.7, 2.0, 4.0])}
        else:
            curve |= {"family": "s_logistic", "steepness": float(f"{8 / half:.6g}"), "midpoint": half}
        tactics.append(line(name, curve))
    rules: list[Wire] = []
    for number in range(rng.randint(0, 2)):
        share = round(rng.uniform(0.0, 0.4), rng.randint(1, 3))
        scope = {"tactics": rng.sample(names, rng.randint(1, count - 1))}
        limits = {"at_least": share, "at_most": round(share + rng.choice([0.0, 0.1, 0.3]), 3)}
        rules.append({"rule": "share_range", "name": f"s{number}", "scope": scope} | limits)
    for name in names:
        if rng.random() < 0.3:
            least, scope = round(rng.uniform(0.05, 0.5) * size, 2), {"tactics": [name]}
            rules.append({"rule": "minimum_if_active", "name": f"m {name}", "scope": scope, "at_least": least})
    budget = {rng.choice(["exactly", "at_most"]): float(f"{size:.7g}")}
    objective = {"maximize": rng.choice(["revenue", "profit"])}
    return wire(tactics, objective=objective, budget=budget, rules=rules, solve={"gap": 1e-6, "time_limit": 2})


@pytest.mark.parametrize("seed", seeds(2, examples(30)))
def test_what_larger_units_keep_smaller_ones_keep(seed):
    """Whole numbers of larger units are whole numbers of smaller ones; what is kept is kept in fractions."""
    document, kept = many(seed), False
    for digits in (2, 5, 7, 8, 9):
        spends, violation, _ = told(document | {"digits": digits})
        if spends is not None:
            assert (missed(document, spends) == []) == (violation == 0.0)
            assert violation == 0.0 or not kept
            kept = kept or violation == 0.0


def test_a_goal_is_reached_by_trillions_of_cents():
    """Solvers miss it by 10⁻⁹ of its row, which thousands of units earn."""
    far = {"family": "s_logistic", "ceiling": 1025.4628, "steepness": 1.631e-13, "midpoint": 30654642914735.97}
    document = wire(
        {"a": far},
        objective={"minimize": "spend"},
        periods=["p0", "p1"],
        budget={"at_most": 6e13},
        rules=[{"rule": "efficiency", "name": "r", "at_least": 1.33e-12}],
        goals=[{"name": "g", "metric": "outcome", "at_least": 13.328, "required": True}],
        digits=0,
    )
    spends, violation, warned = told(document)
    assert (missed(document, spends), violation, warned) == ([], 0.0, [])


def test_units_that_earn_thousands_each_keep_a_limit_on_what_they_earn():
    """Demand of thousands for a unit of 10⁻⁶: one unit less is told, though demand falls by far more than money."""
    fast = {"family": "exponential", "ceiling": 48263.9, "scale": 1.82108e-05}
    document = wire(
        [
            line("a", fast, feeds="pool", demand_per_outcome=2.0),
            line("c", fast, stage="downstream", draws_from="pool", spend={"at_least": 8e-06, "at_most": 3.6e-05}),
        ],
        objective={"maximize": "goals"},
        budget={"at_most": 3.7e-05},
        rules=[
            {"rule": "metric_range", "name": "r", "metric": "outcome", "at_most": 4776, "scope": {"tactics": ["a"]}}
        ],
        goals=[{"name": "g", "metric": "outcome", "at_least": 36452.0, "priority": 1}],
        demand_pools=[{"name": "pool", "initial": 18520.0}],
        digits=6,
    )
    spends, violation, warned = told(document)
    assert (spends[0], violation, warned) == (1e-6, 0.0, [])


def test_part_of_a_cent_that_is_on_may_become_a_whole_one():
    """Of 7 cents a week the third is to spend 0.4 of one: with none the goal is missed."""
    table = {"family": "tabulated", "points": [[0, 0], [0.21, 9], [0.39, 9], [0.46, 18]]}
    document = wire(
        [line("a", table, spend={"at_most": 0.07}, adstock={"family": "geometric", "retention": 0.5})],
        objective={"minimize": "spend"},
        periods=["p0", "p1", "p2"],
        rules=[{"rule": "exclusive", "name": "r", "at_most": 1, "over_all": True}],
        goals=[{"name": "g", "metric": "revenue", "at_least": 9.9606, "required": True}],
        digits=2,
    )
    spends, violation, warned = told(document)
    assert (sorted(spends), violation, warned) == ([0.01, 0.07, 0.07], 0.0, [])
