"""The document as a tree of fields, with its values as texts and what is wrong at each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from app.pages.editor.address import put, steps_of, taken
from app.pages.editor.labels import hint, label, option
from app.pages.editor.order import arranged, kind_of
from app.pages.editor.reading import KEY, member, spaced
from app.pages.editor.shape import (
    Anything,
    Lines,
    OneOf,
    Pairs,
    Record,
    Scalar,
    Schema,
    Several,
    nullable,
    resolved,
    root,
    shape_of,
)
from app.pages.editor.stored_family import CHOICES, STORED, TAIL
from app.spreadsheets.figures import unmistakable

Control = Literal["text", "number", "flag", "choice", "lines", "record", "several", "one_of", "fold"]
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "tactics": ("name", "stage", "current_spend", "spend.at_least", "spend.at_most"),
    "goals": ("name", "metric", "at_least"),
    "rules": ("name", "at_least", "at_most", "amount"),
    "demand_pools": ("name", "initial", "retention"),
    "events": ("name", "lift"),
}
MOST_INLINE = 50  # entries of a list within an entry; more are shown as JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A field, or several together. `held` is the JSON of an entry that is shown closed, `hint` how to fill it in."""

    address: str
    label: str
    help: str
    control: Control
    hint: str = ""
    value: str = ""
    options: tuple[str, ...] = ()
    required: bool = False
    fault: str | None = None
    children: tuple[Node, ...] = ()
    held: str | None = None

    @property
    def told(self) -> bool:
        """Whether something is stated in it, or wrong with it."""
        return bool(self.value or self.fault is not None or any(child.told for child in self.children))


def tree(
    document: Mapping[str, Any], faults: Mapping[str, str], opened: frozenset[str], unread: Mapping[str, str]
) -> tuple[Node, ...]:
    """The fields of a whole scenario; `unread` is what was typed where it could not be read."""
    view = _View(document=document, faults=faults, opened=opened, unread=unread)
    return tuple(view.fields("", root()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    document: Mapping[str, Any]
    faults: Mapping[str, str]
    opened: frozenset[str]
    unread: Mapping[str, str]

    def fields(self, address: str, schema: Schema) -> Iterator[Node]:
        """The fields of a record, those that are rarely needed folded away at its end."""
        shape = shape_of(schema)
        assert isinstance(shape, Record)
        order = arranged(kind_of(address), shape.fields)
        yield from self._named(address, shape, order.shown)
        for words, names in order.folded.items():
            yield Node(
                address=address,
                label=words,
                help="",
                control="fold",
                children=tuple(self._named(address, shape, names)),
            )

    def _named(self, address: str, shape: Record, names: Iterable[str]) -> Iterator[Node]:
        for name in names:
            where = f"{address}.{name}" if address else name
            yield self.node(where, label(name), shape.fields[name], name in shape.required)

    def node(self, address: str, words: str, schema: Schema, required: bool = False) -> Node:
        """What one part of the description becomes."""
        value = taken(self.document, steps_of(address))
        own: dict[str, Any] = {
            "address": address,
            "label": words,
            "help": str(schema.get("description", "")),
            "hint": hint(address),
            "required": required,
            "fault": self.faults.get(address),
        }
        if value in ([], {}) and nullable(schema):
            return Node(control="lines", value=json.dumps(value), **own)
        match shape_of(schema):
            case Scalar(kind=kind, options=options):
                if kind == "maybe":
                    return Node(control="choice", value=_maybe(value), options=options, **own)
                control = "number" if kind == "whole" else kind
                return Node(control=control, value=self.unread.get(address, _typed(value)), options=options, **own)
            case Lines(pairs=pairs):
                return Node(control="lines", value=self.unread.get(address, _lines(value, pairs)), **own)
            case Pairs():
                return Node(control="lines", value=self.unread.get(address, _pairs(value)), **own)
            case Anything():
                return Node(control="lines", value=self.unread.get(address, _json(value)), **own)
            case Record(fields=fields) if address.endswith(".response") and "curve" in fields:
                return Node(control="one_of", children=(_stored(address), *self.fields(address, schema)), **own)
            case Record():
                return Node(control="record", children=tuple(self.fields(address, schema)), **own)
            case OneOf() as union:
                return self._one_of(union, value, own)
            case Several() as several:
                return self._several(several, value, own)

    def _one_of(self, union: OneOf, value: Any, own: dict[str, Any]) -> Node:
        address = own["address"]
        if value is None and not own["required"] and not own.get("entry"):
            first = Node(
                address=f"{address}.{union.tag}",
                label=label(union.tag),
                help="",
                control="choice",
                options=tuple(_plain(union)),
            )
            return Node(control="one_of", children=(first,), **own)
        record = member(union, value)
        chosen = tuple(_chooser(node, union) for node in self.fields(address, record))
        if union.tag:
            own = own | {"help": str(record.get("description", "")).partition("\n")[0]}
        return Node(control="one_of", children=chosen, **own)

    def _several(self, several: Several, value: Any, own: dict[str, Any]) -> Node:
        entries = _entries(value, several.keyed)
        if not _fits(value, entries):
            return Node(control="lines", value=self.unread.get(own["address"], _json(value)), **own)
        if len(entries) > MOST_INLINE and own["address"] not in COLUMNS:
            return Node(control="lines", value=_json(value), **own)
        made = (self._entry(several, own["address"], number, entry) for number, entry in enumerate(entries))
        return Node(control="several", children=tuple(made), **own)

    def _entry(self, several: Several, address: str, number: int, value: Any) -> Node:
        where = f"{address}[{number}]"
        if address in COLUMNS and where not in self.opened:
            return self._closed(where, several.entry, value, COLUMNS[address])
        view = self if not several.keyed else replace(self, document=_unkeyed(self.document, address))
        node = view.node(where, str(number + 1), several.entry, required=True)
        if several.keyed:
            named = Node(
                address=f"{where}.{KEY}", label="name", help="", control="text", value=value[KEY], required=True
            )
            node = Node(address=where, label=node.label, help="", control="record", children=(named, *node.children))
        return node

    def _closed(self, where: str, entry: Schema, value: Any, columns: tuple[str, ...]) -> Node:
        """A line of the fields that matter most, and the rest as it is."""
        schema = _member_of(entry, value)
        shown = tuple(self._column(f"{where}.{column}", column, schema) for column in columns if _has(schema, column))
        held = json.dumps(value, ensure_ascii=False)
        kind = value.get("rule") if isinstance(value, dict) else None
        return Node(address=where, label=option(str(kind or "")), help="", control="record", children=shown, held=held)

    def _column(self, address: str, column: str, schema: Schema) -> Node:
        for step in column.split("."):
            shape = shape_of(schema)
            assert isinstance(shape, Record)
            schema = shape.fields[step]
        return replace(self.node(address, label(column), schema), hint="")


def _member_of(entry: Schema, value: Any) -> Schema:
    shape = shape_of(entry)
    return member(shape, value) if isinstance(shape, OneOf) else resolved(entry)


def _has(schema: Schema, column: str) -> bool:
    for step in column.split("."):
        shape = shape_of(schema)
        if not isinstance(shape, Record) or step not in shape.fields:
            return False
        schema = shape.fields[step]
    return True


def _chooser(node: Node, union: OneOf) -> Node:
    """The field that tells the members apart has all of them to choose from."""
    if node.address.rsplit(".", 1)[-1] != union.tag or not union.tag:
        return node
    options = CHOICES if node.address.endswith(TAIL) else tuple(_plain(union))
    return replace(node, control="choice", options=options, required=True)


def _stored(address: str) -> Node:
    """The choice of a family where a stored curve is chosen."""
    return Node(
        address=f"{address}.family",
        label=label("family"),
        help="",
        control="choice",
        value=STORED,
        options=CHOICES,
        required=True,
    )


def _plain(union: OneOf) -> Iterator[str]:
    return (name for name in union.members if "+" not in name)


def _entries(value: Any, keyed: bool) -> list[Any]:
    if keyed and isinstance(value, dict):
        return [{KEY: name} | held if isinstance(held, dict) else {KEY: name} for name, held in value.items()]
    return value if isinstance(value, list) else []


def _fits(value: Any, entries: list[Any]) -> bool:
    """Whether the entries are all that the value holds; one of another kind is shown as it was written."""
    if value is None:
        return True
    whole = isinstance(value, list | dict) and len(entries) == len(value)
    return whole and all(isinstance(entry, dict) for entry in entries)


def _unkeyed(document: Mapping[str, Any], address: str) -> Mapping[str, Any]:
    """The document with the mapping there as the list that the form has in its place."""
    copied = json.loads(json.dumps(document))
    changed: Mapping[str, Any] = put(copied, steps_of(address), _entries(taken(copied, steps_of(address)), True))
    return changed


def _maybe(value: Any) -> str:
    return "" if value is None else "yes" if value else "no"


def _typed(value: Any) -> str:
    """What stands in a field; a number has its thousands apart."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return spaced(_text(value)) if number else _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    return unmistakable(repr(value)) if isinstance(value, int | float) else str(value)


def _lines(value: Any, pairs: bool) -> str:
    if not isinstance(value, list):
        return ""
    return "\n".join(" ".join(map(_text, each)) if pairs and isinstance(each, list) else _text(each) for each in value)


def _pairs(value: Any) -> str:
    return "\n".join(f"{name} = {held}" for name, held in value.items()) if isinstance(value, dict) else ""


def _json(value: Any) -> str:
    if isinstance(value, float):
        return _text(value)
    return "" if value is None or value in ([], {}) else json.dumps(value, ensure_ascii=False)
