"""CSV → cells: all of them text, as they were written."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from optimizer.errors import FileError
from optimizer.sources.tables.cells import Row, Sheet, Workbook
from optimizer.sources.tables.conventions import DELIMITERS, Conventions
from optimizer.sources.tables.limits import Limits, too_large
from optimizer.sources.tables.text import plain_text

NAME = "CSV"
SEPARATOR = re.compile(r"(sep=([,;|\t]))(?=\r?\n)")
SAMPLE = 200  # rows that say which delimiter it is
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_csv(raw: bytes, conventions: Conventions, limits: Limits) -> Workbook:
    """The one table of a CSV file, whatever its delimiter, with or without a byte order mark."""
    if raw.count(b"\n") > limits.rows or raw.count(b"\r") > limits.rows:
        raise too_large("", "rows", limits.rows)
    text = _decoded(raw, conventions.encoding)
    if "\0" in text:
        raise FileError("bad_text", "", "holds NUL characters", "save it as CSV UTF-8")
    stated = SEPARATOR.match(text)  # Excel's own way to say it
    if stated is not None:
        text = text[stated.end(1) :]
    told = stated[2] if stated is not None else None
    delimiter = DELIMITERS[conventions.delimiter] if conventions.delimiter else told or _delimiter(text, limits)
    rows = tuple(_rows(text, delimiter, limits))
    while rows and not any(rows[-1]):
        rows = rows[:-1]
    return Workbook(kind="csv", sheets=(Sheet(name=NAME, rows=rows),))


def _decoded(raw: bytes, encoding: str | None) -> str:
    marked = "utf-16" if raw.startswith(UTF16) else "utf-8-sig"
    chosen = marked if encoding in (None, "utf-8", "utf-16") else encoding
    try:
        return raw.decode(chosen)
    except UnicodeDecodeError:
        remedy = "save it as CSV UTF-8, or name its encoding (cp1252 for Excel in western Europe)"
        raise FileError("not_utf8", "", "is not UTF-8", remedy) from None


def _delimiter(text: str, limits: Limits) -> str:
    """The one delimiter that makes a table of it: rows as long as the first, of two columns or more."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if max(map(first.count, DELIMITERS.values())) >= limits.columns:
        raise too_large("", "columns", limits.columns)
    fitting = [sign for sign in DELIMITERS.values() if sign in first and _fits(text, sign, limits)]
    even = [sign for sign in fitting if _fits(text, sign, limits, even=True)]
    match even or fitting or [sign for sign in DELIMITERS.values() if sign in first]:
        case []:
            return ","
        case [sign]:
            return sign
        case _:
            words = ", ".join(DELIMITERS)
            raise FileError(
                "ambiguous_delimiter", "", "can be cut into columns in more than one way", f"name it: {words}"
            )


def _fits(text: str, delimiter: str, limits: Limits, even: bool = False) -> bool:
    lengths = set()
    try:
        for position, row in enumerate(_rows(text, delimiter, limits)):
            if position >= SAMPLE:
                break
            if any(row):
                lengths.add(len(row))
    except FileError:
        return False
    return len(lengths) == 1 if even else True


def _rows(text: str, delimiter: str, limits: Limits) -> Iterator[Row]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    empty, cells = Sheet(name=NAME, rows=()), 0
    try:
        for number, line in enumerate(lines):
            cells += len(line)
            _check_size(len(line), number + 1, cells, limits)
            yield tuple(
                plain_text(value, empty.place(number, column), limits) or None for column, value in enumerate(line)
            )
    except csv.Error:
        told = "is not well-formed CSV: a quotation mark is not closed, or a cell is too long"
        raise FileError("damaged_file", f"line {lines.line_num}", told, "save it again as CSV UTF-8") from None


def _check_size(columns: int, rows: int, cells: int, limits: Limits) -> None:
    if columns > limits.columns:
        raise too_large("", "columns", limits.columns)
    if rows > limits.rows:
        raise too_large("", "rows", limits.rows)
    if cells > limits.cells:
        raise too_large("", "cells", limits.cells)
