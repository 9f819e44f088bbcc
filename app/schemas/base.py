"""What every wire model has in common, and the numbers and names they are made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Protocol, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.paths import UNPRINTABLE, at
from optimizer.errors import Gathering

LOST_PLUS = re.compile(r"T[0-9:.]+ [0-9]{2}:?[0-9]{2}$")  # in an address + stands for a space
NO_TIME = "is not a time; write it as 2027-01-31T09:00:00+01:00"
PLUS_LOST = "is not a time; write + as %2B in an address, or the time in UTC with Z"

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")

MOST_TACTICS = 5_000
MOST_PERIODS = 1_000
MOST_GOALS = 5_000
MOST_RULES = 5_000
MOST_POOLS = 1_000
MOST_EVENTS = 1_000
MOST_DRAWS = 2_000
MOST_POINTS = 10_000
MOST_TAGS = 100
MOST_LINES = 50_000
MOST_CELLS = 1_000_000
LEAST = 1e-250  # nearer to 0 a number is 0: doubles can neither divide by it nor multiply it


class Wire(BaseModel):
    """Strict: numbers are numbers, finite ones; a field that is not known is refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Answer(BaseModel):
    """What Headrace says: read from the attributes of the domain's answers."""

    model_config = ConfigDict(from_attributes=True, extra="forbid", frozen=True)


def _legible(text: str) -> str:
    if UNPRINTABLE.search(text) or not text.strip():
        raise PydanticCustomError(
            "bad_text", "is blank or holds control characters; use letters, digits, signs and single spaces"
        )
    return text


def _instant(value: object) -> object:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None:
        lost = isinstance(value, str) and LOST_PLUS.search(value)
        raise PydanticCustomError("bad_time", PLUS_LOST if lost else NO_TIME)
    return found


def _apart(value: float) -> float:
    return 0.0 if -LEAST < value < LEAST else value


Number = Annotated[float, Field(allow_inf_nan=False), AfterValidator(_apart)]
Whole = int
VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]  # what a database counts versions to
Name = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_legible)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_legible)]
Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
Point = Annotated[list[Number], Field(min_length=2, max_length=2)]


class ToDomain(Protocol[T_co]):
    """A wire model that knows its domain object."""

    def to_domain(self) -> T_co: ...


def inside(path: str, model: ToDomain[T]) -> T:
    """The model's domain object; errors are seen from `path`."""
    with at(path):
        return model.to_domain()


def each(path: str, models: Sequence[ToDomain[T]]) -> tuple[T, ...]:
    """The domain objects of a list; errors carry the position, and those of all are told together."""
    parts = Gathering()
    made = [parts.of(partial(inside, f"{path}[{position}]", model)) for position, model in enumerate(models)]
    parts.check()
    return tuple(made)
