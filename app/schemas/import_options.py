"""The choices of an import on the wire: the query of `POST /v1/imports`, the options of `headrace import`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.base import MOST_DRAWS, MOST_PERIODS, Name
from optimizer.problem.scope import Stage
from optimizer.sources.options import CarryOverKind, File, Options
from optimizer.sources.tables import Conventions


class ImportOptionsIn(BaseModel):
    """How the curves of a file are to be made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name | None = Field(default=None, description="What the curve set is to be called.")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = Field(default=None, description="ISO 4217 code.")
    stage: Stage | None = Field(default=None, description="Of every curve: upstream or downstream.")
    carry_over: CarryOverKind = Field(
        default="steady",
        description="steady: the tool's planning curve; kept: the adstock stays; window: the sum over `periods`.",
    )
    periods: Annotated[int, Field(ge=1, le=MOST_PERIODS)] | None = Field(default=None, description="Of the window.")
    draws: Annotated[int, Field(ge=1, le=MOST_DRAWS)] | None = Field(
        default=None, description="Keep at most so many draws of the posterior."
    )
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = Field(default=0, description="Of the choice of draws.")
    fit: Literal["hill", "adbudg"] | None = Field(default=None, description="A curve through the points of a table.")
    decimal: Literal["point", "comma"] | None = Field(default=None, description="When nothing in a table says which.")
    dates: Literal["day_first", "month_first"] | None = Field(default=None, description="The order of a table's dates.")
    delimiter: Literal["comma", "semicolon", "tab", "bar"] | None = Field(default=None, description="Of a CSV file.")
    encoding: Literal["utf-8", "utf-16", "cp1252", "latin-1"] | None = Field(
        default=None, description="Of text that is not UTF-8."
    )

    def to_domain(self, data: tuple[File, ...]) -> Options:
        """The domain's options, with the tables beside the file."""
        conventions = Conventions(
            decimal=self.decimal, dates=self.dates, delimiter=self.delimiter, encoding=self.encoding
        )
        return Options(
            data=data,
            carry_over=self.carry_over,
            periods=self.periods,
            draws=self.draws,
            seed=self.seed,
            fit=self.fit,
            conventions=conventions,
        )
