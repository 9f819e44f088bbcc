"""What fields are called and mean, for people: read off the wire models."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.schemas.adstock import adstock_models
from app.schemas.response import response_models
from app.schemas.rules import rule_models
from app.schemas.scenario import ScenarioIn
from app.schemas.tactic import TacticIn, TemplatedTacticIn
from app.spreadsheets.scenario.keys import Steps
from app.spreadsheets.scenario.layout import Table

WORDS = {
    "stage": "Stage",
    "current_spend": "Spend today",
    "feeds": "Feeds pool",
    "draws_from": "Draws from pool",
    "family": "Family",
    "by": "Due by end of",
    "rule": "Kind of rule",
    "of": "Kind of item",
    "is": "Is (if no value)",
    "at_least": "At least",
    "at_most": "At most",
}


def label(key: str) -> str:
    """A heading for people.

    >>> label("spend.at_most"), label("tags.region"), label("1")
    ('Spend: at most', 'Tag: region', '1')
    """
    if key in WORDS:
        return WORDS[key]
    first, _, rest = key.partition(".")
    words = f"{first.removesuffix('s') if first in ('tags', 'metrics') else first}{': ' if rest else ''}{rest}"
    return words[:1].upper() + words[1:].replace("_", " ")


def describe(table: Table | None, steps: Steps) -> str:
    """What the wire models say of a field; nothing where they say nothing."""
    for model in _models(table.list if table else "", table.under if table else ()):
        if words := _described(model, tuple(step for step in steps if isinstance(step, str))):
            return words
    return ""


@cache
def _models(place: str, under: Steps) -> tuple[type[BaseModel], ...]:
    """The models that may stand there."""
    if place == "tactics" and under[:1] == ("response",):
        return tuple(response_models().values())
    if place == "tactics" and under:
        return tuple(adstock_models().values())
    starts: tuple[type[BaseModel], ...] = (ScenarioIn,)
    if place == "tactics":
        starts = (TacticIn, TemplatedTacticIn)
    elif place == "rules":
        starts = tuple(rule_models().values())
    elif place:
        starts = tuple(_inside(ScenarioIn.model_fields[place]))
    for step in under:
        starts = tuple(
            model for start in starts if step in start.model_fields for model in _inside(start.model_fields[str(step)])
        )
    return starts


def _described(model: type[BaseModel], steps: tuple[str, ...]) -> str:
    field = model.model_fields.get(steps[0]) if steps else None
    if field is None:
        return ""
    inner = (_described(below, steps[1:]) for below in _inside(field)) if steps[1:] else iter(())
    return next(
        (words for words in inner if words), "" if steps[1:] and any(_inside(field)) else field.description or ""
    )


def _inside(field: FieldInfo) -> Iterator[type[BaseModel]]:
    """The models in a field's annotation."""
    yield from _in_annotation(field.annotation)


def _in_annotation(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _in_annotation(part)
