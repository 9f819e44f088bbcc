"""What this installation accepts, beyond what makes sense."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from optimizer.errors import LimitError, ScenarioError
from optimizer.problem.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`cells` [tactics × periods] and `seconds` [of solve.time_limit] that a scenario may ask for."""

    cells: int
    seconds: float

    @contextmanager
    def told(self) -> Iterator[None]:
        """A time that no installation takes is answered with what this one takes."""
        try:
            yield
        except ScenarioError as error:
            if (error.code, error.path) == ("out_of_range", "solve.time_limit"):
                error.remedy = f"{error.remedy}, here at most {self.seconds:g} (time_limit_max)"
            raise

    def check_size(self, scenario: Scenario) -> None:
        """Refuse a scenario with too many cells."""
        cells = len(scenario.tactics) * len(scenario.periods)
        if cells > self.cells:
            raise LimitError(
                "too_many_cells",
                "tactics",
                f"times periods make {cells} cells, above the limit of {self.cells} (max_cells)",
                "merge tactics or periods, or ask the operator for a higher limit",
            )

    def check_time(self, scenario: Scenario) -> None:
        """Refuse a scenario that asks for too long a solve."""
        self.check_seconds(scenario.solve.time_limit, "solve.time_limit")

    def check_seconds(self, seconds: float, path: str) -> None:
        """Refuse a question that asks for too much time [seconds] at `path`."""
        if seconds > self.seconds:
            raise LimitError(
                "time_limit_too_long",
                path,
                f"is above the limit of {self.seconds:g} s (time_limit_max)",
                f"ask for {self.seconds:g} s or less",
            )
