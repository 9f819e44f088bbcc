"""What kind of field each part of the wire's description asks for.

The description is the JSON Schema of `ScenarioIn`: a family or rule registered in the library has its fields here at
once. A part is one of a few shapes:

| shape | in a form |
|---|---|
| Scalar | one field: text, number, whole number, yes or no (or neither), or a choice |
| Lines | numbers in a row, or names, one a line |
| Record | fields of its own, together |
| Pairs | names and what each stands for, one a line: `region = north` |
| Several | entries that can be added and removed, each a record; `keyed` where a name stands before each |
| OneOf | records, chosen by the value of one field |
| Anything | JSON, for what is rarely written by hand |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeAlias

from app.schemas.scenario import ScenarioIn

Schema: TypeAlias = Mapping[str, Any]
Kind = Literal["text", "number", "whole", "flag", "maybe", "choice"]
TAGS = ("family", "rule")
EITHER = "|"  # between the addresses that tell a member


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """One value."""

    kind: Kind
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Values of one kind; `pairs` where each entry is two numbers."""

    kind: Kind
    pairs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Names and texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Named fields, each with the words that the description has for it."""

    fields: Mapping[str, Schema]
    required: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """Entries of one shape."""

    entry: Schema
    keyed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """Records told apart by the value of `tag`, or, where that is empty, by the field that is the key of a member."""

    tag: str
    members: Mapping[str, Schema]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anything:
    """JSON."""


Shape: TypeAlias = Scalar | Lines | Pairs | Record | Several | OneOf | Anything


@cache
def _whole() -> Schema:
    return ScenarioIn.model_json_schema()


def root() -> Schema:
    """The description of a whole scenario."""
    return _whole()


def shape_of(schema: Schema) -> Shape:
    """The shape that a part of the description asks for."""
    if nullable(schema) and resolved(schema).get("type") == "boolean":
        return Scalar(kind="maybe", options=("yes", "no"))
    schema = resolved(schema)
    if "oneOf" in schema:
        return _one_of([resolved(member) for member in schema["oneOf"]])
    if "enum" in schema or "const" in schema:
        return Scalar(kind="choice", options=tuple(schema.get("enum", [schema.get("const")])))
    match schema.get("type"):
        case "array":
            return _array(resolved(schema["items"]))
        case "object":
            return _object(schema)
        case _:
            return Scalar(kind=_kind(schema))


def resolved(schema: Schema) -> Schema:
    """What a reference stands for, and what may be left out as if it were stated."""
    if "$ref" in schema:
        return resolved(_whole()["$defs"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        stated = [member for member in schema["anyOf"] if member.get("type") != "null"]
        return resolved(stated[0]) if len(stated) == 1 else {"oneOf": stated}
    return schema


def nullable(schema: Schema) -> bool:
    """Whether leaving it out says something else than stating it empty."""
    return any(member.get("type") == "null" for member in schema.get("anyOf", ()))


def _array(entry: Schema) -> Shape:
    if entry.get("type") == "array":
        return Lines(kind="number", pairs=True)
    if "oneOf" in entry or entry.get("type") == "object":
        return Several(entry=entry)
    return Lines(kind=_kind(entry)) if entry.get("type") in ("string", "number", "integer") else Anything()


def _object(schema: Schema) -> Shape:
    if "properties" in schema:
        return Record(fields=schema["properties"], required=frozenset(schema.get("required", ())))
    entry = resolved(schema["additionalProperties"])
    return Pairs() if entry.get("type") == "string" else Several(entry=entry, keyed=True)


def _one_of(members: list[Schema]) -> Shape:
    for tag in TAGS:
        if all(tag in member.get("properties", {}) for member in members):
            return OneOf(tag=tag, members={_constant(member, tag): member for member in members})
    if all("properties" in member for member in members):
        first, *others = members
        return OneOf(tag="", members={"": first} | {_mark(first, member): member for member in others})
    return Anything()


def _mark(first: Schema, member: Schema) -> str:
    """The addresses of fields that only this member has, one of which tells it."""
    own = [name for name in member.get("required", ()) if name not in first["properties"]]
    if own:
        return str(own[0])
    for name in member.get("required", ()):
        within = resolved(member["properties"][name])
        if "properties" in within and "properties" not in resolved(first["properties"][name]):
            return EITHER.join(f"{name}.{own}" for own in within["properties"])
    return ""


def _constant(member: Schema, tag: str) -> str:
    draws = "+draws" if "draws" in member["properties"] else ""
    return f"{member['properties'][tag]['const']}{draws}"


def _kind(schema: Schema) -> Kind:
    kinds: dict[str, Kind] = {"number": "number", "integer": "whole", "boolean": "flag"}
    return kinds.get(str(schema.get("type")), "text")
