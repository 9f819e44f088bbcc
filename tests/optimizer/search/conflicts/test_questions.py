"""Questions are answered from what is known, and in the time that they have."""

import pytest

from optimizer.search.conflicts.mend import Mending
from optimizer.search.conflicts.naming import minimal
from optimizer.search.conflicts.questions import OutOfTimeError, Questions
from optimizer.search.deadline import Deadline
from tests.optimizer.toys import LINE, ROOT, domain, wire

FLOORS = [
    {"rule": "spend_range", "name": name, "scope": {"tactics": [name]}, "at_least": amount}
    for name, amount in (("a", 70), ("b", 40))
]


def asked(clock):
    scenario = domain(wire({"a": ROOT, "b": LINE}, budget={"at_most": 100}, rules=FLOORS))
    return Questions(scenario, Deadline(clock=clock, start=0.0, seconds=60.0))


def test_what_is_known_is_known_when_time_is_up():
    """A conflict is one of every larger set too; what is new is not answered."""
    now = [0.0]
    ask = asked(lambda: now[0])
    assert sorted(minimal(["a", "b", "budget"], ask)) == ["a", "b", "budget"]
    now[0] = 61.0
    assert not ask(["a", "b", "budget"])
    assert ask(["a"])
    fresh = asked(lambda: 61.0)
    with pytest.raises(OutOfTimeError):
        fresh(["a"])


def test_a_shorter_time_shares_what_is_known():
    """And is never longer than what is left."""
    now = [0.0]
    ask = asked(lambda: now[0])
    sooner = ask.within(1.0)
    assert (sooner.deadline.left, ask.within(100.0).deadline.left, ask.deadline.left) == (1.0, 60.0, 60.0)
    assert not sooner(["a", "b", "budget"])
    now[0] = 2.0
    assert not sooner(["a", "b", "budget"])
    assert ask(["a", "b"])
    assert sooner(["a", "b"])


def test_out_of_time_no_change_is_made_up():
    """Nothing is told, and that it is not all is."""
    now = [0.0]
    ask = asked(lambda: now[0])
    names = sorted(minimal(["a", "b", "budget"], ask))
    now[0] = 61.0
    ask._held.clear()
    ask.plans.clear()
    alone = Mending(ask).alone(names)
    assert (alone.changes, alone.complete) == ((), False)


def test_what_only_spends_far_away_reach_does_not_seem_impossible():
    """10·√spend of 10⁶ takes 10¹⁰ of money, which only the budget forbids: a no of spends near by counts little."""
    goal = {"name": "sales", "metric": "revenue", "at_least": 1e6, "required": True}
    scenario = domain(wire({"a": ROOT}, budget={"at_most": 10}, goals=[goal]))
    ask = Questions(scenario, Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0))
    assert not ask.seems(["sales", "budget"])
    assert ask.seems(["sales"])
