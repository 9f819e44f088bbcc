"""Numbers as people write money and shares: the currency beside them, a per cent sign behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from optimizer.errors import FileError, ScenarioError
from optimizer.sources.tables.conventions import DECIMALS
from optimizer.sources.tables.numbers import NUMERIC, Numbers

SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "zł": "PLN"}
DOLLARS = ("USD", "AUD", "CAD", "HKD", "MXN", "NZD", "SGD")  # which of them a $ is, the scenario says
OTHERS = (*DOLLARS, "CHF", "CNY", "CZK", "DKK", "NOK", "SEK")
SHORT = ("k", "t", "tsd", "m", "mn", "mio", "mm", "b", "bn", "mrd")
SHARES = frozenset({"confidence", "gap", "margin", "retention", "share"})  # where 20 % may stand for 0.2
GROUP = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}")  # a point that could be one between thousands
WRITTEN = re.compile(
    r"(?P<before>[^\s\d.,+\-−'’]{0,4})\s*(?P<digits>[-+−]?[\d.,'’][\d.,'’\s]*?)\s*(?P<after>[^\s\d.,'’]{0,4})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The digits of a number without what stands beside them; `hundredths` where it is per cent."""

    digits: str
    hundredths: bool = False


def figure(text: str, field: str, currency: str) -> Figure:
    """The number in a field or a cell of that name, in that currency; what is no such number stays as it is.

    >>> figure("€ 20,000.00", "spend.at_most", "EUR").digits, figure("20 %", "margin", "EUR").hundredths
    ('20,000.00', True)
    """
    found = WRITTEN.fullmatch(text.strip())
    marks = [mark for mark in (found["before"], found["after"]) if mark] if found else []
    if found is None or len(marks) != 1:
        return Figure(digits=text)
    match marks[0]:
        case "%" if found["after"]:
            return _share(found["digits"], field)
        case mark if mark.casefold() in SHORT:
            raise ScenarioError("not_a_number", "", "is shortened", "write it out: 20000 for 20k")
        case mark if code := _code(mark, currency):
            return _money(found["digits"], code, currency)
        case _:
            return Figure(digits=text)


def _share(digits: str, field: str) -> Figure:
    if field.rpartition(".")[2] not in SHARES:
        raise ScenarioError("not_a_number", "", "is per cent, where no share is asked for", "type the number alone")
    return Figure(digits=digits, hundredths=True)


def _money(digits: str, code: str, currency: str) -> Figure:
    if currency and code != currency.strip().upper():
        remedy = f"type it in {currency}, or state the other currency for the whole scenario"
        raise ScenarioError("not_a_number", "", f"is in {code}, and the scenario in {currency}", remedy)
    return Figure(digits=digits)


def _code(mark: str, currency: str) -> str:
    """The currency that a mark beside a number stands for; empty where it is none."""
    if mark == "$":
        return currency.upper() if currency.upper() in DOLLARS else DOLLARS[0]
    code = SIGNS.get(mark, mark.upper())
    return code if code in (currency.strip().upper(), *SIGNS.values(), *OTHERS) else ""


def readings(text: str) -> list[float]:
    """What a number can be read as, the smaller first.

    >>> readings("15,000"), readings("1,5"), readings("15,000.5")
    ([15.0, 15000.0], [1.5], [15000.5])
    """
    found = set()
    for decimal in DECIMALS:
        with suppress(FileError):
            found.add(Numbers(decimal=decimal).read(text, ""))
    return sorted(found)


def unmistakable(text: str) -> str:
    """A number's text with a point before decimals, so that the point cannot be taken for one between thousands.

    >>> unmistakable("1.125"), unmistakable("0.125"), unmistakable("50000.0")
    ('1.1250', '0.125', '50000')
    """
    plain = text.removesuffix(".0")
    return f"{plain}0" if GROUP.fullmatch(plain) else plain


def two_readings(values: Sequence[float], before: str = "type ") -> ScenarioError:
    """That a number can be read as any of these, and how to say which, `before` which stands what else helps.

    >>> str(two_readings([1.125, 1125.0]))
    'can be read as 1.125 or as 1,125; type 1.1250 or 1125'
    """
    told = " or as ".join(f"{value:,.15g}" for value in values)
    ways = " or ".join(unmistakable(repr(value)) for value in values)
    return ScenarioError("ambiguous_number", "", f"can be read as {told}", f"{before}{ways}")


def only_reading(text: str, field: str, currency: str) -> float | str:
    """The number that a text alone can mean in a field of that name; a text that is none stays as it is.

    Errors: ScenarioError where it can mean two, or has beside it what does not belong there.

    >>> only_reading("1.234,56 €", "current_spend", "EUR"), only_reading("20 %", "margin", "")
    (1234.56, 0.2)
    """
    found = figure(text, field, currency)
    values = readings(found.digits) if NUMERIC.fullmatch(found.digits) else []
    match values:
        case []:
            return text
        case [value]:
            return value / 100 if found.hundredths else value
        case _:
            raise two_readings(values)
