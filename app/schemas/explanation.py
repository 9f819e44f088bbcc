"""Explanations on the wire: a plan in sentences, each with its figures."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from app.schemas.base import Answer
from optimizer.answers.explanation import Explanation
from optimizer.answers.plan import Status


class FigureOut(Answer):
    """A number that a sentence uses."""

    name: str = Field(description="What it is, within its sentence.")
    value: float = Field(description="As it is, not rounded.")
    unit: str = Field(description="A currency, a metric, or 1 for shares and plain numbers.")
    text: str = Field(description="As the sentence tells it.")


class SentenceOut(Answer):
    """One sentence."""

    text: str
    figures: list[FigureOut]


class SectionOut(Answer):
    """Sentences on one question."""

    key: str = Field(description="Stays when the title is worded anew.")
    title: str
    sentences: list[SentenceOut]


class ExplanationOut(Answer):
    """A plan in plain sentences: read off the plan and its scenario, the same every time."""

    title: str = Field(description="The scenario's name.")
    status: Status
    headline: SentenceOut = Field(description="What matters most, in one sentence.")
    sections: list[SectionOut] = Field(description="Those that have something to say.")

    @classmethod
    def from_domain(cls, explanation: Explanation) -> Self:
        """The wire form of an explanation."""
        return cls.model_validate(explanation)
