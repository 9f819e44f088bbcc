"""A file that should be a table: what it is, and its cells."""

from __future__ import annotations

import re

from optimizer.errors import FileError
from optimizer.sources.tables.cells import Workbook
from optimizer.sources.tables.comma_separated import read_csv
from optimizer.sources.tables.conventions import ASK_THE_TABLE, Conventions
from optimizer.sources.tables.limits import USUAL, Limits, too_large
from optimizer.sources.tables.package import OLE, ZIP, checked_workbook
from optimizer.sources.tables.workbook import read_xlsx

TEXT_SUFFIXES = frozenset({"csv", "tsv", "txt"})
OTHER = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"CDF", "a NetCDF file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"7z\xbc\xaf", "a 7-Zip file"),
    (b"Rar!", "a RAR file"),
)
MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|svg)", re.IGNORECASE)


def read_workbook(
    raw: bytes,
    name: str = "",
    conventions: Conventions = ASK_THE_TABLE,
    limits: Limits = USUAL,
    trim: bool = True,
) -> Workbook:
    """The cells of a CSV or XLSX file: its content decides which it is, and its `name` must not say otherwise.

    `trim` takes the blanks around the texts of a workbook away.

    >>> read_workbook(b"tactic;spend\\ntv;12,5\\n").sheets[0].rows
    (('tactic', 'spend'), ('tv', '12,5'))
    """
    if len(raw) > limits.file:
        raise too_large("", "bytes", limits.file)
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if raw.startswith((ZIP, OLE, b"PK\x05\x06")):
        if suffix in TEXT_SUFFIXES:
            raise FileError("wrong_extension", "", f"is named .{suffix} but is a workbook", "name it .xlsx")
        return read_xlsx(checked_workbook(raw, limits), limits, trim)
    _refuse_other(raw)
    if suffix and suffix not in TEXT_SUFFIXES:
        known = suffix if suffix in ("xlsx", "xlsm", "xls", "xlsb", "ods") else "something else"
        raise FileError(
            "wrong_extension", "", f"is named {known} but is plain text", "save it as XLSX, or name it .csv"
        )
    return read_csv(raw, conventions, limits)


def _refuse_other(raw: bytes) -> None:
    if not raw.strip():
        raise FileError("empty_file", "", "is empty", "send the table")
    found = next((what for start, what in OTHER if raw.startswith(start)), None)
    if found is None and MARKUP.match(raw[:1000].removeprefix(b"\xef\xbb\xbf")):
        found = "a page or XML"
    if found is not None:
        raise FileError("not_a_table", "", f"is {found}, not a table", "save it as CSV or XLSX")
