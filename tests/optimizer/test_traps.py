"""Scenarios that were once answered wrongly, each with why: they stay answered rightly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.oracles.recheck import recheck
from tests.oracles.solve import solve

TRAPS = json.loads((Path(__file__).parent / "traps" / "traps.json").read_text())


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_not_fallen_into_twice(name):
    """Status, value and the budget's price are as they must be, and no limit is broken."""
    scenario, expect = TRAPS[name]["scenario"], TRAPS[name]["expect"]
    plan = solve(scenario)
    assert plan["status"] == expect["status"]
    if plan["certificate"] is not None:
        assert plan["certificate"]["largest_violation"] == 0.0
        assert recheck(scenario, plan) == []
    if "value" in expect:
        assert plan["value"] == pytest.approx(expect["value"], rel=expect["rel"])
    if "price" in expect:
        assert plan["budget"]["price"] == pytest.approx(expect["price"], rel=1e-6)
