"""What was read off a table of lines, and how it was taken: so that one sees at once what was meant otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from app.records.actuals import Told
from app.records.proposals import Decimal
from app.spreadsheets.lines import Kind
from optimizer.answers.proposal import Line
from optimizer.problem.actuals import Actual
from optimizer.problem.scenario import Scenario
from optimizer.wording import plain

WRITTEN: Mapping[Decimal, str] = {"point": "1,234.50", "comma": "1.234,50"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """How many lines were read, with which decimal sign, and the first of them: of what it speaks, and its figures."""

    lines: int
    decimal: Decimal
    of: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]

    @classmethod
    def of_lines(cls, lines: Sequence[Actual | Line], decimal: Decimal) -> Self | None:
        """Of lines that were read; nothing where there are none."""
        if not lines:
            return None
        first = lines[0]
        spoken = (first.owner,) if isinstance(first, Line) else ()
        return cls(
            lines=len(lines),
            decimal=decimal,
            of=(*spoken, first.tactic, first.period),
            figures=tuple(_figures(first)),
        )

    @classmethod
    def of_upload(cls, told: Sequence[Told], upload: str, decimal: Decimal) -> Self | None:
        """Of what a book has of an upload."""
        lines = [line for own in told if own.upload == upload for line in own.lines]
        return cls.of_lines(lines, decimal)

    @property
    def example(self) -> str:
        """How numbers with this decimal sign are written."""
        return WRITTEN[self.decimal]


def example_of(kind: Kind, scenario: Scenario | None, decimal: Decimal | None) -> str:
    """Two lines as they may be pasted: headings, and one of a tactic and period of the scenario, where it is known."""
    tactic, period = (scenario.tactics[0].name, scenario.periods[0]) if scenario else ("tv", "2027-01")
    amount = WRITTEN[decimal or "point"]
    cells = {"owner": "north team", "tactic": tactic, "period": period}
    heads = (*kind.texts, *kind.numbers)
    return "\n".join("\t".join(row) for row in (heads, [cells.get(head, amount) for head in heads]))


def _figures(line: Actual | Line) -> Iterator[tuple[str, str]]:
    """Each figure of a line, by its name."""
    yield "spend", plain(line.spend, 2)
    outcome = line.expected_outcome if isinstance(line, Line) else line.outcome
    if outcome is not None:
        yield "expected outcome" if isinstance(line, Line) else "outcome", plain(outcome, 2)
