"""What can go wrong, split by whose move is next.

HeadraceError
├── ScenarioError   the planner's data: mend the field at `path`, then send it again
├── FileError       a file that is not what it claims, or cannot give what was asked: send another
├── LimitError      the planner's size: make it smaller, or ask the operator for a higher limit
└── SolverFault     ours: the solver died, hung or answered nonsense; a retry may help

A scenario that no plan can satisfy is not an error: it ends as a plan with status `conflict`.
"""

from __future__ import annotations


class HeadraceError(Exception):
    """An expected failure: a stable `code`, the `path` of the field, what is wrong and the `remedy`.

    >>> print(ScenarioError("not_positive", "tactics[0].response.ceiling", "must be above 0", "give a number above 0"))
    tactics[0].response.ceiling: must be above 0; give a number above 0
    """

    def __init__(self, code: str, path: str, problem: str, remedy: str) -> None:
        super().__init__(code, path, problem, remedy)
        self.code = code
        self.path = path
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{where}{self.problem}; {self.remedy}"

    def at(self, prefix: str) -> HeadraceError:
        """The same error, seen from the object that holds the field: `at("tactics[0]")`."""
        joint = "" if not self.path or self.path.startswith("[") else "."
        return type(self)(self.code, f"{prefix}{joint}{self.path}", self.problem, self.remedy)


class ScenarioError(HeadraceError):
    """The scenario states something that cannot be meant; its author can mend it."""


class FileError(HeadraceError):
    """A file is not what it claims, or cannot give what was asked of it; whoever exported it can send another."""


class LimitError(HeadraceError):
    """The scenario is larger than this installation accepts."""


class SolverFault(HeadraceError):
    """The solver failed; the scenario may be sound."""
