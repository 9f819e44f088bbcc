"""A file that takes its process with it is the file's fault; a failure of ours is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from app.services.imports import ImportService
from optimizer.answers.plan import Plan
from optimizer.errors import FileError, HeadraceError, SolverFault
from optimizer.problem.scenario import Scenario
from optimizer.sources.options import File, Options

T = TypeVar("T")


class Falling:
    """A solver whose process ends in a given way."""

    def __init__(self, code: str) -> None:
        self._code = code

    def solve(self, scenario: Scenario) -> Plan:
        """Not asked here."""
        raise NotImplementedError(scenario.name)

    def ask(self, question: Callable[..., T], *arguments: Any, seconds: float) -> T:
        """No answer."""
        raise SolverFault(self._code, "", f"no answer from {question.__name__} to {len(arguments)}", f"{seconds:g}")


@pytest.mark.parametrize(
    ("code", "kind"), [("solver_died", FileError), ("solver_timeout", FileError), ("solver_failed", SolverFault)]
)
def test_whose_fault_it_is(code: str, kind: type[HeadraceError]) -> None:
    """The sender can mend what a file did; what failed inside stays ours."""
    with pytest.raises(kind):
        ImportService(Falling(code)).read(File(name="x.nc", raw=b"x"), Options())
