"""A stored plan in place of a list of spends."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from app.schemas.references import reference_lines
from optimizer.answers.comparison import Candidate
from optimizer.problem.scenario import Scenario
from tests.app.fake_solver import plan_of
from tests.optimizer.toys import scenario, tactic


def lines(stored: Scenario, tactics: set[str], periods: tuple[str, ...]) -> list[tuple[str, str | None, float]]:
    """What a stored plan of tens leaves for a scenario of these tactics and periods."""
    candidate = Candidate(label="a", scenario=stored, plan=plan_of(stored))
    stored_things = cast(Any, SimpleNamespace(plan={"a": candidate}.__getitem__))
    found = reference_lines("a", stored_things, "EUR", frozenset(tactics), periods)
    return [(line.tactic, line.period, line.spend) for line in found]


def test_lines_that_the_scenario_does_not_have_are_left_out() -> None:
    """A tactic that was given up, a period that is over."""
    stored = scenario(tactic("tv"), tactic("radio"), periods=("1", "2"))
    assert lines(stored, {"tv", "web"}, ("2", "3")) == [("tv", "2", 10.0)]


def test_one_period_is_another() -> None:
    """Whatever the two are called: last spring's plan is held against this spring's."""
    stored = scenario(tactic("tv"), periods=("spring 26",))
    assert lines(stored, {"tv"}, ("spring 27",)) == [("tv", None, 10.0)]
