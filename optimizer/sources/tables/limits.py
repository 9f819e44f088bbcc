"""How much of a table is read at the most."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.errors import LimitError


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A file beyond any of these is refused before it is unpacked or as soon as it passes the limit.

    `file` and `unpacked` [bytes]; `parts` inside a workbook; `rows`, `columns` and `cells` of one sheet, where
    cells are those of the smallest rectangle that holds them all; `text` [characters of one cell];
    `elements` of XML in all parts; `sheets`.
    """

    file: int = 16 * 1024 * 1024
    unpacked: int = 32 * 1024 * 1024
    parts: int = 1000
    sheets: int = 100
    rows: int = 100_000
    columns: int = 2_000
    cells: int = 250_000
    elements: int = 700_000
    text: int = 32_767


USUAL = Limits()


def too_large(where: str, what: str, most: int) -> LimitError:
    """The refusal of a file that holds more than `most` of something."""
    return LimitError(
        "file_too_large", where, f"holds more than {most:,} {what}", "keep to the table, leave out the rest"
    )
