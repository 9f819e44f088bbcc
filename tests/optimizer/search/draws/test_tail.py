"""Plans for the worst of the draws, held against an explicit linear program and against grids."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.optimize

from optimizer.answers.plan import Plan
from optimizer.formulation.model import Model
from optimizer.optimize import optimize
from optimizer.problem.drawn import DrawValuer
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuer
from optimizer.search.deadline import Deadline
from optimizer.search.draws import tail
from optimizer.search.search import Found
from optimizer.search.spends.within import model_within
from tests.effort import seeds
from tests.optimizer.toys import Wire, domain, line, wire

GAP = 1e-6


def confident(document: Wire, confidence: float | None, **solve: Any) -> Plan:
    objective = document["objective"] | ({} if confidence is None else {"confidence": confidence})
    return optimize(domain(document | {"objective": objective, "solve": {"gap": GAP, "time_limit": 10} | solve}))


def spend_of(plan: Plan, tactics: int) -> np.ndarray:
    return np.array([cell.spend for cell in plan.allocations]).reshape(tactics, -1)


def certified(plan: Plan, best: float, step: float = 0.0) -> None:
    """The plan reaches the best known to within the gap and the step of a grid, and no bound lies below it."""
    assert plan.status == "optimal", plan.termination
    assert plan.certificate.largest_violation == 0.0
    assert plan.bound >= best - 1e-9 * abs(best)
    assert plan.value >= best - step - 3 * GAP * abs(best)
    assert plan.value <= plan.bound


def explicit(slopes: np.ndarray, budget: float, caps: np.ndarray, by_period: float, confidence: float) -> float:
    """Rockafellar and Uryasev's program as it stands: spend x, threshold η, shortfall u_k >= η − V_k(x) of each draw.

    `slopes` of shape (tactics, periods, draws); each period within `by_period`.
    """
    tactics, periods, draws = slopes.shape
    cells = tactics * periods
    cost = np.concatenate([np.zeros(cells), [-1.0], np.full(draws, 1.0 / ((1.0 - confidence) * draws))])
    short = np.column_stack([-slopes.reshape(cells, draws).T, np.ones(draws), -np.eye(draws)])
    total = np.concatenate([np.ones(cells), np.zeros(draws + 1)])
    each = [np.concatenate([np.tile(np.arange(periods) == t, tactics), np.zeros(draws + 1)]) for t in range(periods)]
    found = scipy.optimize.linprog(
        cost,
        A_ub=np.vstack([short, total, *each]),
        b_ub=np.concatenate([np.zeros(draws), [budget], np.full(periods, by_period)]),
        bounds=[*((0.0, cap) for cap in np.repeat(caps, periods)), (None, None), *[(0.0, None)] * draws],
    )
    assert found.status == 0
    return float(-found.fun)


@pytest.mark.parametrize("confidence", [0.05, 0.5, 0.83, 0.9, 0.99])
@pytest.mark.parametrize("seed", seeds([1], [2]))
def test_straight_curves_agree_with_the_explicit_program(seed, confidence):
    """3 tactics, 2 periods, 20 draws; at 0.83 the tail holds 3.4 draws, at 0.99 a fifth of one."""
    rng = np.random.default_rng(seed)
    slopes, season, caps = rng.lognormal(0.0, 0.6, (3, 20)), rng.uniform(0.5, 1.5, (3, 2)), rng.uniform(40, 120, 3)
    names = ["tv", "radio", "search"]
    tactics = [
        line(name, {"family": "linear", "draws": [{"slope": slope} for slope in slopes[row]]},
             seasonality=season[row].tolist(), spend={"at_most": caps[row]})
        for row, name in enumerate(names)
    ]  # fmt: skip
    limits = {period: {"at_most": 90} for period in "12"}
    plan = confident(wire(tactics, periods=["1", "2"], budget={"at_most": 150, "by_period": limits}), confidence)
    best = explicit(season[:, :, None] * slopes[:, None, :], 150.0, caps, 90.0, confidence)
    certified(plan, best, step=0.05)  # cents
    assert plan.bound <= best * (1 + 2 * GAP)


POWERS = [{"coefficient": c, "exponent": e} for c, e in ((9, 0.5), (4, 0.7), (2, 0.8), (12, 0.4))]
LOGS = [{"coefficient": c, "scale": s} for c, s in ((20, 30), (35, 10), (60, 25), (9, 40))]
HILLS = [{"ceiling": c, "half_saturation": h, "shape": s} for c, h, s in ((90, 20, 2), (60, 35, 1.6), (120, 45, 2.5))]
BENT = [{"ceiling": c, "half_saturation": h, "shape": s} for c, h, s in ((70, 30, 1.8), (130, 25, 2), (20, 15, 1.5))]


def curve(own: Wire, x: np.ndarray) -> np.ndarray:
    """One draw of a power, log or hill curve, from its formula."""
    if "exponent" in own:
        return own["coefficient"] * x ** own["exponent"]
    if "coefficient" in own:
        return own["coefficient"] * np.log1p(x / own["scale"])
    raised = x ** own["shape"]
    return own["ceiling"] * raised / (own["half_saturation"] ** own["shape"] + raised)


def tails(values: np.ndarray, confidence: float) -> np.ndarray:
    """The mean over the worst (1 − α)·K of the rows, the last of them in part."""
    count = (1.0 - confidence) * len(values)
    shares = np.clip(count - np.arange(len(values)), 0.0, 1.0)
    return (np.sort(values, axis=0) * shares[:, None]).sum(axis=0) / shares.sum()


class Grid:
    """Every pair of spends on two tactics, in money, and what each draw yields there."""

    def __init__(self, first: list[Wire], second: list[Wire], most: float, budget: float, steps: int = 401) -> None:
        a, b = (axis.ravel() for axis in np.meshgrid(*[np.linspace(0, most, steps)] * 2, indexing="ij"))
        inside = a + b <= budget + 1e-9
        self.spend = np.array([a[inside], b[inside]])
        self.parts = [
            np.array([curve(own, x) for own in draws]) for draws, x in zip((first, second), self.spend, strict=True)
        ]

    def best(self, confidence: float, keeps: np.ndarray | bool = True, charge: float = 0.0) -> float:
        worth = tails(sum(self.parts), confidence) - charge * self.spend.sum(axis=0)
        return float(worth[np.broadcast_to(keeps, worth.shape)].max())


def pair(**more: Any) -> Wire:
    return wire(
        [line("tv", {"family": "power", "draws": POWERS}), line("search", {"family": "log", "draws": LOGS})],
        **{"budget": {"at_most": 100}} | more,
    )


def asked(document: Wire, confidence: float) -> Scenario:
    return domain(document | {"objective": document["objective"] | {"confidence": confidence}})


@pytest.mark.parametrize("confidence", [0.3, 0.75, 0.9])
def test_concave_curves_agree_with_a_grid(confidence):
    certified(confident(pair(), confidence), Grid(POWERS, LOGS, 100, 100).best(confidence))


def test_required_goals_count_expected_outcome():
    """The tail alone would spend less on search than its goal needs."""
    goal = {"name": "g", "metric": "revenue", "at_least": 45, "required": True, "scope": {"tactics": ["search"]}}
    plan, grid = confident(pair(goals=[goal]), 0.6), Grid(POWERS, LOGS, 100, 100)
    certified(plan, grid.best(0.6, grid.parts[1].mean(axis=0) >= 45))
    assert plan.value < confident(pair(), 0.6).value - 0.5
    assert plan.goals[0].met


def test_goals_through_adstock_read_their_curves_twice():
    """Held against a grid over both spends of both periods."""
    tactics = [
        line("tv", {"family": "log", "draws": LOGS[:3]}, adstock={"family": "geometric", "retention": 0.5}),
        line("search", {"family": "power", "draws": POWERS[:3]}),
    ]
    goal = {"name": "g", "metric": "outcome", "at_least": 72, "required": True, "scope": {"tactics": ["tv"]}}
    document = wire(tactics, periods=["1", "2"], budget={"at_most": 60}, goals=[goal])
    first, second, third = (part.ravel() for part in np.meshgrid(*[np.linspace(0, 60, 61)] * 3))
    fourth = 60.0 - first - second - third
    tv = [sum(curve(own, x) for x in (first, second + 0.5 * first)) for own in LOGS[:3]]
    search = [sum(curve(own, np.maximum(x, 0.0)) for x in (third, fourth)) for own in POWERS[:3]]
    keeps = (fourth >= 0) & (np.mean(tv, axis=0) >= 72)
    plan = confident(document, 0.5)
    certified(plan, float(tails(np.add(tv, search), 0.5)[keeps].max()))
    assert plan.goals[0].achieved == pytest.approx(72, abs=0.05)


@pytest.mark.usefixtures("both_ways")
def test_on_off_decisions_agree_with_a_grid():
    """Points with other decisions are not mixed."""
    rule = {"rule": "minimum_if_active", "name": "all in", "at_least": 70}
    plan, grid = confident(pair(rules=[rule]), 0.5), Grid(POWERS, LOGS, 100, 100)
    best = grid.best(0.5, ((grid.spend == 0) | (grid.spend >= 70)).all(axis=0))
    assert plan.bound >= best - 1e-9
    assert plan.value == pytest.approx(best, rel=GAP)


@pytest.mark.usefixtures("both_ways")
@pytest.mark.parametrize("confidence", [0.2, 0.6])
def test_bent_curves_have_honest_bounds(confidence):
    """Between the best plan and the best bound of any weights there may be a gap, which is told."""
    document = wire(
        [line("tv", {"family": "hill", "draws": HILLS}), line("search", {"family": "hill", "draws": BENT})],
        budget={"at_most": 60},
    )
    plan = confident(document, confidence, time_limit=1)
    best = Grid(HILLS, BENT, 60, 60).best(confidence)
    assert plan.bound >= best - 1e-9
    assert plan.value >= best * (1 - plan.gap - GAP)
    assert plan.gap == pytest.approx((plan.bound - plan.value) / plan.value)


def test_spend_without_limits_is_followed_far_enough():
    """Maximise profit without a budget: the tail's best is inside the ceiling."""
    document = wire(
        [line("tv", {"family": "power", "draws": POWERS}), line("search", {"family": "log", "draws": LOGS})],
        objective={"maximize": "profit"},
    )
    certified(confident(document, 0.5), Grid(POWERS, LOGS, 60, np.inf).best(0.5, charge=1.0))


def test_one_draw_is_expected_value():
    document = wire({"tv": {"family": "power", "draws": POWERS[:1]}, "search": {"family": "log", **LOGS[1]}},
                    budget={"at_most": 100})  # fmt: skip
    assert confident(document, 0.9).value == pytest.approx(confident(document, None).value, rel=2 * GAP)


def test_a_confidence_next_to_none_is_expected_value():
    assert confident(pair(), 1e-9).value == pytest.approx(confident(pair(), None).value, rel=2 * GAP)


def test_the_order_of_draws_changes_nothing():
    turned = wire(
        [
            line("tv", {"family": "power", "draws": POWERS[::-1]}),
            line("search", {"family": "log", "draws": LOGS[::-1]}),
        ],
        budget={"at_most": 100},
    )
    one, other = confident(pair(), 0.6), confident(turned, 0.6)
    assert spend_of(one, 2) == pytest.approx(spend_of(other, 2), abs=0.05)
    assert one.value == pytest.approx(other.value, rel=2 * GAP)


def test_more_confidence_is_worth_less_and_beats_the_expected_plan_in_its_own_tail():
    values = []
    for confidence in (0.25, 0.5, 0.75):
        plan, problem = confident(pair(), confidence), asked(pair(), confidence)
        expected = spend_of(confident(pair(), None), 2)
        assert plan.value >= Valuer(problem).value(expected).value - 1e-9
        values.append(plan.value)
    assert values[0] > values[1] > values[2]


def test_the_price_of_the_budget_is_the_tails_derivative():
    plan = confident(pair(), 0.6, gap=1e-9)
    below, above = (confident(pair(budget={"at_most": 100 + step}), 0.6, gap=1e-9).value for step in (-0.5, 0.5))
    assert plan.budget.price == pytest.approx(above - below, rel=5e-3)


def test_a_goal_beyond_the_budget_is_a_conflict_with_it():
    """Neither curve has a ceiling: more money would reach it."""
    goal = {"name": "g", "metric": "revenue", "at_least": 1e6, "required": True}
    plan = confident(pair(goals=[goal]), 0.9)
    assert plan.status == "conflict"
    assert plan.conflict.conflicting == ("budget", "g")


def test_no_time_is_no_plan_and_no_proof():
    problem = asked(pair(), 0.9)
    plan = optimize(replace(problem, solve=replace(problem.solve, time_limit=0.01)), clock=iter(range(10**9)).__next__)
    assert plan.status == "no_plan"


def test_where_weights_find_no_plan_in_time_that_of_expected_value_is_found(monkeypatch):
    """Rows and objective read other curves under weights; under equal ones the model itself is searched."""
    look, seen = tail.search, []

    def only_the_model_itself(model: Model, gap: float, deadline: Deadline, watch: Any) -> Found:
        seen.append("again_0" in model.names)
        if not seen[-1]:
            return look(model, gap, deadline, watch)
        return Found(
            model=model, columns=None, cost=np.inf, bound=-np.inf, duals=None, stopped=True, rounds=1, nodes=1, pieces=0
        )

    monkeypatch.setattr(tail, "search", only_the_model_itself)
    drawn = {"family": "exponential", "draws": [{"ceiling": 90, "scale": 20}, {"ceiling": 240, "scale": 75}]}
    cap = {"rule": "metric_range", "name": "cap", "metric": "outcome", "at_most": 100}
    plan = confident(wire([line("a", drawn)], budget={"at_most": 90}, rules=[cap]), 0.5, time_limit=2)
    assert seen[:2] == [True, False]
    assert plan.certificate is not None
    assert plan.certificate.largest_violation == 0.0


@pytest.mark.parametrize(("handed_on", "least", "most"), [(True, 5.0, 7.0), (False, 9.0, 10.1)])
def test_what_time_cuts_short_is_handed_on_soon(monkeypatch, handed_on, least, most):
    """Of ten seconds the first search takes half and proves nothing: a third of the rest is left to other weights."""
    problem, now = asked(pair(), 0.5), [0.0]

    def slow(model: Model, gap: float, deadline: Deadline, watch: Any) -> Found:  # noqa: ARG001 - as a search
        now[0] += max(deadline.left, 0.1)
        return Found(
            model=model, columns=model.low, cost=0.0, bound=-1e9, duals=None, stopped=True, rounds=1, nodes=1, pieces=0
        )

    monkeypatch.setattr(tail, "search", slow)
    deadline, valuer = Deadline(clock=lambda: now[0], start=0.0, seconds=10.0), DrawValuer(problem)
    own = tail._Tail(model_within(problem, -np.inf), valuer, deadline, lambda *_: None)
    own.run(np.full(valuer.draws, 1.0 / valuer.draws), handed_on=handed_on)
    assert least <= now[0] <= most


def test_the_same_scenario_gives_the_same_plan():
    one, other = confident(pair(), 0.6), confident(pair(), 0.6)
    assert replace(one, provenance=other.provenance) == other
