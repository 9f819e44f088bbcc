"""Numbers that may enter a scenario, and money in whole minor units."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from optimizer.errors import ScenarioError

LARGEST = 1e15  # beyond this a double no longer holds every cent
DIGITS = 15  # that sums of decimals are told to
POWERS = 10.0 ** np.arange(23)  # of ten, that doubles hold exactly
SOME = 32  # values that are told one by one sooner than at once
UNSURE = 0.0625  # of a unit, by which a product below 2^50 may be off
CENTS, FEWEST = 100, 1e15  # most amounts are whole cents; so many of them are told apart
KEPT = 1e-9  # share of a limit on what runs through a curve by which a plan may miss it: curves are not decimals
LEEWAY = KEPT * (1.0 - 5e-7)  # that searches are held to: what doubles lose of the limit puts no plan beyond KEPT
WIDE = Context(prec=700)  # digits that hold the sum of any two doubles' decimals

FEW = 1e4  # minor units in all, below which a scenario evidently counts in larger units than the currency's
NEARLY = 1.0 - 1e-6  # of these: an amount that a solver found may miss its limit by as little
COUNTED = 15  # digits of units in all, that doubles tell apart
MOST_DIGITS = 9  # after the point, that a scenario may state
FINE = 9  # significant digits that such a scenario's money is rounded to

MINOR_DIGITS = {"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
                "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
                "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0}  # fmt: skip


def number(value: object, path: str, *, least: float = -LARGEST, most: float = LARGEST) -> float:
    """`value` as a finite float within [least, most]; booleans, text, NaN and infinities are refused.

    >>> number(3, "spend.at_most")
    3.0
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScenarioError("not_a_number", path, "is not a number", "give a plain number")
    if isinstance(value, float) and not math.isfinite(value):  # a whole number may be too large for a double
        raise ScenarioError("not_finite", path, "is not a finite number", "give a finite number")
    if not least <= value <= most:
        bounds = f"between {least:g} and {most:g}"
        raise ScenarioError("out_of_range", path, f"must be {bounds}", f"give a number {bounds}")
    return float(value)


def positive(value: object, path: str) -> float:
    """`value` as a finite float above zero."""
    checked = number(value, path)
    if checked <= 0:
        raise ScenarioError("not_positive", path, "must be above 0", "give a number above 0")
    return checked


def whole(value: object, path: str, *, least: int = 0) -> int:
    """`value` as a whole number from `least` up; booleans, fractions and text are refused.

    >>> whole(3, "at_most")
    3
    """
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= LARGEST:
        wanted = f"a whole number from {least} up"
        raise ScenarioError("not_a_count", path, f"must be {wanted}", f"give {wanted}")
    return value


def minor_digits(currency: str) -> int:
    """How many decimal digits the currency's minor unit has (ISO 4217).

    >>> minor_digits("EUR"), minor_digits("JPY"), minor_digits("KWD")
    (2, 0, 3)
    """
    return MINOR_DIGITS.get(currency, 2)


def plan_digits(digits: int, amount: float) -> int:
    """After how many decimals money is rounded where it is about `amount` in all and the minor unit has `digits`.

    >>> plan_digits(2, 900000.0), plan_digits(2, 1.5), plan_digits(2, 0.0)
    (2, 8, 2)
    """
    if amount <= 0 or amount * 10.0**digits >= NEARLY * FEW:
        return digits
    return min(FINE - 1 - math.floor(math.log10(amount)), 15)


def countable(digits: int, amount: float) -> int:
    """The digits, or as many as leave units of 10^−digits that doubles tell apart up to `amount`.

    >>> countable(2, 1e13), countable(6, 50.0), countable(6, 4.8e13)
    (2, 6, 1)
    """
    return digits if amount <= 0 else min(digits, max(0, COUNTED - math.ceil(math.log10(amount))))


def exact(value: float) -> Fraction:
    """The decimal number that a person wrote, not the binary float nearest to it.

    >>> exact(0.1) * 3 == exact(0.3)
    True
    """
    return Fraction(repr(float(value)))


def weighed(values: NDArray[np.float64], units: NDArray[np.int64]) -> Fraction:
    """Σ values · units of decimals and whole numbers, without rounding.

    >>> weighed(np.array([0.7, -0.3]), np.array([10**15 + 1, 10**15]))
    Fraction(4000000000000007, 10)
    """
    each, which = np.unique(values, return_inverse=True)
    counts = np.zeros(len(each), dtype=np.int64)
    np.add.at(counts, which, units)
    return sum(
        (exact(tidy(own)) * count for own, count in zip(each.tolist(), counts.tolist(), strict=True)), Fraction()
    )


def apart(limit: float, unit: float, counted: Fraction) -> float:
    """A limit less what is counted, in units.

    >>> apart(578.5566, 1e-9, Fraction(578556599481)), apart(math.inf, 0.01, Fraction(3))
    (519.0, inf)
    """
    return float(exact(limit) / exact(unit) - counted) if math.isfinite(limit) else limit


def common_step(first: Fraction, second: Fraction) -> Fraction:
    """The largest amount of which both are whole numbers.

    >>> common_step(Fraction("0.6"), Fraction("0.4"))
    Fraction(1, 5)
    """
    numerator = math.gcd(first.numerator * second.denominator, second.numerator * first.denominator)
    return Fraction(numerator, first.denominator * second.denominator)


def tidy(value: float) -> float:
    """`value` to 15 significant digits: sums of decimals come out as the decimal that a person would write.

    >>> tidy(0.1 + 0.2)
    0.3
    """
    if abs(value) < FEWEST / CENTS and round(value * CENTS) / CENTS == value:
        return float(value)  # whole cents have no more digits
    return float(f"{value:.15g}")


def tidied(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same of many values at once: whole numbers of the fifteenth digit, where the product tells which is nearest.

    Both a power of ten up to 10^22 and so whole a number are doubles, and their quotient is rounded once.

    >>> tidied(np.array([0.1 + 0.2, 1234567.89, 1e30, -np.inf])).tolist()
    [0.3, 1234567.89, 1e+30, -inf]
    """
    if values.size <= SOME:
        return np.array([tidy(value) for value in values.ravel().tolist()]).reshape(values.shape)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        digits = DIGITS - 1 - np.floor(np.log10(np.abs(values)))
        power = POWERS[np.where((digits >= 0) & (digits < len(POWERS)), digits, 0).astype(np.intp)]
        units = values * power
        nearest = np.rint(units)
        told = (digits >= 0) & (digits < len(POWERS)) & (np.abs(np.abs(units - nearest) - 0.5) > UNSURE)
        told &= (np.abs(nearest) >= 10.0 ** (DIGITS - 1)) & (np.abs(nearest) < 10.0**DIGITS)
        found = nearest / power
    found[~told] = [tidy(value) for value in values[~told].tolist()]
    return np.asarray(found)


def difference(a: float, b: float) -> float:
    """a − b of two decimals, as a person would write it: no digits of the doubles' own.

    >>> difference(0.3, 0.1)
    0.2
    """
    return change(a, b, 1)


def change(a: float, b: float, times: float) -> float:
    """a − times · b of decimals, as a person would write it.

    >>> change(0.3, 0.1, 2), change(23.0, 76.67, 0.3)
    (0.1, -0.001)
    """
    first, second = round(a * CENTS), round(b * CENTS)
    if isinstance(times, int) and first / CENTS == a and second / CENTS == b and max(abs(first), abs(second)) < FEWEST:
        return (first - times * second) / CENTS  # whole numbers are exact, and quicker than decimals
    return float(WIDE.subtract(_decimal(a), WIDE.multiply(_decimal(times), _decimal(b))))


def changes(a: NDArray[np.float64], b: NDArray[np.float64], times: int) -> NDArray[np.float64]:
    """The same of many decimals at once.

    >>> changes(np.array([0.3, 1e-5]), np.array([0.1, 0.3]), 2).tolist()
    [0.1, -0.59999]
    """
    if a.size <= SOME:
        return np.array([change(one, other, times) for one, other in zip(a.tolist(), b.tolist(), strict=True)])
    first, second = np.rint(a * CENTS), np.rint(b * CENTS)
    cents = (first / CENTS == a) & (second / CENTS == b) & (np.maximum(np.abs(first), np.abs(times * second)) < FEWEST)
    found = (first - times * second) / CENTS
    some = ~cents
    found[some] = [change(one, other, times) for one, other in zip(a[some].tolist(), b[some].tolist(), strict=True)]
    return np.asarray(found)


def units_below(value: float, digits: int) -> int:
    """The largest whole number of units of 10^−digits within a decimal.

    >>> units_below(0.29, 2), units_below(-0.291, 2)
    (29, -30)
    """
    return int(_decimal(value).scaleb(digits, WIDE).to_integral_value(ROUND_FLOOR, WIDE))


def units_above(value: float, digits: int) -> int:
    """The smallest whole number of units of 10^−digits that covers a decimal.

    >>> units_above(0.29, 2), units_above(0.291, 2)
    (29, 30)
    """
    return int(_decimal(value).scaleb(digits, WIDE).to_integral_value(ROUND_CEILING, WIDE))


def _decimal(value: float) -> Decimal:
    """The decimal that a person wrote; quicker than a fraction where one operation is all there is to do."""
    return Decimal(repr(float(value)))
