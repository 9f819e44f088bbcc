"""Found by hand and told: what the tests of a plan's making share."""

from dataclasses import replace

from optimizer.answers.plan import Provenance
from optimizer.problem.canonical import canonical_order
from optimizer.search.deadline import Deadline
from optimizer.search.plan.outcome import found_plan
from optimizer.search.search import search
from tests.optimizer.toys import DOUBLE_ROOT, ROOT, TABLE, domain, modelled, wire

PROVENANCE = Provenance(digest="d", solver="s", headrace="0", seconds=0.0, formulation="f", rounds=1, nodes=1)
TABLES = wire({"a": TABLE, "b": ROOT}, budget={"at_most": 60})
ROOTS = wire({"b": DOUBLE_ROOT, "a": ROOT}, budget={"at_most": 500})


def found_of(document):
    """What the search finds, in canonical order as `optimize` asks it."""
    ordered = canonical_order(domain(document))
    sorted_document = document | {"tactics": sorted(document["tactics"], key=lambda own: own["name"])}
    model = modelled(sorted_document)
    assert model.scenario == ordered
    return search(model, 1e-6, Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0), lambda *_: None)


def told(document, **changes):
    """The plan of that, with some of it changed."""
    return found_plan(domain(document), replace(found_of(document), **changes), PROVENANCE)
