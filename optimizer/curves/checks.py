"""The one gate for numbers: a parameter is finite and inside its range, or its author is told so."""

from __future__ import annotations

import math

from optimizer.errors import ScenarioError

SMALLEST = 1e-15
LARGEST = 1e15


def finite(name: str, number: float) -> None:
    """Refuse NaN and the infinities, with `not_finite`."""
    if not math.isfinite(number):
        raise ScenarioError("not_finite", name, "must be a finite number", "give an ordinary number")


def positive(name: str, number: float, smallest: float = SMALLEST, largest: float = LARGEST) -> None:
    """Refuse what is not above 0, and what is too small or too large to be computed with safely."""
    finite(name, number)
    if number <= 0:
        raise ScenarioError("not_positive", name, "must be above 0", "give a number above 0")
    if number < smallest:
        raise ScenarioError("too_small", name, f"must be at least {smallest:g}", "measure it in a smaller unit")
    at_most(name, number, largest)


def not_negative(name: str, number: float, largest: float = LARGEST) -> None:
    """Refuse what is below 0 or too large; 0 itself is allowed."""
    finite(name, number)
    if number < 0:
        raise ScenarioError("negative", name, "must not be below 0", "give 0 or a number above 0")
    at_most(name, number, largest)


def at_most(name: str, number: float, largest: float) -> None:
    """Refuse what is above `largest`, with `too_large`."""
    if number > largest:
        raise ScenarioError("too_large", name, f"must be at most {largest:g}", "measure it in a larger unit")


def share(name: str, number: float, *, zero: bool) -> None:
    """Refuse what is not below 1, and what is below 0 (or 0 itself, unless `zero`)."""
    not_negative(name, number) if zero else positive(name, number, smallest=0.0)
    if number >= 1:
        raise ScenarioError("too_large", name, "must be below 1", "give a share below 1")


def count(name: str, number: int, largest: int) -> None:
    """Refuse what is not a whole number from 1 to `largest`."""
    if number != int(number) or not 1 <= number <= largest:
        remedy = f"give a whole number from 1 to {largest}"
        raise ScenarioError("not_a_count", name, f"must be a whole number from 1 to {largest}", remedy)
