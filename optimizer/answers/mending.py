"""What would mend a conflict, as data and as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from optimizer.answers.plan import Relaxation, Repair
from optimizer.problem.limits import label
from optimizer.problem.movable import MONEY, OTHER, SHARE, Movable
from optimizer.problem.scenario import Scenario
from optimizer.units import difference, tidy

WORDS = {MONEY: "", SHARE: "", OTHER: ""}  # units that a sentence leaves out; metrics are said


def relaxation(scenario: Scenario, name: str, side: Movable, to: float) -> Relaxation:
    """One side of the named limit moved."""
    change = abs(difference(to, side.value))
    verb = "raise" if to > side.value else "lower"
    unit = WORDS.get(side.unit, f" {side.unit}")
    by = f"(by {plainly(change)}){_along(scenario, name)}"
    return Relaxation(
        item=name,
        side=side.side,
        stated=side.value,
        to=to,
        change=change,
        unit=scenario.currency if side.unit == MONEY else side.unit,
        sentence=f"{verb} {label(scenario, name)} to {plainly(to)}{unit} {by}",
    )


def _along(scenario: Scenario, name: str) -> str:
    """What moves with the named limit."""
    due = any(goal.milestones for goal in scenario.goals if goal.name == name)
    return ", its milestones in proportion" if due else ""


def left_out(scenario: Scenario, name: str) -> Relaxation:
    """The named limit left out."""
    sentence = f"leave out {label(scenario, name)}"
    return Relaxation(item=name, side=None, stated=None, to=None, change=None, unit=None, sentence=sentence)


def cheapest_first(scenario: Scenario, found: Sequence[Relaxation]) -> tuple[Relaxation, ...]:
    """Money by its amount, then what else moves by its share of the limit, then what is left out; names break ties."""

    def cost(own: Relaxation) -> tuple[int, float, str]:
        if own.change is None:
            return 2, 0.0, own.item
        if own.unit == scenario.currency:
            return 0, own.change, own.item
        return 1, own.change / (abs(own.stated or 0.0) or own.change or 1.0), own.item

    return tuple(sorted(found, key=cost))


def repair(scenario: Scenario, changes: Sequence[Relaxation]) -> Repair:
    """Changes that are made together."""
    ordered = cheapest_first(scenario, changes)
    money = tidy(sum(own.change or 0.0 for own in ordered if own.unit == scenario.currency))
    return Repair(changes=ordered, money=money, sentence=" and ".join(own.sentence for own in ordered))


def plainly(number: float) -> str:
    """A number as a person reads it: separators, no digits that say nothing.

    >>> plainly(1850000.0), plainly(0.35), plainly(90458970115.53)
    ('1,850,000', '0.35', '90,458,970,115.53')
    """
    return f"{number:,.15g}" if abs(number) < 1e-4 else f"{Decimal(repr(float(number))):,.8f}".rstrip("0").rstrip(".")
