"""What is wrong with a pasted table, told by the row and column that one sees, not by the cell of a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.validation import Fault

BOX = "lines"  # the field that rows are pasted into
CELL = re.compile(r"CSV(?:!([A-Z]{1,3})(\d{1,7}))?")


def told_by_row(faults: Sequence[Fault]) -> list[Fault]:
    """The faults of a text's cells at its box; others as they are."""
    return [_told(fault) for fault in faults]


def _told(fault: Fault) -> Fault:
    """The same fault, said of a row and a column.

    >>> found = _told(Fault("not_a_number", "CSV!D2", "is not a number", "give a plain number"))
    >>> found.path, found.problem
    ('lines', 'row 2, column D: is not a number')
    """
    cell = CELL.fullmatch(fault.path)
    if cell is None:
        return fault
    place = f"row {cell[2]}, column {cell[1]}: " if cell[1] else ""
    return replace(fault, path=BOX, problem=f"{place}{fault.problem}")
