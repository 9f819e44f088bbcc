"""What a workbook holds, read from its XML: no code of ours, and no library, stands between."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how the format writes characters that XML cannot hold
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Opened:
    """Values and formulas by sheet and cell; numbers as the text that stands in the file."""

    values: dict[str, dict[str, str]]
    formulas: dict[str, dict[str, str]]

    def column(self, sheet: str, letters: str) -> dict[int, str]:
        """The values of a column by row."""
        cells = ((re.fullmatch(r"([A-Z]+)(\d+)", name), value) for name, value in self.values[sheet].items())
        return {int(found[2]): value for found, value in cells if found and found[1] == letters}

    def every_formula(self) -> list[str]:
        """All of them."""
        return [formula for cells in self.formulas.values() for formula in cells.values()]


def opened(raw: bytes) -> Opened:
    """The cells of a workbook; well-formed XML throughout, or an error."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(content)
    strings = _strings(parts.get("xl/sharedStrings.xml"))
    values, formulas = {}, {}
    for name, path in _sheets(parts):
        cells = [*ElementTree.fromstring(parts[path]).iter(f"{MAIN}c")]
        values[name] = {cell.attrib["r"]: _value(cell, strings) for cell in cells if cell.find(f"{MAIN}v") is not None}
        formulas[name] = {
            cell.attrib["r"]: str(own.text) for cell in cells if (own := cell.find(f"{MAIN}f")) is not None
        }
    return Opened(values, formulas)


def without_saved_values(raw: bytes) -> bytes:
    """The same workbook, its formulas without the values they were saved with."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in archive.namelist():
            content = archive.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"</f><v>[^<]*</v>", b"</f>", content)
            out.writestr(name, content)
    return target.getvalue()


def _strings(content: bytes | None) -> list[str]:
    if content is None:
        return []
    items = ElementTree.fromstring(content).iter(f"{MAIN}si")
    texts = ("".join(text.text or "" for text in item.iter(f"{MAIN}t")) for item in items)
    return [ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) for text in texts]


def _sheets(parts: dict[str, bytes]) -> list[tuple[str, str]]:
    relations = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    targets = {own.attrib["Id"]: "xl/" + own.attrib["Target"].removeprefix("/xl/") for own in relations}
    book = ElementTree.fromstring(parts["xl/workbook.xml"])
    return [(own.attrib["name"], targets[own.attrib[RELATION]]) for own in book.iter(f"{MAIN}sheet")]


def _value(cell: ElementTree.Element, strings: list[str]) -> str:
    text = cell.findtext(f"{MAIN}v") or ""
    return strings[int(text)] if cell.get("t") == "s" else text
