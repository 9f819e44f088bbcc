"""Shares in whole units: which wholes can keep them is arithmetic, and asked before any solver is."""

import numpy as np
import pytest

from optimizer.formulation.model import build
from optimizer.formulation.spend import reach
from optimizer.optimize import optimize
from optimizer.problem.valuation import Valuer
from optimizer.search.deadline import Deadline
from optimizer.search.money import money
from optimizer.search.money.money import ALLOWED, Minor, rounded
from optimizer.search.money.shares import can_keep, in_shares
from tests.effort import seeds
from tests.optimizer.toys import ROOT, domain, wire
from tests.oracles.solve import solve

CURVES = [{"family": "exponential", "ceiling": 9e4 + 10 * number, "scale": 3e4} for number in range(50)]


def shared(share, budget, cells=2, slack=0.0, **more):
    """Every second tactic together spends a share of everything."""
    tactics = [
        {"name": f"t{number}", "stage": "upstream" if number % 2 else "downstream", "response": curve}
        for number, curve in enumerate(CURVES[:cells])
    ]
    rule = {"rule": "share_range", "name": "share", "scope": {"stage": "upstream"}}
    limits = {"at_least": share, "at_most": share + slack}
    return wire(tactics, budget=budget, rules=[rule | limits], **more)


@pytest.mark.parametrize("seed", seeds(14, 40))
def test_a_share_can_be_kept_just_where_some_move_keeps_it(seed):
    """All moves of two cells of a few yen, one by one."""
    rng = np.random.default_rng(seed)
    share = round(float(rng.uniform(0.1, 0.9)), int(rng.integers(1, 4)))
    spend, steps = rng.integers(20, 90, 2), int(rng.integers(1, 4))
    slack, most = float(rng.choice([0.0, 0.004])), int(spend.sum() + rng.integers(-1, 9))
    problem = domain(shared(share, {"at_most": most}, slack=slack, currency="JPY", digits=0))
    valuer, moves = Valuer(problem), np.arange(-steps, steps + 1)
    kept = [
        own
        for own in ((spend[0] + first, spend[1] + second) for first in moves for second in moves)
        if sum(own) <= most and problem.rules[0].violation(valuer.value(np.array(own, dtype=float)[:, None])) == 0.0
    ]
    possible = can_keep(valuer.value(spend.astype(float)[:, None]), 0, steps)
    wholes = {whole for whole in range(int(spend.sum()) - 2 * steps, int(spend.sum()) + 2 * steps + 1) if whole <= most}
    parts = {whole for whole in wholes if any(share * whole - 1e-9 <= part <= (share + slack) * whole + 1e-9
                                              for part in range(whole + 1))}  # fmt: skip
    assert possible == bool(parts)
    assert possible or not kept


def test_the_nearest_whole_below_is_shared_out():
    """A share of five decimals takes whole hundred thousands of cents."""
    problem = domain(shared(0.91037, {"at_most": 500049.99}, cells=50))
    ideal = np.where(np.arange(50) % 2, 0.91037, 0.08963)[:, None] * 50004999 / 25
    valuation = Valuer(problem).value(np.rint(ideal) / 100)
    units = in_shares(valuation, ideal, np.zeros((50, 1), np.int64), np.full((50, 1), 10**9), 2, 100)
    assert (units.sum(), units[1::2].sum()) == (50_000_000, 45_518_500)
    assert in_shares(valuation, ideal, np.zeros((50, 1), np.int64), np.full((50, 1), 10**9), 2, 90) is None


def test_a_plan_keeps_a_share_of_five_decimals_where_its_budget_nearly_does():
    """What the whole cannot take stays unspent."""
    plan = optimize(domain(shared(0.91037, {"at_most": 500049.99}, cells=50)))
    assert plan.certificate.largest_violation == 0.0
    assert plan.totals.spend == 500_000.0


def test_no_solver_is_asked_for_what_no_whole_can_keep(monkeypatch):
    """The plan is told with what it breaks, as ever."""
    monkeypatch.setattr(money, "mending", lambda *_: pytest.fail("asked"))
    plan = optimize(domain(shared(0.91037, {"at_most": 499950.12}, cells=50)))
    assert plan.status == "optimal"
    assert 0.0 < plan.certificate.largest_violation < 1e-8


def test_mending_ends_with_the_deadline(monkeypatch):
    """Each program is given what is left, and a little when nothing is."""
    asked = []

    class Program(money.Program):
        def solve(self, seconds):
            asked.append(seconds)
            return super().solve(seconds)

    monkeypatch.setattr(money, "Program", Program)
    monkeypatch.setattr(money, "can_keep", lambda *_: True)
    problem = domain(shared(0.91037, {"at_most": 499950.12}))
    model, ideal = build(problem, reach(problem, np.inf)), np.array([[44810.53], [455139.59]])
    for seconds in (0.5, -1.0):
        until = Deadline(clock=lambda: 0.0, start=0.0, seconds=seconds)
        rounded(model, Valuer(problem), ideal, Minor(digits=2), until=until)
    assert asked == [0.5, 0.5, ALLOWED, ALLOWED]


@pytest.mark.parametrize("share", [1 / 3, 0.1 + 0.2, 2 / 7])
def test_a_share_that_was_worked_out_is_kept_as_a_double_tells_it(share):
    """A third of 999.99 is 333.33, whatever stands behind the sixteenth digit of a third."""
    roots = {"a": ROOT, "b": ROOT | {"coefficient": 7}, "c": ROOT | {"coefficient": 3}}
    rule = {"rule": "share_range", "name": "r", "scope": {"tactics": ["a"]}, "at_least": share, "at_most": share}
    plan = solve(wire(roots, budget={"at_most": 1000}, rules=[rule]))
    assert plan["certificate"]["largest_violation"] == 0.0
    assert plan["warnings"] == []
    assert plan["totals"]["spend"] >= 999.9
