"""One digest for one scenario."""

import copy
import json
import os
import subprocess
import sys
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from optimizer.optimize import optimize
from optimizer.problem.canonical import canonical, digest
from tests.app.schemas.samples import WHOLE
from tests.optimizer.toys import ROOT, domain, scenario, wire
from tests.oracles.switching import SWITCHING

BASE = domain(WHOLE)


def numbers(document, path=()):
    """The path of every number in a document."""
    if isinstance(document, dict):
        return [found for key, part in document.items() for found in numbers(part, (*path, key))]
    if isinstance(document, list):
        return [found for key, part in enumerate(document) for found in numbers(part, (*path, key))]
    return [path] if isinstance(document, int | float) and not isinstance(document, bool) else []


def nudged(path):
    """The whole document with one number a little larger, whole ones by one."""
    document = copy.deepcopy(WHOLE)
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = holder[path[-1]] + 1 if _is_whole(holder, path[-1]) else holder[path[-1]] * 1.01
    return document


def _is_whole(holder, field):
    """Counts move by one."""
    counted = isinstance(holder, dict) and holder.get("rule") in SWITCHING and field != "minimum"
    return counted or field in ("length", "digits", "priority", "lead", "lines")


def _may_move(path):
    """A table's and a period's numbers may not be moved out of order; zero has nothing above it in per cent."""
    holder = WHOLE
    for key in path:
        holder = holder[key]
    return (holder != 0 and "points" not in path) or (holder == 0 and path[-1] == "digits")


@pytest.mark.parametrize("path", [p for p in numbers(WHOLE) if _may_move(p)], ids=lambda p: ".".join(map(str, p)))
def test_any_change_of_a_number_changes_the_digest(path):
    """Each number that stands in the document is in the digest."""
    assert digest(domain(nudged(path))) != digest(BASE)


@pytest.mark.parametrize("group", ["tactics", "goals", "rules", "events"])
def test_the_order_of_parts_does_not_matter(group):
    """Tactics, goals and rules are told by name."""
    turned = copy.deepcopy(WHOLE)
    turned[group] = turned[group][::-1]
    assert digest(domain(turned)) == digest(BASE)


def test_the_order_of_tags_metrics_and_budgets_does_not_matter():
    """Maps have no order."""
    many = copy.deepcopy(WHOLE)
    tv = many["tactics"][0]
    tv["tags"] |= {"a": "1", "b": "2"}
    tv["metrics"] |= {"clicks": {"per_outcome": 1}}
    turned = copy.deepcopy(many)
    for holder, key in (
        (turned["tactics"][0], "tags"),
        (turned["tactics"][0], "metrics"),
        (turned["budget"], "by_period"),
    ):
        holder[key] = dict(reversed(holder[key].items()))
    assert digest(domain(turned)) == digest(domain(many))


def test_the_order_of_periods_matters():
    """Periods are in time."""
    assert digest(domain(WHOLE | {"periods": ["2", "1"]})) != digest(BASE)


def test_whole_numbers_and_decimals_are_the_same():
    """900 and 900.0 are one budget."""
    same = copy.deepcopy(WHOLE)
    same["budget"]["at_most"] = 900.0
    assert digest(domain(same)) == digest(BASE)


def test_numbers_of_numpy_are_the_same():
    """A budget out of `linspace`: planned, and digested, as the number that it is."""
    plain = scenario(at_most=333.35)
    numpys = scenario(at_most=np.float64(333.35))
    assert digest(numpys) == digest(plain)
    first, second = (optimize(own) for own in (plain, numpys))
    assert (first.value, first.allocations) == (second.value, second.allocations)


def test_what_a_scenario_works_out_for_itself_is_not_in_the_digest():
    """Stacked members are not the planner's words; what is cached on first use changes nothing."""
    one = domain(WHOLE)
    before = digest(one)
    assert one.metrics
    assert digest(one) == before
    assert '"_' not in json.dumps(canonical(one))


def test_plain_data_have_their_keys_in_order_and_numbers_are_floats():
    """What JSON knows, whatever stands in names."""
    for name in (BASE.tactics[0].name, 'a "quoted" %s\n\u2028\ud800', "日本"):
        other = replace(BASE, tactics=(replace(BASE.tactics[0], name=name),), goals=(), rules=(), events=())
        plain = canonical(other)
        assert json.dumps(plain) == json.dumps(plain, sort_keys=True)
        assert json.loads(json.dumps(plain)) == plain
        assert plain["tactics"][0]["name"] == name
        assert digest(other) != digest(BASE)
    numbers = canonical(BASE)["budget"]["total"].values()
    assert {type(number) for number in numbers} <= {float, type(None)}


def tagged(*tags):
    """Three tactics with tags, each a tuple of pairs."""
    plain = domain(wire({"t": ROOT}, budget={"at_most": 100}))
    tactics = [replace(plain.tactics[0], name=f"t{number}", tags=own) for number, own in enumerate(tags)]
    return replace(plain, tactics=tuple(tactics))


def spending(scenario, spends):
    """The scenario with what its tactics spend today."""
    tactics = zip(scenario.tactics, spends, strict=True)
    return replace(scenario, tactics=tuple(replace(tactic, current_spend=spend) for tactic, spend in tactics))


def test_what_ends_where_is_in_the_digest():
    """The same letters, the same pairs, the same kinds: dealt out differently, or in another order."""
    pair, other = (("a", "bc"),), (("ab", "c"),)
    scenarios = [
        tagged(pair, pair, pair),
        tagged(other, other, other),
        tagged(pair, other, other),
        tagged(other, pair, other),
        tagged((), pair + other, other),
        tagged(pair + other, (), other),
        tagged((), (), pair + other + other),
        tagged((), (), ()),
    ]
    scenarios += [spending(tagged(pair, pair, other), spends) for spends in permutations((None, 1.0, 2.0))]
    assert len({digest(own) for own in scenarios}) == len(scenarios)


def test_equal_parts_are_the_same_whether_they_are_one_or_several():
    """Defaults are one object in all tactics, what a planner states is one in each; 5 and 5.0 are one number."""
    shared = tagged((("a", "b"),), (("a", "b"),), ())
    apart = tuple(
        replace(own, tags=copy.deepcopy(own.tags), spend=copy.deepcopy(own.spend), response=copy.deepcopy(own.response))
        for own in shared.tactics
    )
    assert digest(replace(shared, tactics=apart)) == digest(shared)
    written = [(5, 5.0, 7.0), (5.0, 5, 7), (5.0, 5.0, np.float64(7.0))]
    assert len({digest(spending(shared, spends)) for spends in written}) == 1


def test_families_and_kinds_are_in_the_digest():
    """Two curves of equal parameters and different families are two."""
    digests = {
        digest(
            domain(
                WHOLE
                | {"tactics": [{"name": "x", "stage": "upstream", "response": response}]}
                | {"goals": [], "rules": [], "events": [], "demand_pools": []}
            )
        )
        for response in (
            {"family": "exponential", "ceiling": 5, "scale": 2},
            {"family": "tanh", "ceiling": 5, "scale": 2},
        )
    }
    assert len(digests) == 2


def test_the_digest_is_the_same_in_another_process():
    """No hash seed, no address, no order of a set is in it."""
    program = (
        "from tests.app.schemas.samples import WHOLE; from tests.optimizer.toys import domain;"
        "from optimizer.problem.canonical import digest; print(digest(domain(WHOLE)))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p) or "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert seen == {digest(BASE)}
