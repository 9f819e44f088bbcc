"""CSV and XLSX from anywhere, read behind a guard: bytes in, cells out, or the reason why not.

Numbers and dates that can be read in two ways are asked for, never guessed.
"""

from __future__ import annotations

from optimizer.sources.tables.cells import Cell, Sheet, Workbook
from optimizer.sources.tables.conventions import Conventions
from optimizer.sources.tables.limits import Limits
from optimizer.sources.tables.read import read_workbook
from optimizer.sources.tables.records import Records

__all__ = ["Cell", "Conventions", "Limits", "Records", "Sheet", "Workbook", "read_workbook"]
