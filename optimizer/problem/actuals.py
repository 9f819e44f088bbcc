"""What was really spent, and what came of it, by tactic and period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.scenario import Scenario
from optimizer.units import number


@dataclass(frozen=True, slots=True, kw_only=True)
class Actual:
    """Spend [money] and incremental outcome [outcome] of a tactic in a period; `outcome` None where it is not known."""

    tactic: str
    period: str
    spend: float
    outcome: float | None = None

    def __post_init__(self) -> None:
        number(self.spend, "spend", least=0.0)
        if self.outcome is not None:
            number(self.outcome, "outcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actuals:
    """The actuals of a scenario as arrays (tactics, periods); NaN where nothing is known."""

    scenario: Scenario
    spend: Array
    outcome: Array

    @classmethod
    def of(cls, scenario: Scenario, lines: Sequence[Actual]) -> Actuals:
        """The lines that speak of this scenario's periods; a tactic that it does not have is refused, as is a cell
        that stands twice."""
        rows = {tactic.name: row for row, tactic in enumerate(scenario.tactics)}
        columns = {period: column for column, period in enumerate(scenario.periods)}
        spend, outcome = np.full((2, len(rows), len(columns)), np.nan)
        for position, line in enumerate(lines):
            path = f"actuals[{position}]"
            if line.period not in columns:
                continue  # actuals go on where scenarios end
            if line.tactic not in rows:
                raise ScenarioError(
                    "unknown_tactic", f"{path}.tactic", "no tactic has this name", "use the name of a tactic"
                )
            cell = rows[line.tactic], columns[line.period]
            if not np.isnan(spend[cell]):
                raise ScenarioError("duplicate_cell", path, "names a cell that was named before", "keep one of them")
            spend[cell] = line.spend
            outcome[cell] = np.nan if line.outcome is None else line.outcome
        return cls(scenario=scenario, spend=spend, outcome=outcome)

    @property
    def periods(self) -> int:
        """How many periods there are up to the last one with an actual."""
        known = np.flatnonzero(~np.isnan(self.spend).all(axis=0))
        return int(known[-1]) + 1 if known.size else 0

    def until(self, now: int) -> Actuals:
        """The same without what is told of periods from `now` on."""
        late = np.arange(self.spend.shape[1]) >= now
        spend, outcome = (np.where(late, np.nan, told) for told in (self.spend, self.outcome))
        return Actuals(scenario=self.scenario, spend=spend, outcome=outcome)

    def over(self, planned: Array) -> Array:
        """The actual spend where it is known, `planned` where it is not, shape (tactics, periods) [money]."""
        return np.where(np.isnan(self.spend), planned, self.spend)
