"""What the fields of the form are called."""

from __future__ import annotations

import pytest

from app.pages.editor.labels import LABELS, OPTIONS, label
from app.pages.editor.view import COLUMNS
from app.schemas.scenario import ScenarioIn
from optimizer.problem.rules import RULES


def names() -> set[str]:
    """Every field of the wire's description."""
    described = ScenarioIn.model_json_schema()
    return {name for part in (described, *described["$defs"].values()) for name in part.get("properties", {})}


def test_every_name_that_is_put_together_has_words() -> None:
    """And no words are left of fields that there are no more."""
    assert {name for name in names() if "_" in name} - set(LABELS) == set()
    assert {name for name in LABELS if "." not in name} - names() == set()


def test_every_kind_of_rule_has_words() -> None:
    """A planner does not choose from names for programs."""
    assert set(RULES) - set(OPTIONS) - {kind for kind in RULES if "_" not in kind} == set()


@pytest.mark.parametrize("column", [own for columns in COLUMNS.values() for own in columns])
def test_columns_have_words(column: str) -> None:
    """No dots or underscores."""
    assert not {".", "_"} & set(label(column))
