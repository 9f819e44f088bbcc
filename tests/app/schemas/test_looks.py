"""Names that only look the same, on the wire."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.schemas.curve_set import CurveSetIn
from app.schemas.scenario import EXAMPLE, ScenarioIn, read_scenario
from optimizer.errors import HeadraceError, ScenarioError
from tests.app.schemas.test_curve_set import CURVE


def stated(**changed: Any) -> bytes:
    """The example with something changed."""
    assert isinstance(EXAMPLE, dict)
    return json.dumps({**EXAMPLE, **changed}).encode()


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"tactics": ["tv", " tv"]}, "tactics[1].name"),
        ({"tactics": ["Caf\u00e9", "tv", "Cafe\u0301"]}, "tactics[2].name"),
        ({"periods": ["w1", "w1\u200e"]}, "periods[1]"),
        ({"goals": [{"name": "year", "metric": "revenue", "at_least": 1}],
          "rules": [{"rule": "spend_range", "name": "year ", "at_most": 9}]}, "rules[0].name"),
    ],
)  # fmt: skip
def test_two_names_that_look_the_same_are_refused(changed: dict[str, Any], path: str) -> None:
    """At the second of them."""
    linear = {"stage": "upstream", "response": {"family": "linear", "slope": 2}, "spend": {"at_most": 5}}
    if "tactics" in changed:
        changed = {"tactics": [linear | {"name": name} for name in changed["tactics"]]}
    with pytest.raises(HeadraceError) as caught:
        read_scenario(stated(**changed))
    assert (caught.value.code, caught.value.path) == ("duplicate_name", path)


def test_a_name_comes_back_as_it_was_sent() -> None:
    """Blanks around it and decomposed letters are the sender's own: programs join by them."""
    names = [" tv ", "Cafe\u0301"]
    linear = {"stage": "upstream", "response": {"family": "linear", "slope": 2}, "spend": {"at_most": 5}}
    scenario = read_scenario(stated(tactics=[linear | {"name": name} for name in names]))
    assert [tactic.name for tactic in scenario.tactics] == names


def test_a_stored_document_is_read_whatever_its_names_look_like() -> None:
    """What was kept before is not lost."""
    linear = {"stage": "upstream", "response": {"family": "linear", "slope": 2}, "spend": {"at_most": 5}}
    document = json.loads(stated(tactics=[linear | {"name": name} for name in ("tv", "tv ")]))
    assert len(ScenarioIn.model_validate(document).to_domain().tactics) == 2


def test_curves_of_a_set_look_different() -> None:
    """As tactics do."""
    curves = [CURVE, CURVE | {"name": f"{CURVE['name']} "}]
    with pytest.raises(ScenarioError, match="another curve"):
        CurveSetIn.model_validate({"name": "m", "curves": curves}).check()
