"""Small scenarios with bent tables are solved exactly, and at once: held against dynamic programming over whole units.

Points and budgets are whole, so that some best plan is whole, too: at most one spend stands between two points of its
table, and takes what the others leave.
"""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.problem.valuation import Valuer
from optimizer.search.by_pieces import by_pieces
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.solver.highs import Program
from tests.effort import seeds
from tests.optimizer.toys import ROOT, domain, line, modelled, wire
from tests.oracles.bent_rivers import bent_river, known_plan
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve
from tests.oracles.tables import best_by_unit, whole_tables

PRICED = [(0, 60), (0, 130), (3, 60)]
SOON = {"solve": {"gap": 1e-7, "time_limit": 60}, "digits": 4}


@pytest.mark.parametrize("seed", seeds(1, 4))
@pytest.mark.parametrize("budget", [60, 130])
def test_the_best_of_bent_tables_is_found_and_proved(seed, budget):
    """Ten tactics, one budget, another limit that says nothing: as good as every way to share it in whole units.

    Prices alone prove some of them."""
    tactics = whole_tables(seed, 10)
    two = {"rule": "spend_range", "name": "two", "scope": {"tactics": ["t0", "t1"]}, "at_most": budget}
    plan = solve(wire(tactics, budget={"at_most": budget}, rules=[two], **SOON))
    assert (plan["status"], plan["value"]) == ("optimal", pytest.approx(best_by_unit(tactics, budget)[-1], rel=1e-7))
    assert plan["certificate"]["bound_from"] == ("envelope" if (seed, budget) in PRICED else "integer")
    assert plan["provenance"]["nodes"] <= 1


@pytest.mark.parametrize("seed", seeds(1, 4))
@pytest.mark.parametrize("tactics", [4, 10])
def test_the_least_spend_on_tables_flat_at_first_is_proved(seed, tactics):
    """A goal of 0.6 of all: the whole unit below what is spent does not reach it, the one above does."""
    lines = whole_tables(seed, tactics, flat=True)
    target = 0.6 * sum(tactic["response"]["points"][-1][1] for tactic in lines)
    goal = {"name": "g", "metric": "revenue", "at_least": target, "required": True}
    plan = solve(wire(lines, objective={"minimize": "spend"}, goals=[goal], **SOON))
    best = best_by_unit(lines, int(np.ceil(plan["value"])))
    assert plan["status"] == "optimal"
    assert best[int(np.floor(plan["value"] - 1e-3))] < target <= best[int(np.ceil(plan["value"]))]


def test_smooth_curves_beside_tables_are_known_by_tangents():
    """A root and two bent tables over a grid of what goes to the tables: nothing on it is better."""
    tactics = [line("root", ROOT), *whole_tables(5, 2)]
    document = wire(tactics, budget={"at_most": 60}, **SOON)
    plan, valuer = solve(document), Valuer(domain(document))
    grid = [[60 - a - b, a, b] for a in range(61) for b in range(61 - a)]
    best = max(valuer.value(np.array(spend, dtype=float)[:, None]).value for spend in grid)
    assert plan["status"] == "optimal"
    assert best <= plan["bound"] * (1 + 1e-9)
    assert plan["value"] >= best * (1 - 1e-9)


@pytest.mark.parametrize("periods", [1, 3])
def test_the_least_spend_on_convex_curves_is_proved(periods):
    """A goal that the best square meets by itself, in one period: its root is the least that can be spent."""
    curves = [line(f"t{k}", {"family": "power", "coefficient": c, "exponent": 2}) for k, c in enumerate((1, 0.8, 0.5))]
    goal = {"name": "g", "metric": "revenue", "at_least": 2500, "required": True}
    names = [f"p{k}" for k in range(periods)]
    plan = solve(wire(curves, periods=names, objective={"minimize": "spend"}, goals=[goal], **SOON))
    assert (plan["status"], plan["value"]) == ("optimal", pytest.approx(50.0, abs=1e-3))
    assert plan["goals"][0]["price"] == pytest.approx(0.01, rel=1e-3)  # ∂√G/∂G = 1/(2·50)


QUICK = [0, 4, 7, 8, 12, 13, 14]


@pytest.mark.usefixtures("unranged")
@pytest.mark.parametrize("seed", seeds(QUICK, 300))
def test_no_bound_on_a_river_of_s_shaped_curves_cuts_off_a_known_plan(seed):
    """Another program's, read segment by segment and valued on the curves; the plan is as good. (laws P1, P3)"""
    scenario = bent_river(seed) | {"solve": {"gap": 1e-4, "time_limit": 20}}
    plan, known = solve(scenario), known_plan(scenario)
    assert known is not None
    assert plan["status"] in ("optimal", "feasible")
    assert plan["bound"] >= known * (1 - 1e-9)
    assert plan["status"] == "feasible" or plan["value"] >= known * (1 - 1.1e-4)
    assert recheck(scenario, plan) == []


def pieced_river(seed, seconds=20.0):
    """What pieces settle of a river, and its relaxation."""
    model = modelled(bent_river(seed))
    deadline = Deadline.after(seconds, lambda: 0.0)
    relaxation = Relaxation(model, Incumbent(model), deadline, 1e-4)
    return by_pieces(relaxation, deadline, 1e-4), relaxation


def test_a_river_is_settled_near_its_plan():
    """Its duals belong to where the plan stands."""
    visit, relaxation = pieced_river(4)
    cells, columns = relaxation.model.cells, relaxation.incumbent.columns
    assert visit.ending == "cut off"
    assert relaxation.incumbent.cost * (1 + 1e-4) <= visit.bound <= relaxation.incumbent.cost
    inputs = columns[cells.inputs] * relaxation.model.scale[cells.inputs]
    assert (visit.region.low <= inputs + 1e-9).all()
    assert (inputs <= visit.region.high + 1e-9).all()


def test_a_bound_that_a_plan_beats_is_none(monkeypatch):
    """A solver that has cut off plans is not believed, and branching goes on from nothing."""
    solved = Program.solve

    def boasting(self, seconds):
        outcome = solved(self, seconds)
        return replace(outcome, bound=0.5 * outcome.bound) if self.integer.any() else outcome

    monkeypatch.setattr(Program, "solve", boasting)
    visit, _ = pieced_river(4)
    assert (visit.ending, visit.bound) == ("limit", -np.inf)


def slight(kind: str) -> dict:
    """One tactic earns nearly all: what the others earn at such spends is a billionth of it, or less."""

    def hill(ceiling: float, half: float, shape: float) -> dict:
        return {"family": "hill", "ceiling": ceiling, "half_saturation": half, "shape": shape}

    def logistic(ceiling: float, steepness: float, midpoint: float) -> dict:
        return {"family": "s_logistic", "ceiling": ceiling, "steepness": steepness, "midpoint": midpoint}

    def share(name: str, *tactics: str, **limits: float) -> dict:
        return {"rule": "share_range", "name": name, "scope": {"tactics": list(tactics)}, **limits}

    if kind == "four":
        tactics = [
            line("t0", hill(991629, 120046, 8.27792)),
            line("t1", hill(268592, 297815, 7.35129), spend={"at_most": 261800}, revenue_per_outcome=0.821),
            line("t2", hill(137030, 29996.7, 1.99947), spend={"at_most": 15540}),
            line("t3", logistic(59012.8, 0.000776805, 33485.9), spend={"at_most": 20810}),
        ]
        rules = [share("a", "t3", "t0", at_least=0.28, at_most=0.4)]
        rules.append(share("b", "t2", "t1", at_least=0.36, at_most=0.68))
        return wire(tactics, budget={"exactly": 195.13547691}, rules=rules, digits=9)
    curves = [
        logistic(4078.78, 0.00378082, 902.72),
        logistic(1321.66, 0.0291596, 347.924),
        hill(292.885, 533.411, 4.18459),
        hill(3112.44, 1992.96, 7.42319),
        hill(886.539, 492.943, 3.05776),
        hill(1224.74, 276.569, 0.753245),
    ]
    most = {"rule": "spend_range", "name": "c", "scope": {"tactics": ["t0", "t3"]}, "at_most": 14.112}
    rules = [most, share("a", "t1", "t4", at_least=0.14), share("b", "t2", "t5", at_least=3.1e-5, at_most=0.69)]
    tactics = [line(f"t{number}", curve) for number, curve in enumerate(curves)]
    return wire(tactics, budget={"exactly": 19.560156593}, rules=rules, digits=9)


@pytest.mark.parametrize("kind", seeds(["four"], ["six"]))
def test_no_bound_is_below_a_plan_that_another_gap_finds(kind):
    """HiGHS left reduced costs 1e-7 in search of whole numbers, and told bounds that were 2e-8 too low."""
    scenario = slight(kind)
    plans = [solve(scenario | {"solve": {"gap": gap, "time_limit": 20}}) for gap in (1e-3, 1e-4, 1e-5, 1e-9)]
    assert any(plan["certificate"]["bound_from"] == "integer" for plan in plans)
    assert min(plan["bound"] for plan in plans) >= max(plan["value"] for plan in plans)


def test_what_pieces_prove_stays_when_they_settle_nothing(monkeypatch):
    """Time is up after the first proposal: the bound of the plan is no worse than its bound."""
    monkeypatch.setattr("optimizer.search.by_pieces.ROUNDS", 1)
    visit, _ = pieced_river(14)
    assert visit.ending == "limit"
    plan = solve(bent_river(14) | {"solve": {"gap": 1e-4, "time_limit": 0.5}})
    assert plan["bound"] <= -visit.bound * modelled(bent_river(14)).worth * (1 + 1e-9)


def test_plans_are_looked_for_within_less_and_less(monkeypatch):
    """Seed 36 at one proposal: its relaxation alone leads to a plan a tenth worse."""
    monkeypatch.setattr("optimizer.search.by_pieces.ROUNDS", 2)
    _, near = pieced_river(36)
    monkeypatch.setattr("optimizer.search.nodes.approach.NEARER", ())
    _, far = pieced_river(36)
    assert near.incumbent.cost < 1.03 * far.incumbent.cost
