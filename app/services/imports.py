"""Files of other tools, read where they can do no harm."""

from __future__ import annotations

from app.services.ports import Solver
from optimizer.sources import import_file
from optimizer.sources.options import File, Options
from optimizer.sources.report import Reading

SECONDS = 30.0  # longest reading of one file


class ImportService:
    """Has each file read in a process that may be killed: a hostile one takes nothing with it."""

    def __init__(self, solver: Solver) -> None:
        self._solver = solver

    def read(self, file: File, options: Options) -> Reading:
        """The curves in the file, or the reason why there are none."""
        return self._solver.ask(import_file, file, options, seconds=SECONDS)
