"""Files of other tools, read where they can do no harm."""

from __future__ import annotations

from app.services.ports import Solver
from optimizer.errors import FileError, SolverFault
from optimizer.sources import import_file
from optimizer.sources.options import File, Options
from optimizer.sources.report import Reading

SECONDS = 30.0  # longest reading of one file
DIED, TIMEOUT = "solver_died", "solver_timeout"


class ImportService:
    """Has each file read in a process that may be killed: a hostile one takes nothing with it."""

    def __init__(self, solver: Solver) -> None:
        self._solver = solver

    def read(self, file: File, options: Options) -> Reading:
        """The curves in the file, or the reason why there are none."""
        try:
            return self._solver.ask(import_file, file, options, seconds=SECONDS)
        except SolverFault as fault:
            if fault.code not in (DIED, TIMEOUT):
                raise
            told = "ended the process that read it, or took it too long"
            raise FileError(
                "damaged_file", "", told, "export it again; if that is no help, give the curves as a table"
            ) from None
