"""Plans, evaluations and comparisons on the wire."""

from __future__ import annotations

import dataclasses
import json
import typing
from typing import Any

import pytest
from pydantic import BaseModel

from app.schemas.comparison import ComparisonOut
from app.schemas.evaluation import EvaluationIn, EvaluationOut
from app.schemas.plan import PlanOut, plan_from_wire
from optimizer.answers.comparison import Comparison, compare
from optimizer.answers.evaluation import Evaluation, Spend
from optimizer.answers.plan import Plan
from optimizer.errors import ScenarioError
from tests.app.schemas.samples import WHOLE
from tests.optimizer.answers.plans import candidate, no_plan, plan, scenario

PLANS = [plan(scenario(periods=("1", "2")), {"tv": 40.0}), no_plan(scenario())]


@pytest.mark.parametrize(
    ("model", "domain"), [(PlanOut, Plan), (EvaluationOut, Evaluation), (ComparisonOut, Comparison)]
)
def test_the_wire_says_what_the_domain_knows(model: type[BaseModel], domain: type[Any]) -> None:
    """Field for field, all the way down: nothing is left out, nothing is made up."""
    hints = typing.get_type_hints(domain)
    assert set(model.model_fields) == {field.name for field in dataclasses.fields(domain)}
    for name, field in model.model_fields.items():
        below, above = _part(hints[name]), _part(field.annotation)
        assert (below is None) == (above is None), name
        if below is not None and above is not None:
            test_the_wire_says_what_the_domain_knows(above, below)


def _part(hint: Any) -> Any:
    """The dataclass or model inside an annotation, if there is one."""
    if isinstance(hint, type) and (dataclasses.is_dataclass(hint) or issubclass(hint, BaseModel)):
        return hint
    return next((part for each in typing.get_args(hint) if (part := _part(each)) is not None), None)


@pytest.mark.parametrize("made", PLANS, ids=["plan", "no plan"])
def test_a_plan_comes_back_as_it_was(made: Plan) -> None:
    """From its text and from its document, whatever is kept beside it."""
    text = PlanOut.from_domain(made).model_dump_json()
    assert plan_from_wire(text) == made
    assert plan_from_wire({**json.loads(text), "id": "x"}) == made


def test_a_comparison_is_plain_json() -> None:
    """Every list follows the labels."""
    compared = compare([candidate(label, scenario(), {"tv": spend}) for label, spend in (("a", 1.0), ("b", 2.0))])
    document = json.loads(ComparisonOut.from_domain(compared).model_dump_json())
    assert document["labels"] == ["a", "b"]
    assert document["allocations"][0] == {
        "tactic": "tv",
        "period": "1",
        "spend": [1.0, 2.0],
        "difference": [0.0, 1.0],
    }


def test_an_evaluation_names_cells() -> None:
    """The scenario and the spends reach the domain."""
    cell = {"tactic": "tv", "period": "2", "spend": 5}
    stated, spends = EvaluationIn.model_validate({"scenario": WHOLE, "allocations": [cell]}).to_domain()
    assert stated.name == "whole"
    assert spends == (Spend(tactic="tv", period="2", spend=5.0),)


def test_an_evaluation_s_scenario_is_named_in_errors() -> None:
    """Paths begin at the body."""
    body = EvaluationIn.model_validate({"scenario": WHOLE | {"periods": ["1", "1"]}, "allocations": []})
    with pytest.raises(ScenarioError) as caught:
        body.to_domain()
    assert caught.value.path == "scenario.periods[1]"
