"""On/off rules on the wire: counts are whole numbers, groups are scopes, and nothing is lost on the way."""

from __future__ import annotations

from typing import Any

import pytest

from app.schemas.scenario import ScenarioIn, scenario_to_wire
from tests.app.schemas.samples import Document, refusal, whole

COUNT = {"rule": "active_count", "name": "r", "at_most": 2}
PERIODS = {"rule": "active_periods", "name": "r", "min_run": 2, "blackout": ["2"]}
REQUIRES = {"rule": "requires", "name": "r", "scope": {"tactics": ["tv"]}, "needs": {"tactics": ["search"]}}
EXCLUSIVE = {"rule": "exclusive", "name": "r", "groups": [{"tactics": ["tv"]}, {"stage": "downstream"}]}


def ruled(rule: Document) -> Document:
    """The whole document with one rule."""
    return whole(lambda document: document.update(rules=[rule]))


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        (COUNT, {"at_least": 0, "minimum": 2.5, "over_all": True}),
        (PERIODS, {"at_least": 1, "at_most": 2, "minimum": 2.5}),
        (REQUIRES, {"minimum": 10.0, "over_all": True}),
        (EXCLUSIVE, {"at_most": 2, "over_all": True}),
    ],
)
def test_a_round_trip_loses_nothing(rule: Document, more: Document) -> None:
    """With and without what may be left out."""
    for stated in (rule, rule | more):
        told = scenario_to_wire(ScenarioIn.model_validate(ruled(stated)).to_domain())
        assert told["rules"] == [stated]


@pytest.mark.parametrize(
    ("rule", "field"), [(COUNT, "at_least"), (COUNT, "at_most"), (PERIODS, "min_run"), (EXCLUSIVE, "at_most")]
)
@pytest.mark.parametrize("value", [2.0, "2", True, 1.5, -1, [1]])
def test_only_a_whole_number_is_one(rule: Document, field: str, value: Any) -> None:
    """No decimal, no text, no truth value, nothing below 0."""
    fault = refusal(ruled(rule | {field: value})).errors[0]
    assert fault.path == f"rules[0].{field}"
    assert fault.code in ("not_a_count", "not_a_number", "wrong_type")


@pytest.mark.parametrize(
    ("rule", "code", "path"),
    [
        (COUNT | {"over_all": 1}, "wrong_type", "over_all"),
        (COUNT | {"groups": []}, "unknown_field", "groups"),
        (PERIODS | {"blackout": "2"}, "wrong_type", "blackout"),
        (PERIODS | {"blackout": ["1", 2]}, "wrong_type", "blackout[1]"),
        (PERIODS | {"blackout": ["1", "9"]}, "unknown_period", "blackout[1]"),
        (PERIODS | {"minimum": 0}, "not_positive", "minimum"),
        ({key: own for key, own in REQUIRES.items() if key != "needs"}, "missing_field", "needs"),
        (REQUIRES | {"needs": {"tactics": ["radio"]}}, "unknown_tactic", "needs.tactics[0]"),
        (
            EXCLUSIVE | {"groups": [{"tactics": ["tv"]}, {"tags": {"region": "east"}}]},
            "unknown_tag",
            "groups[1].tags.region",
        ),
        (EXCLUSIVE | {"groups": ["tv"]}, "wrong_type", "groups[0]"),
        (EXCLUSIVE | {"scope": {"tactics": ["tv"]}}, "scope_and_groups", "groups"),
    ],
)
def test_a_wrong_field_is_named(rule: Document, code: str, path: str) -> None:
    """By its code and its path."""
    fault = refusal(ruled(rule)).errors[0]
    assert (fault.code, fault.path) == (code, f"rules[0].{path}")
