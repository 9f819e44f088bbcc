"""Wire models made from dataclasses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import ValidationError

from app.schemas.adstock import adstock_models
from app.schemas.mirror import Mirrored, mirror, plain
from app.schemas.response import response_models
from app.schemas.rules import rule_models
from optimizer.curves import ADSTOCKS, FAMILIES
from optimizer.errors import ScenarioError
from optimizer.problem.rules import RULES
from optimizer.problem.scope import Scope


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A sample.

    Fields: rate = r > 0 [1]; steps, how many; where it counts.
    """

    rate: float
    steps: int | None = None
    loud: bool = False
    pairs: tuple[tuple[float, float], ...] = ()
    scope: Scope = field(default_factory=Scope)

    def __post_init__(self) -> None:
        if self.rate <= 0:
            raise ScenarioError("not_positive", "rate", "must be above 0", "give a number above 0")


MODEL = mirror(Sample, Mirrored, "SampleIn")


def test_what_is_registered_is_on_the_wire() -> None:
    """A family or rule needs no line here."""
    assert set(rule_models()) == set(RULES)
    assert set(adstock_models()) == set(ADSTOCKS)
    assert set(response_models()) == set(FAMILIES) | {f"{family}+draws" for family in FAMILIES}


def test_a_model_builds_its_dataclass() -> None:
    """Lists become tuples, scopes scopes, and what is left out takes the domain's default."""
    given: dict[str, Any] = {"rate": 2, "pairs": [[1, 2]], "scope": {"tactics": ["tv"]}}
    built = MODEL.model_validate(given).to_domain()
    assert built == Sample(rate=2.0, pairs=((1.0, 2.0),), scope=Scope(tactics=("tv",)))
    assert MODEL.model_validate(plain(built)).to_domain() == built
    assert plain(Sample(rate=1.0)) == {"rate": 1.0}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"rate": "2"},
        {"rate": 1, "steps": 1.5},
        {"rate": 1, "loud": 1},
        {"rate": 1, "pairs": [[1]]},
        {"rate": True},
    ],
    ids=str,
)
def test_kinds_of_values_are_strict(wrong: dict[str, Any]) -> None:
    """No text for numbers, no fraction for counts, no number for a flag."""
    with pytest.raises(ValidationError):
        MODEL.model_validate(wrong)


def test_descriptions_come_from_the_docstring() -> None:
    """The part of `Fields:` that begins with the field's name."""
    assert MODEL.model_fields["rate"].description == "rate = r > 0 [1]."
    assert MODEL.model_fields["steps"].description == "steps, how many."


def test_an_annotation_without_a_wire_type_is_a_mistake_of_ours() -> None:
    """It shows when the service starts, not when a document arrives."""

    @dataclass
    class Odd:
        value: complex

    with pytest.raises(TypeError):
        mirror(Odd, Mirrored, "OddIn")
