"""Actuals as they are kept: uploads into a book, each of which replaces the periods that it names."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.problem.actuals import Actual


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodActuals:
    """What an upload tells of one period: `lines` is a JSON text; times in microseconds since 1970."""

    book: str
    period: str
    upload: str
    at: int
    actor: str
    lines: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One upload: who replaced which periods when."""

    id: str
    at: int
    actor: str
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a book tells of one period, and since which upload."""

    period: str
    upload: str
    at: int
    actor: str
    lines: tuple[Actual, ...]
