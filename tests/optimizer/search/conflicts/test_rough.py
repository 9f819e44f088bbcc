"""Where no search ends in time, what known plans miss is told: enough, if not the least."""

from dataclasses import replace

import pytest

from optimizer.optimize import optimize
from optimizer.problem.canonical import canonical_order
from optimizer.search.conflicts import explain as explain_
from optimizer.search.conflicts import pricing
from optimizer.search.conflicts.explain import explain
from optimizer.search.conflicts.questions import OutOfTimeError
from optimizer.search.deadline import Deadline
from tests.effort import examples
from tests.optimizer.toys import LINE, ROOT, domain, line, wire

FAR = Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)


def floors(*pairs):
    return [
        {"rule": "spend_range", "name": f"{name} floor", "scope": {"tactics": [name]}, "at_least": amount}
        for name, amount in pairs
    ]


def goal(name, at_least):
    return {"name": name, "metric": "revenue", "at_least": at_least, "required": True}


MOST = wire(
    {"a": ROOT, "b": LINE},
    budget={"at_most": 100},
    rules=[*floors(("a", 40)), {"rule": "metric_range", "name": "most", "metric": "revenue", "at_most": 3}],
)
GOALS = wire(
    {"a": ROOT, "b": ROOT},
    budget={"at_most": 100},
    rules=floors(("a", 70), ("b", 60)),
    goals=[goal("sales", 500)],
)


def told(document, deadline=FAR):
    return explain(canonical_order(domain(document)), deadline)


def stands(document, repair):
    """The document after changes that all move a side."""
    after = {**document, "budget": dict(document["budget"])}
    for own in repair.changes:
        entry = {own.side: own.to}
        if own.item == "budget":
            after["budget"] |= entry
        for kind in ("rules", "goals"):
            after[kind] = [{**each, **entry} if each["name"] == own.item else each for each in after.get(kind, [])]
    return after


def mends(document, repair):
    return repair is not None and optimize(domain(stands(document, repair))).status in ("optimal", "feasible")


@pytest.fixture
def stalled(monkeypatch):
    """No search finds anything by itself; none finds less than is known."""

    def late(_scenario, _givings, _deadline, known=None, *_more, **_other):
        if known is None:
            raise OutOfTimeError
        return known

    monkeypatch.setattr(pricing, "least_giving", late)


@pytest.mark.usefixtures("stalled")
def test_an_upper_limit_on_a_concave_metric_is_raised_to_what_a_plan_of_the_others_reaches():
    """No relaxation says how far that is; a plan does."""
    conflict = told(MOST)
    assert [own.item for own in conflict.cheapest.changes] == ["a floor"]
    change = {own.item: own for own in conflict.relaxations}["most"]
    assert mends(MOST, conflict.cheapest)
    assert mends(MOST, replace(conflict.cheapest, changes=(change,)))
    assert "a smaller change may do of" in conflict.detail
    assert "most" in conflict.detail


def readings(dies):
    """A clock that passes every deadline at a reading."""
    count = [0]

    def clock():
        count[0] += 1
        return 0.0 if count[0] < dies else 1e6

    return clock, count


@pytest.mark.usefixtures("unranged")
@pytest.mark.parametrize("document", [MOST, GOALS], ids=["most", "goals"])
def test_whenever_time_is_over_some_changes_are_told_that_mend_all(document):
    """At any reading of the clock after the conflict was named."""
    clock, count = readings(10**9)
    whole = told(document, Deadline.after(60.0, clock))
    assert mends(document, whole.cheapest)
    named = 0
    for dies in range(2, count[0], max(1, count[0] // examples(12))):
        conflict = told(document, Deadline.after(60.0, readings(dies)[0]))
        if conflict.minimal:
            named += 1
            assert mends(document, conflict.cheapest), (dies, conflict)
    assert named > 0


def test_without_time_for_further_conflicts_money_is_still_what_gives_way(monkeypatch):
    """A budget and spend limits are too small for a goal, and one conflict is all that is known."""
    document = wire(
        [line("a", LINE, spend={"at_most": 60}), line("b", LINE, spend={"at_most": 30})],
        budget={"at_most": 50},
        goals=[goal("sales", 450)],
    )
    whole = told(document)
    monkeypatch.setattr(explain_, "_further", lambda *_: ((), False))
    assert told(document).cheapest == whole.cheapest
    assert {own.unit for own in whole.cheapest.changes} == {"EUR"}
