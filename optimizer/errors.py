"""What can go wrong, split by whose move is next.

HeadraceError
├── ScenarioError   the planner's data: mend the field at `path`, then send it again
├── FileError       a file that is not what it claims, or cannot give what was asked: send another
├── LimitError      the planner's size: make it smaller, or ask the operator for a higher limit
└── SolverFault     ours: the solver died, hung or answered nonsense; a retry may help

A scenario that no plan can satisfy is not an error: it ends as a plan with status `conflict`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

T = TypeVar("T")


class HeadraceError(Exception):
    """An expected failure: a stable `code`, the `path` of the field, what is wrong and the `remedy`.

    `others` are failures that were found beside it.

    >>> print(ScenarioError("not_positive", "tactics[0].response.ceiling", "must be above 0", "give a number above 0"))
    tactics[0].response.ceiling: must be above 0; give a number above 0
    """

    def __init__(self, code: str, path: str, problem: str, remedy: str) -> None:
        super().__init__(code, path, problem, remedy)
        self.code = code
        self.path = path
        self.problem = problem
        self.remedy = remedy
        self.others: tuple[HeadraceError, ...] = ()

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{where}{self.problem}; {self.remedy}"

    def at(self, prefix: str) -> HeadraceError:
        """The same error, seen from the object that holds the field: `at("tactics[0]")`."""
        joint = "" if not self.path or self.path.startswith("[") else "."
        seen = type(self)(self.code, f"{prefix}{joint}{self.path}", self.problem, self.remedy)
        seen.others = tuple(other.at(prefix) for other in self.others)
        return seen


class ScenarioError(HeadraceError):
    """The scenario states something that cannot be meant; its author can mend it."""


class FileError(HeadraceError):
    """A file is not what it claims, or cannot give what was asked of it; whoever exported it can send another."""


class LimitError(HeadraceError):
    """The scenario is larger than this installation accepts."""


class SolverFault(HeadraceError):
    """The solver failed; the scenario may be sound."""


class Gathering:
    """What is wrong in parts that do not need each other, told together.

    >>> parts = Gathering()
    >>> for field in ("a", "b"):
    ...     with parts.part():
    ...         raise ScenarioError("negative", field, "is below 0", "give 0")
    >>> try:
    ...     parts.check()
    ... except ScenarioError as error:
    ...     print(error.path, [other.path for other in error.others])
    a ['b']
    """

    def __init__(self) -> None:
        self._found: list[HeadraceError] = []

    @contextmanager
    def part(self) -> Iterator[None]:
        """Whatever the sender can mend is kept until `check`."""
        try:
            yield
        except (ScenarioError, FileError) as error:
            self._found += [error, *error.others]

    def of(self, make: Callable[[], T]) -> T:
        """What it makes; where that fails None, which `check` keeps from being seen."""
        with self.part():
            return make()
        return cast(T, None)

    def check(self) -> None:
        """Raise the first of all that was found, with the others beside it."""
        if self._found:
            raise self.together()

    def together(self) -> HeadraceError:
        """The first of all that was found, with the others beside it; there must be one."""
        first, *others = self._found
        first.others = tuple(others)
        for other in others:
            other.others = ()
        return first
