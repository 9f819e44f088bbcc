"""Where scenarios are not the same, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from optimizer.problem.canonical import canonical
from optimizer.problem.scenario import Scenario

LONGEST_TEXT = 200  # characters of a value that are shown
PAIRED = ("tags", "metrics", "by_period")  # fields whose entries are (key, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioDifference:
    """A field whose canonical text is not the same in every scenario; None where it is absent."""

    path: str
    values: tuple[str | None, ...]


class _Missing(Enum):
    HERE = "absent"


def differences(scenarios: Sequence[Scenario]) -> tuple[ScenarioDifference, ...]:
    """Every field that differs, tactics, goals and rules by name: `tactics[tv].response.members[0].ceiling`.

    Fields stand in the order of their names. What a scenario lacks altogether (a tactic, a rule) is one difference, not
    one for each of its fields.
    """
    return tuple(_compared("", "", [canonical(scenario) for scenario in scenarios]))


def _compared(path: str, field: str, values: Sequence[Any]) -> Iterator[ScenarioDifference]:
    if all(value == values[0] for value in values[1:]):
        return
    parts = [_parts(field, value) for value in values]
    if any(part is None for part in parts):
        yield ScenarioDifference(path=path, values=tuple(_text(value) for value in values))
        return
    for step in dict.fromkeys(step for part in parts if part for step in part):
        below = [part.get(step, _Missing.HERE) for part in parts if part is not None]
        yield from _compared(f"{path}{step}".removeprefix("."), step.removeprefix("."), below)


def _parts(field: str, value: Any) -> dict[str, Any] | None:
    """What a value consists of, by the step that leads there; None for what is not divided."""
    if isinstance(value, dict):
        return {f".{name}": part for name, part in value.items()}
    if not isinstance(value, list):
        return None
    if field in PAIRED:
        return {f".{name}": part for name, part in value}
    if value and all(isinstance(item, dict) and "name" in item for item in value):
        return {f"[{item['name']}]": item for item in value}
    return {f"[{position}]": item for position, item in enumerate(value)}


def _text(value: Any) -> str | None:
    if value is _Missing.HERE:
        return None
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}… ({len(text)} characters)"
