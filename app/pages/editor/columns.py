"""What the headings of pasted rows mean: a field by its name on the wire, or by the words that the form has for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from app.pages.editor.labels import label, option, singular
from app.pages.editor.order import arranged, kind_of
from app.pages.editor.shape import OneOf, Record, Scalar, Schema, Several, root, shape_of

SHOWN: Mapping[str, Mapping[str, str]] = {  # what the tables of a plan's page call these fields
    "goals": {"measure": "metric", "target": "at_least"},
    "rules": {"measure": "metric"},
    "tactics": {"spend today": "current_spend"},
}
DEEPEST = 3  # steps of an address that a heading can mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A field of an entry, and the values that it has to choose from."""

    address: str
    options: tuple[str, ...] = ()

    def cell(self, text: str) -> str:
        """The value that a choice is by its name or words, whatever their case; other texts as they are."""
        meant = {plain(name): name for name in self.options}
        worded = {plain(option(name)): name for name in self.options}
        return (worded | meant).get(plain(text), text)


def plain(words: str) -> str:
    """Words without what differs from hand to hand.

    >>> plain(" Spend_At  Most"), plain("spend.at_most")
    ('spend at most', 'spend at most')
    """
    return re.sub(r"[\s_.\-–,:()]+", " ", words).strip().casefold()


@cache
def headings(into: str) -> Mapping[str, Column]:
    """What each heading of rows for that list means, by its plain words; of two fields the first in the form."""
    entry = shape_of(root()["properties"][into])
    assert isinstance(entry, Several)
    columns = sorted(_columns("", entry.entry, into), key=lambda column: column.address.count("."))
    found: dict[str, Column] = {}
    for column in columns:
        found.setdefault(plain(column.address), column)
    for column in columns:
        above, _, last = column.address.rpartition(".")
        for words in (label(column.address), f"{label(above)} {label(last)}", label(last), last):
            found.setdefault(plain(words), column)
    shown = {singular(into): "name", **SHOWN.get(into, {})}
    for words, address in shown.items():
        if plain(address) in found:
            found.setdefault(plain(words), found[plain(address)])
    return found


def _columns(address: str, schema: Schema, kind: str) -> Iterator[Column]:
    """The fields of an entry in the order of the form; of a union those of all its members."""
    match shape_of(schema):
        case Record(fields=fields):
            order = arranged(kind, fields)
            for name in (*order.shown, *(own for named in order.folded.values() for own in named)):
                where = f"{address}.{name}" if address else name
                if where.count(".") < DEEPEST:
                    yield from _columns(where, fields[name], kind_of(where))
        case OneOf(tag=tag, members=members):
            if tag:
                yield Column(address=f"{address}.{tag}".lstrip("."), options=tuple(n for n in members if "+" not in n))
            for member in members.values():
                yield from _columns(address, member, kind)
        case Scalar(options=options):
            yield Column(address=address, options=options)
        case _:
            yield Column(address=address)
