"""How a table writes numbers and dates: found out from the table as a whole, or asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimizer.errors import FileError

DateOrder = Literal["day_first", "month_first"]
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
DECIMALS = {"point": ".", "comma": ","}
DATE_ORDERS: tuple[DateOrder, ...] = ("day_first", "month_first")
ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """What the sender says about a table; None where the table is to say it itself.

    `decimal` is point or comma; `dates` day_first or month_first; `delimiter` comma, semicolon, tab or bar;
    `encoding` is that of text that is not UTF-8.
    """

    decimal: str | None = None
    dates: str | None = None
    delimiter: str | None = None
    encoding: str | None = None

    def __post_init__(self) -> None:
        _known("decimal", self.decimal, tuple(DECIMALS))
        _known("dates", self.dates, DATE_ORDERS)
        _known("delimiter", self.delimiter, tuple(DELIMITERS))
        _known("encoding", self.encoding, ENCODINGS)


def _known(field: str, value: str | None, words: tuple[str, ...]) -> None:
    if value is not None and value not in words:
        raise FileError("unknown_value", field, "is not one of the words known here", f"use one of {', '.join(words)}")


ASK_THE_TABLE = Conventions()
