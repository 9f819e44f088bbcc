"""What is wrong with a workbook, told by sheet and cell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from pydantic import ValidationError

from app.errors import WorkbookError, faults_from
from app.validation import Fault, faults_of
from optimizer.errors import ScenarioError


class Finder(Protocol):
    """Whoever knows which cell states a field."""

    def fault(self, found: Fault) -> Fault:
        """The same fault, told of its cell."""


@contextmanager
def told_by_cell(places: Finder) -> Iterator[None]:
    """Errors that name fields of the document name cells of the workbook instead."""
    try:
        yield
    except ValidationError as error:
        raise WorkbookError([places.fault(found) for found in faults_of(error)]) from None
    except ScenarioError as error:
        raise WorkbookError([places.fault(found) for found in faults_from(error)]) from None


__all__ = ["WorkbookError", "told_by_cell"]
