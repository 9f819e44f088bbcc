"""Numbers as people read them: the one place where figures become text."""

from __future__ import annotations

import math

from optimizer.units import minor_digits

WHOLE = 10_000.0  # from here on an amount is told without its minor units


def plain(value: float, decimals: int) -> str:
    """Thousands separated by commas, trailing zeros left out, no minus before 0.

    >>> plain(1234567.5, 2), plain(-0.001, 2), plain(3.0, 2)
    ('1,234,567.5', '0', '3')
    """
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def quantity(value: float) -> str:
    """A number of anything: whole from 1,000 on, otherwise to three significant digits.

    >>> quantity(1234.56), quantity(1.2345), quantity(0.000123), quantity(0.0)
    ('1,235', '1.23', '0.000123', '0')
    """
    return plain(value, _decimals(value, 3))


def money(value: float, currency: str, digits: int | None = None) -> str:
    """An amount in its currency: to the minor unit below 10,000, whole above it; `digits` in place of the currency's.

    >>> money(900000.0, "EUR"), money(112.5, "EUR"), money(-80.25, "EUR"), money(80.4, "JPY"), money(0.125, "EUR", 3)
    ('900,000 EUR', '112.50 EUR', '-80.25 EUR', '80 JPY', '0.125 EUR')
    """
    decimals = minor_digits(currency) if digits is None else digits
    if abs(value) >= WHOLE or round(value, decimals).is_integer():
        return f"{plain(value, 0)} {currency}"
    return f"{value:,.{decimals}f} {currency}"


def quantity_up(value: float) -> str:
    """A number that is never told too small: three significant digits, rounded up, and 0.000001 at the least.

    >>> quantity_up(1.2345), quantity_up(8.5e-14), quantity_up(1234.2)
    ('1.24', '0.000001', '1,235')
    """
    value = max(value, 1e-6)
    return plain(_up(value, _decimals(value, 3)), _decimals(value, 3))


def money_up(value: float, digits: int) -> float:
    """The least amount as it would be told that is no less than another, and more than nothing.

    >>> money_up(0.501, 2), money_up(8.5e-14, 2), money_up(10000.2, 2)
    (0.51, 0.01, 10001.0)
    """
    decimals = 0 if value >= WHOLE else digits
    return max(_up(value, decimals), 10.0**-decimals)


def percent(share: float) -> str:
    """A share in percent, to three significant digits.

    >>> percent(0.62), percent(1e-6), percent(0.01234), percent(25.0)
    ('62 %', '0.0001 %', '1.23 %', '2,500 %')
    """
    return f"{plain(share * 100, _decimals(share * 100, 3))} %"


def percent_up(share: float) -> str:
    """A share in percent that is never told too small: two significant digits, rounded up, and 0.0001 % at the least.

    >>> percent_up(1.2e-9), percent_up(0.0123), percent_up(0.1)
    ('0.0001 %', '1.3 %', '10 %')
    """
    if share <= 1e-6:
        return "0.0001 %"
    decimals = _decimals(share * 100, 2)
    return f"{plain(_up(share * 100, decimals), decimals)} %"


def listed(names: list[str] | tuple[str, ...]) -> str:
    """Names in a sentence.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def cannot_hold(count: int) -> str:
    """That so many limits do not hold together.

    >>> cannot_hold(1), cannot_hold(2), cannot_hold(3)
    ('cannot hold', 'cannot both hold', 'cannot all hold')
    """
    return {1: "cannot hold", 2: "cannot both hold"}.get(count, "cannot all hold")


def any_of(count: int) -> str:
    """Whichever of so many.

    >>> any_of(1), any_of(2), any_of(3)
    ('it', 'either of them', 'any one of them')
    """
    return {1: "it", 2: "either of them"}.get(count, "any one of them")


def _up(value: float, decimals: int) -> float:
    """Rounded up to so many decimals, but for what is the rounding of doubles."""
    return math.ceil(value * 10.0**decimals - 1e-9) / 10.0**decimals


def _decimals(value: float, significant: int) -> int:
    """How many digits after the point show so many significant ones; none from 1,000 on."""
    if value == 0 or abs(value) >= 1000:
        return 0
    return max(0, significant - 1 - math.floor(math.log10(abs(value)) + 1e-12))
