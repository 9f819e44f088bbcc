"""Actuals on the wire, and how a plan stands to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints

from app.paths import at
from app.records.actuals import Told, Upload
from app.records.moments import moment
from app.schemas.base import MOST_LINES, MOST_PERIODS, Answer, Name, Number, Wire
from optimizer.answers.variance import Variance, unmatched
from optimizer.problem.actuals import Actual
from optimizer.problem.scenario import Scenario

MOST_UNMATCHED = 200

Book = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
BOOK = "Lower case letters, digits and . _ - : a market, a brand, a year."


class ActualIn(Wire):
    """What was really spent on a tactic in a period, and what came of it."""

    tactic: Name = Field(description="The tactic's name in the scenarios that are planned.")
    period: Name = Field(description="The period's name there.")
    spend: Number = Field(description="[money]", examples=[98500])
    outcome: Number | None = Field(
        default=None, description="Incremental, as measured [outcome]; left out: the curves tell it."
    )

    def to_domain(self) -> Actual:
        """The domain's actual."""
        return Actual(tactic=self.tactic, period=self.period, spend=self.spend, outcome=self.outcome)


class ActualsIn(Wire):
    """An upload: it replaces each period that it names, whole."""

    book: Book = Field(default="default", description=f"Where they are kept. {BOOK}")
    actuals: Annotated[list[ActualIn], Field(max_length=MOST_LINES)] = Field(
        default=[], description="All that is known of the periods named."
    )
    clear: Annotated[list[Name], Field(max_length=MOST_PERIODS)] = Field(
        default=[], description="Periods of which nothing is known any more."
    )

    def to_domain(self) -> tuple[Actual, ...]:
        """The domain's actuals."""
        lines = []
        for position, line in enumerate(self.actuals):
            with at(f"actuals[{position}]"):
                lines.append(line.to_domain())
        return tuple(lines)


class UploadOut(Answer):
    """One upload: who replaced which periods when."""

    upload: str = Field(description="With it the book can be read as it was then; sorts by time.")
    at: datetime = Field(description="UTC.")
    actor: str
    periods: list[str]

    @classmethod
    def of(cls, upload: Upload) -> Self:
        """The wire form of an upload."""
        return cls(upload=upload.id, at=moment(upload.at), actor=upload.actor, periods=list(upload.periods))


class UnmatchedOut(Answer):
    """A line that speaks of no cell of the plan."""

    tactic: str
    period: str
    spend: float = Field(description="[money]")
    outcome: float | None = Field(description="[outcome]; null where it was not measured.")
    why: Literal["tactic", "period"] = Field(description="Which of the two the plan does not have.")


class UploadedOut(UploadOut):
    """An upload, held against the plan whose periods were meant."""

    unmatched: Annotated[list[UnmatchedOut], Field(max_length=MOST_UNMATCHED)] | None = Field(
        description=f"Lines that speak of no cell of the plan named, the first {MOST_UNMATCHED}; null: none was named."
    )

    @classmethod
    def against(cls, upload: Upload, scenario: Scenario | None, lines: Sequence[Actual]) -> Self:
        """The wire form of an upload, and of what matches nothing of the scenario."""
        others = None if scenario is None else unmatched(scenario, lines)[:MOST_UNMATCHED]
        told = UploadOut.of(upload).model_dump()
        return cls(**told, unmatched=None if others is None else [UnmatchedOut.model_validate(one) for one in others])


class UploadPageOut(Answer):
    """Some uploads, newest first."""

    uploads: list[UploadOut]
    next: str | None = Field(description="Address of the page after this one; null on the last.")


class ActualOut(Answer):
    """One actual."""

    tactic: str
    spend: float = Field(description="[money]")
    outcome: float | None = Field(description="[outcome]; null where it was not measured.")


class PeriodActualsOut(Answer):
    """What a book tells of one period, and since which upload."""

    period: str
    upload: str
    at: datetime = Field(description="UTC.")
    actor: str
    actuals: list[ActualOut]


class ActualsOut(Answer):
    """What a book tells."""

    book: str
    periods: list[PeriodActualsOut]

    @classmethod
    def of(cls, book: str, told: Sequence[Told]) -> Self:
        """The wire form of a book."""
        periods = [
            PeriodActualsOut(
                period=own.period,
                upload=own.upload,
                at=moment(own.at),
                actor=own.actor,
                actuals=[ActualOut.model_validate(line) for line in map(_line, own.lines)],
            )
            for own in told
        ]
        return cls(book=book, periods=periods)


class FiguresOut(Answer):
    """Planned, expected and actual figures of some tactics and periods."""

    planned_spend: float = Field(description="[money]")
    actual_spend: float = Field(description="[money]")
    spend_difference: float = Field(description="Actual less planned [money].")
    planned_outcome: float = Field(description="On the plan's curves [outcome].")
    expected_outcome: float = Field(description="What the plan's curves say of the actual spend [outcome].")
    actual_outcome: float | None = Field(
        description="As measured; what was not, as expected [outcome]; null: nothing was."
    )
    from_spend: float = Field(description="Expected less planned: because other amounts were spent [outcome].")
    measured_difference: float | None = Field(
        description="Measured less expected, where it was measured: because the response is another [outcome]."
    )


class NamedVarianceOut(Answer):
    """One tactic over its periods, or one period over its tactics."""

    name: str
    figures: FiguresOut


class CellVarianceOut(Answer):
    """One tactic in one period."""

    tactic: str
    period: str
    figures: FiguresOut


class GoalVarianceOut(Answer):
    """A goal in the tactics and periods that have actuals [unit of its metric]."""

    name: str
    metric: str
    target: float = Field(description="Of all its periods.")
    planned: float
    expected: float = Field(description="What the plan's curves make of the actual spend.")
    actual: float = Field(description="As measured; what was not, as expected.")
    difference: float = Field(description="Actual less planned.")


class VarianceOut(Answer):
    """Actuals against a plan, wherever there are actuals."""

    plan: str
    book: str
    periods: list[str] = Field(description="Those with actuals.")
    summary: list[str] = Field(description="In sentences.")
    total: FiguresOut
    tactics: list[NamedVarianceOut]
    by_period: list[NamedVarianceOut]
    cells: list[CellVarianceOut]
    goals: list[GoalVarianceOut]
    unmatched: Annotated[list[UnmatchedOut], Field(max_length=MOST_UNMATCHED)] = Field(
        description=f"Lines of the book that speak of no cell of the plan, the first {MOST_UNMATCHED}: in no figure."
    )
    unmatched_lines: int = Field(description="How many there are.")

    @classmethod
    def of(cls, plan: str, book: str, variance: Variance) -> Self:
        """The wire form of a variance."""
        own = {name: getattr(variance, name) for name in ("total", "tactics", "by_period", "cells", "goals")}
        others = {"unmatched": variance.unmatched[:MOST_UNMATCHED], "unmatched_lines": len(variance.unmatched)}
        about = {"plan": plan, "book": book, "periods": list(variance.periods), "summary": list(variance.sentences)}
        return cls.model_validate(own | others | about)


def _line(line: Actual) -> ActualOut:
    return ActualOut(tactic=line.tactic, spend=line.spend, outcome=line.outcome)
