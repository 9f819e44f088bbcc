"""From the fields of a form back to the document: blanks are left out, texts become what the shape says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import BodyError
from app.pages.editor.address import Step, put, steps_of, taken
from app.pages.editor.shape import (
    EITHER,
    TAGS,
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
from app.pages.editor.spans import spelled
from app.pages.editor.stored_family import one_kind
from app.schemas.body import read_json
from app.spreadsheets.figures import figure, readings, two_readings
from app.spreadsheets.flags import FLAGS
from optimizer.errors import FileError, HeadraceError, ScenarioError
from optimizer.names import tidy
from optimizer.sources.tables.conventions import ASK_THE_TABLE
from optimizer.sources.tables.numbers import Numbers

KEY = "key_"  # the name before an entry of a mapping
LARGE = re.compile(r"(-?)(\d{5,309})((?:\.\d+)?)")  # no number that can be meant has more digits
FIRST = re.compile(r"[.\[]")
DRAWS = "draws"
PERIODS = "periods"
CURRENCY = "currency"
CHOOSE = (*TAGS, "template", "curve_set", "curve", "version")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The document as far as it can be read, what is wrong with the rest, and that rest as it was typed, by address."""

    document: dict[str, Any]
    faults: tuple[HeadraceError, ...]
    unread: Mapping[str, str]


def read(form: Mapping[str, str]) -> Read:
    """The document that the form states. A field that holds a whole entry comes before the entry's own fields."""
    document: Any = {}
    faults: list[HeadraceError] = []
    unread: dict[str, str] = {}
    currency = form.get(CURRENCY, "")
    stated = ((name, text) for name, text in one_kind(form).items() if FIRST.split(name)[0] in root()["properties"])
    for address, text in sorted(stated, key=_depth):
        steps = steps_of(address)
        try:
            schema, shape = _at(steps, document)
            document = put(document, steps, text if schema is None else _stated(address, shape, text, currency))
        except StaleField:
            continue
        except HeadraceError as error:
            faults.append(error.at(address))
            unread[address] = text
    return Read(document=tidied(pruned(document, root())), faults=tuple(faults), unread=unread)


def tidied(value: Any) -> Any:
    """The same with every name in it tidied, wherever it is stated or meant."""
    match value:
        case str():
            return tidy(value)
        case list():
            return [tidied(each) for each in value]
        case dict():
            return {tidy(name): tidied(each) for name, each in value.items()}
        case _:
            return value


def _stated(address: str, shape: Any, text: str, currency: str) -> Any:
    """What a field states: of a span of periods every one, a number without the currency or per cent sign beside it."""
    if isinstance(shape, Scalar) and shape.kind in ("number", "whole"):
        found = figure(text, address, currency)
        value = value_of(shape, found.digits)
        return value / 100 if found.hundredths else value
    value = value_of(shape, text)
    return [name for line in value for name in spelled(line)] if address == PERIODS and value else value


def value_of(shape: Any, text: str) -> Any:
    """What a text states; None for a blank one."""
    stated = text.strip()
    if not stated:
        return None
    match shape:
        case Scalar(kind="text"):
            return text
        case Scalar(kind="number"):
            return number(stated)
        case Scalar(kind="whole"):
            return whole(stated)
        case Scalar(kind="flag" | "maybe"):
            return flag(stated)
        case Scalar():
            return stated
        case Lines(pairs=True):
            return [[number(part) for part in line.split()] for line in stated.splitlines() if line.strip()]
        case Lines(kind="number"):
            return [number(part) for part in re.split(r"[\s,;]+", stated) if part]
        case Pairs():
            return dict(_pair(line) for line in stated.splitlines() if line.strip())
        case Lines():
            return [line for line in text.splitlines() if line.strip()]
        case _:
            return anything(stated)


def _pair(line: str) -> tuple[str, str]:
    name, sign, held = line.partition(" = " if " = " in line else "=")
    if not sign:
        raise ScenarioError("not_a_pair", "", "has a line without =", "write name = value, one a line")
    return name, held


def number(text: str) -> float:
    """A number, read as a table that holds it alone is read: what can be meant in two ways is asked for.

    >>> number("1,250,000.5"), number("1e3"), number("1.250.000,5"), number("1,5")
    (1250000.5, 1000.0, 1250000.5, 1.5)
    """
    try:
        return Numbers.of([("here", text)], ASK_THE_TABLE).read(text, "")
    except FileError as error:
        if error.code == "ambiguous_number":
            raise two_readings(readings(text)) from None
        raise ScenarioError(error.code, "", error.problem, "type digits, with a point before decimals") from None


def spaced(text: str) -> str:
    """A plain number with its thousands apart, by spaces, which no convention takes for anything else.

    >>> spaced("2250000"), spaced("-48821.6"), spaced("9000"), spaced("1e+20")
    ('2 250 000', '-48 821.6', '9000', '1e+20')
    """
    found = LARGE.fullmatch(text)
    return text if found is None else f"{found[1]}{int(found[2]):,}{found[3]}".replace(",", " ")


def whole(text: str) -> int:
    """A whole number."""
    found = number(text)
    if not found.is_integer():
        raise ScenarioError("not_a_count", "", "is not a whole number", "give 0, 1, 2, …")
    return int(found)


def flag(text: str) -> bool:
    """Yes or no.

    >>> flag("yes"), flag("FALSE"), flag("Sí")
    (True, False, True)
    """
    word = text.casefold()
    if word not in FLAGS:
        raise ScenarioError("unknown_value", "", "is neither yes nor no", "write yes or no")
    return FLAGS[word]


def anything(text: str) -> Any:
    """JSON, a number, or numbers in a row."""
    if re.fullmatch(r"[-+\d.eE,;\s]+", text):
        numbers = [number(part) for part in re.split(r"[\s,;]+", text) if part]
        return numbers[0] if len(numbers) == 1 else numbers
    try:
        return read_json(json.dumps({"value": json.loads(text)}).encode(), len(text) + 100)["value"]
    except (ValueError, RecursionError):
        raise BodyError("not_json", "", "is not JSON", "write a number, numbers in a row, or JSON") from None


class StaleField(Exception):
    """A field of the family or rule that was chosen before; the form shows those of the new one next time."""


def _depth(field: tuple[str, str]) -> tuple[int, bool, str]:
    """Whole entries before their fields, and what chooses the fields before these."""
    address = field[0]
    return address.count(".") + address.count("["), address.rsplit(".", 1)[-1] not in CHOOSE, address


def _at(steps: tuple[Step, ...], document: Any) -> tuple[Schema | None, Any]:
    """The description of what stands there, and its shape; (None, None) for the name of an entry."""
    schema: Schema = root()
    for place, step in enumerate(steps):
        if step == KEY:
            return None, None
        schema = _below(schema, steps[place:], taken(document, steps[:place]))
    return schema, _leaf(shape_of(schema))


def _leaf(shape: Any) -> Any:
    """Fields hold values; one that holds a record holds it as JSON."""
    return Anything() if isinstance(shape, Record | Several | OneOf) else shape


def _below(schema: Schema, steps: tuple[Step, ...], held: Any) -> Schema:
    """The description one step further; of a union, that of the member that the steps or the value speak of."""
    step = steps[0]
    match shape_of(schema):
        case Several(entry=entry) if isinstance(step, int):
            return resolved(entry)
        case Record(fields=fields) if step in fields:
            return fields[str(step)]
        case OneOf() as union:
            given = {**(held if isinstance(held, dict) else {}), DRAWS: []} if step == DRAWS else held
            return _below(member(union, given, steps), steps, held)
        case _:
            raise StaleField


def member(union: OneOf, held: Any, steps: tuple[Step, ...] = ()) -> Schema:
    """The record that a value is of, or that the steps lead into; the first where neither says."""
    given = held if isinstance(held, dict) else {}
    if not union.tag:
        marks = [mark for mark in union.members if mark]
        meant = ".".join(map(str, steps))
        return union.members[next((mark for mark in marks if _told(mark, given, meant)), "")]
    tagged = f"{given.get(union.tag)}{'+draws' if 'draws' in given else ''}"
    return union.members.get(tagged) or next(iter(union.members.values()))


def _told(mark: str, given: dict[str, Any], meant: str) -> bool:
    """Whether one of the addresses of a mark is meant, or holds something."""
    own = mark.split(EITHER)
    return meant in own or any(taken(given, tuple(address.split("."))) is not None for address in own)


def pruned(value: Any, schema: Schema) -> Any:
    """Without blanks and fields of another member; keyed entries as a mapping; what is stated empty stays."""
    match shape_of(schema):
        case Several(entry=entry, keyed=True) if isinstance(value, list):
            own = [(entry_.pop(KEY, ""), entry_) for entry_ in value if isinstance(entry_, dict)]
            return {name: pruned(held, entry) for name, held in own if name.strip()}
        case Several(entry=entry) if isinstance(value, list):
            return [pruned(held, entry) for held in value]
        case Record(fields=fields, required=required) if isinstance(value, dict):
            return dict(_kept(value, fields, required))
        case OneOf() as union if isinstance(value, dict):
            return pruned(value, member(union, value))
        case _:
            return value


def _kept(value: dict[str, Any], fields: Mapping[str, Schema], required: frozenset[str]) -> Iterator[tuple[str, Any]]:
    for name, schema in fields.items():
        held = pruned(value.get(name), schema)
        empty = held in ({}, []) and name not in required and not (value[name] in ({}, []) and nullable(schema))
        if held is not None and not empty:
            yield name, held
