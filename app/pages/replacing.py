"""What an upload of actuals does that its sender may not mean: lines that match nothing, figures that are replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.pages.form import Form
from app.records.actuals import Told
from optimizer.answers.variance import Unmatched, unmatched
from optimizer.problem.actuals import Actual
from optimizer.problem.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A period whose figures would be others: how many lines and how much spend it has, and would have."""

    period: str
    lines: int
    spend: float
    new_lines: int
    new_spend: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What is asked before lines are put in; empty where there is nothing to ask."""

    unmatched: tuple[Unmatched, ...]
    replaced: tuple[Replaced, ...]

    @classmethod
    def of(cls, scenario: Scenario, told: Sequence[Told], lines: Sequence[Actual]) -> Doubt:
        """Against the scenario of the plan, and what the book tells already."""
        return cls(unmatched=unmatched(scenario, lines), replaced=tuple(_replaced(told, lines)))

    def __bool__(self) -> bool:
        """Whether there is anything to ask."""
        return bool(self.unmatched or self.replaced)


def mark(form: Form) -> str:
    """What a confirmed question carries, so that it is asked again for other lines or another book."""
    stated = (form.get("book") or "default", form.get("decimal", ""), "\n".join(form.get("lines", "").splitlines()))
    return hashlib.sha256("\0".join(stated).encode()).hexdigest()


def _replaced(told: Sequence[Told], lines: Sequence[Actual]) -> Iterator[Replaced]:
    for own in told:
        new = [line for line in lines if line.period == own.period]
        if new and set(new) != set(own.lines):
            yield Replaced(
                period=own.period,
                lines=len(own.lines),
                spend=sum(line.spend for line in own.lines),
                new_lines=len(new),
                new_spend=sum(line.spend for line in new),
            )
