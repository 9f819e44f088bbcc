"""In which order the form asks, and what it folds away: what most scenarios state comes first, in the open.

The wire's description has its own order and nothing folded; a field that is not named here follows the named ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FIRST: Mapping[str, tuple[str, ...]] = {
    "": ("name", "currency", "periods", "objective", "budget"),
    "objective": ("maximize", "minimize"),
    "budget": ("at_most", "exactly", "at_least"),
    "tactics": ("name", "stage", "current_spend", "template", "response", "spend"),
    "response": ("family", "curve_set", "curve"),
    "adstock": ("family", "retention", "length", "normalized", "carry_in"),
    "goals": ("name", "metric", "at_least", "required", "priority", "scope"),
    "rules": ("rule", "name", "metric", "at_least", "at_most", "amount", "share", "scope", "of"),
}
FOLDED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "": {"More: stored curves, how long to search, the end of the plan": (
        "curve_set", "solve", "count_carry_out", "digits")},
    "objective": {"More: what the last unit of money has to bring, the worst draws": (
        "target_marginal_roi", "confidence")},
    "budget": {"Limits of single periods": ("by_period",)},
    "tactics": {
        "Carry-over into later periods": ("adstock",),
        "Demand that it builds or converts": ("feeds", "lead", "draws_from", "demand_per_outcome"),
        "Worth of an outcome, seasons, metrics": ("revenue_per_outcome", "margin", "seasonality", "metrics"),
        "Tags and assumptions": ("tags", "assumptions"),
    },
    "response": {"Scale of the curve": ("input_scale", "input_offset", "output_scale")},
    "adstock": {"More on the carry-over": ("count_carry_out", "after_saturation")},
    "goals": {
        "When it is due": ("by", "milestones", "path"),
        "Its place among other goals": ("parent", "weight"),
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """Names of fields: those in the open, and those folded away, by the words that stand for them."""

    shown: tuple[str, ...]
    folded: Mapping[str, tuple[str, ...]]


def arranged(kind: str, names: Iterable[str]) -> Arranged:
    """The fields of a record of that kind, in the order in which they are asked for.

    >>> found = arranged("budget", ["at_least", "at_most", "exactly", "by_period"])
    >>> found.shown, found.folded
    (('at_most', 'exactly', 'at_least'), {'Limits of single periods': ('by_period',)})
    """
    there = list(names)
    folds = {words: tuple(own for own in named if own in there) for words, named in FOLDED.get(kind, {}).items()}
    away = {own for named in folds.values() for own in named}
    first = [own for own in FIRST.get(kind, ()) if own in there]
    rest = [own for own in there if own not in away and own not in first]
    return Arranged(shown=(*first, *rest), folded={words: named for words, named in folds.items() if named})


def kind_of(address: str) -> str:
    """What kind of record stands at an address.

    >>> kind_of("tactics[3]"), kind_of("tactics[3].response"), kind_of("")
    ('tactics', 'response', '')
    """
    return address.rpartition(".")[2].partition("[")[0]
