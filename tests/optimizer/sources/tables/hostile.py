"""Files that mean harm, or are not what they claim: each is made here, small, with the code of its refusal."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import xlsxwriter

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def workbook(rows: list[list[object]] | None = None) -> bytes:
    """An honest workbook."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("Curves")
    for number, row in enumerate(rows or [["tactic", "spend"], ["tv", 12.5]]):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    book.close()
    return file.getvalue()


def changed(parts: dict[str, bytes | str | None], base: bytes | None = None) -> bytes:
    """A workbook with parts put in place of others, added or, for None, left out."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(base or workbook())) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            if content is not None:
                new.writestr(name, content)
    return file.getvalue()


def sheet_of(data: str, before: str = "") -> str:
    """A worksheet part around its rows."""
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'


def lying_sizes() -> bytes:
    """The central directory says 10 bytes where there are more."""
    whole = bytearray(workbook())
    place = whole.find(b"PK\x01\x02")
    struct.pack_into("<I", whole, place + 24, 10)
    return bytes(whole)


def encrypted_entry() -> bytes:
    """A ZIP whose first part is marked as encrypted."""
    whole = bytearray(workbook())
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        whole[whole.find(mark) + offset] |= 1
    return bytes(whole)


def entities() -> bytes:
    """Ten levels of ten entities: a billion laughs."""
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>'
    return changed({SHEET: sheet_of(cell, f'<!DOCTYPE x [<!ENTITY a0 "ha">{lines}]>')})


def stranger() -> bytes:
    """A ZIP of something else."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return file.getvalue()


def many_parts() -> bytes:
    """More parts than a workbook has."""
    return changed({f"xl/extra{n}.xml": "<a/>" for n in range(1100)})


MAKERS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "bomb of one part": ("file_too_large", lambda: changed({SHEET: b" " * 60_000_000})),
    "bomb in the shared strings": ("file_too_large", lambda: changed({"xl/sharedStrings.xml": b"<si/>" * 8_000_000})),
    "bomb of elements": (
        "file_too_large",
        lambda: changed({"xl/sharedStrings.xml": b"<sst>" + b"<si/>" * 6_000_000 + b"</sst>"}),
    ),
    "many parts": ("file_too_large", many_parts),
    "a million empty rows": ("file_too_large", lambda: changed({SHEET: sheet_of("<row/>" * 1_000_000)})),
    "cells without a place": (
        "file_too_large",
        lambda: changed({SHEET: sheet_of("<row>" + "<c/>" * 2_100 + "</row>")}),
    ),
    "a million cells": (
        "file_too_large",
        lambda: changed({SHEET: sheet_of(("<row>" + "<c/>" * 1000 + "</row>") * 1000)}),
    ),
    "one cell at the far corner": (
        "file_too_large",
        lambda: changed({SHEET: sheet_of('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')}),
    ),
    "two cells far apart": (
        "file_too_large",
        lambda: changed({SHEET: sheet_of('<row r="1"><c r="BEU1"/></row><row r="90000"><c r="A90000"/></row>')}),
    ),
    "a far row, its cell without a place": (
        "file_too_large",
        lambda: changed({SHEET: sheet_of('<row r="1048576"><c><v>1</v></c></row>')}),
    ),
    "a far corner in another part": (
        "file_too_large",
        lambda: changed({"xl/other.xml": sheet_of('<row r="9"><c r="XFD1048576"><v>1</v></c></row>')}),
    ),
    "lying sizes": ("damaged_file", lying_sizes),
    "cut off": ("damaged_file", lambda: workbook()[:-200]),
    "only a beginning": ("damaged_file", lambda: b"PK\x03\x04" + bytes(100)),
    "damaged inside": ("damaged_file", lambda: workbook().replace(b"PK\x01\x02", b"PK\x01\x03", 1)),
    "an encrypted part": ("password_protected", encrypted_entry),
    "an encrypted workbook": ("password_protected", lambda: OLE + "EncryptedPackage".encode("utf-16-le")),
    "an old workbook": ("old_workbook", lambda: OLE),
    "macros": ("macros", lambda: changed({"xl/vbaProject.bin": b"\0" * 100})),
    "external links": ("external_links", lambda: changed({"xl/externalLinks/externalLink1.xml": "<externalLink/>"})),
    "entities": ("xml_entities", entities),
    "attributes without end": (
        "damaged_file",
        lambda: changed({SHEET: sheet_of("<row " + " ".join(f'a{n}=">"' for n in range(1_000_000)) + "/>")}),
    ),
    "malformed XML": ("damaged_file", lambda: changed({SHEET: "<worksheet><sheetData>"})),
    "deep XML": ("damaged_file", lambda: changed({SHEET: "<a>" * 100_000})),
    "a ZIP of something else": ("not_a_workbook", stranger),
    "no worksheet": ("damaged_file", lambda: changed({SHEET: None})),
    "a control character": (
        "bad_text",
        lambda: changed({SHEET: sheet_of('<row><c t="inlineStr"><is><t>a_x0000_b</t></is></c></row>')}),
    ),
    "nothing": ("empty_file", lambda: b""),
    "blanks": ("empty_file", lambda: b" \r\n" * 10),
    "a page": ("not_a_table", lambda: b"<!DOCTYPE html><table></table>"),
    "HDF5": ("not_a_table", lambda: b"\x89HDF\r\n\x1a\n" + bytes(100)),
    "a PDF": ("not_a_table", lambda: b"%PDF-1.7\n"),
    "a picture": ("not_a_table", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100)),
    "a million columns": ("file_too_large", lambda: b"," * 1_000_000),
    "a million columns below": ("file_too_large", lambda: b"a,b\n" + b"1," * 1_000_000),
    "a million blank lines": ("file_too_large", lambda: b"a,b\n" + b"\n" * 1_000_000),
    "a million old Mac lines": ("file_too_large", lambda: b"a,b\r" + b"1,2\r" * 1_000_000),
    "too long a file": ("file_too_large", lambda: b"a,b\n" + b"1" * 20_000_000),
    "too long a cell": ("file_too_large", lambda: b"a,b\n" + b"1" * 100_000 + b",2\n"),
    "far too long a cell": ("damaged_file", lambda: b"a,b\n" + b"1" * 1_000_000 + b",2\n"),
    "an open quotation mark": ("damaged_file", lambda: b'a,b\n"1,2\n3,4\n'),
    "NUL": ("bad_text", lambda: b"a,b\n1\0,2\n"),
    "a control character in CSV": ("bad_text", lambda: b"a,b\n1\x07,2\n"),
    "Latin text": ("not_utf8", lambda: "Größe,b\n1,2\n".encode("cp1252")),
    "half UTF-16": ("not_utf8", lambda: b"\xff\xfea"),
    "two delimiters": ("ambiguous_delimiter", lambda: b"a,b;c\n1,2;3\n"),
}
