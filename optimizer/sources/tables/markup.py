"""What the XML inside a workbook may hold: no document types, no entities, no more cells than are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pyexpat import ExpatError, ParserCreate
from xml.parsers.expat import XMLParserType

from optimizer.errors import FileError
from optimizer.sources.tables.cells import column_name
from optimizer.sources.tables.limits import Limits, too_large
from optimizer.sources.tables.titles import titles

BLOCK = 1 << 18  # longer than the longest text of a cell, however it is written
DEEPEST = 64
PLAINLY = 2  # times the limit, beyond which nothing is parsed to count exactly
NUMBER = re.compile(r"[1-9][0-9]{0,6}")
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def check_parts(parts: Mapping[str, bytes], limits: Limits) -> None:
    """Refuse parts that are no plain XML, or whose cells reach further than the limits."""
    if sum(content.count(b"<") - content.count(b"</") for content in parts.values()) > PLAINLY * limits.elements:
        raise too_large("", "elements", limits.elements)
    elements, named = 0, titles(parts)
    for name, content in parts.items():
        watch = Watch(named.get(name, name), limits, elements)
        _parse(content, watch)
        elements = watch.elements


def _parse(content: bytes, watch: Watch) -> None:
    parser = ParserCreate()
    watch.listen(parser)
    try:
        for start in range(0, len(content), BLOCK):
            block = content[start : start + BLOCK]
            if len(block) == BLOCK and b"<" not in block:  # one tag with attributes without end
                raise FileError(
                    "damaged_file", watch.where, "holds one piece that is too long", "save it again as XLSX"
                )
            parser.Parse(block, False)
        if content:
            parser.Parse(b"", True)
    except ExpatError:
        raise FileError("damaged_file", watch.where, "is not well-formed XML", "save it again as XLSX") from None


class Watch:
    """Counts rows and cells while a part is read, and where the furthest cell stands; elements are counted on."""

    def __init__(self, name: str, limits: Limits, elements: int) -> None:
        self.where = "".join(letter for letter in name[:60] if letter.isprintable())
        self.limits = limits
        self.elements = elements
        self.rows = self.cells = self.depth = 0
        self.row = self.column = self.bottom = self.right = 0
        self._formula = self._value = False  # of the cell that is being read

    def listen(self, parser: XMLParserType) -> None:
        """Attach to a parser."""
        parser.StartDoctypeDeclHandler = self._document_type
        parser.EntityDeclHandler = self._document_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def _document_type(self, *_: object) -> None:
        raise FileError("xml_entities", self.where, "declares a document type", "save it again as XLSX")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FileError("damaged_file", self.where, "is nested too deep", "save it again as XLSX")
        self.elements += 1
        if self.elements > self.limits.elements:
            raise too_large(self.where, "elements", self.limits.elements)
        match tag.rpartition(":")[2]:
            case "c":
                self._cell(attributes.get("r"))
                self._formula = self._value = False
                if attributes.get("t") == "e":
                    raise self._unread("holds an error such as #REF! or #N/A", "mend the formula, or type the value")
            case "f":
                self._formula = True
            case "v" | "is":
                self._value = True
            case "row":
                self._row(attributes.get("r"))

    def _end(self, tag: str) -> None:
        self.depth -= 1
        if self._formula and not self._value and tag.rpartition(":")[2] == "c":
            raise self._unread(
                "holds a formula without its value", "open and save it in a spreadsheet, or type the value"
            )

    def _unread(self, told: str, remedy: str) -> FileError:
        """A cell that would be read as blank, which it is not."""
        return FileError("unreadable_cell", f"{self.where}!{column_name(self.column - 1)}{self.row}", told, remedy)

    def _row(self, number: str | None) -> None:
        self.rows += 1
        self.row = int(number) if number is not None and NUMBER.fullmatch(number) else self.row + 1
        self.column = 0
        if self.rows > self.limits.rows:
            raise too_large(self.where, "rows", self.limits.rows)

    def _cell(self, reference: str | None) -> None:
        """A cell says where it stands, or stands behind the one before."""
        self.cells += 1
        if self.cells > self.limits.cells:
            raise too_large(self.where, "cells", self.limits.cells)
        if reference is None:
            self.column += 1
        else:
            self._place(reference)
        self.right, self.bottom = max(self.right, self.column), max(self.bottom, self.row)
        if self.right > self.limits.columns:
            raise too_large(self.where, "columns", self.limits.columns)
        if self.bottom > self.limits.rows:
            raise too_large(self.where, "rows", self.limits.rows)
        if self.bottom * self.right > self.limits.cells:
            raise too_large(self.where, "cells in the rectangle that holds them all", self.limits.cells)

    def _place(self, reference: str) -> None:
        found = REFERENCE.fullmatch(reference)
        if found is None:
            raise FileError("damaged_file", self.where, "holds a cell without a place", "save it again as XLSX")
        self.row, self.column = int(found[2]), 0
        for letter in found[1]:
            self.column = 26 * self.column + ord(letter) - 64
