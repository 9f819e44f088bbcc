"""The scenarios to begin with: beside the code in a checkout, under `share/headrace` where Headrace is installed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from app.errors import NotFoundError

CHECKOUT = Path(__file__).resolve().parent.parent / "examples"
INSTALLED = Path(sys.prefix) / "share" / "headrace" / "examples"
FOLDER = CHECKOUT if CHECKOUT.is_dir() else INSTALLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A scenario, and what it shows."""

    key: str
    title: str
    shows: str


EXAMPLES = (
    Example(
        key="full_funnel",
        title="Half a year, seven tactics",
        shows="upstream and downstream tactics of two published models, goals, rules and carry-over",
    ),
    Example(
        key="launch",
        title="A launch before demand",
        shows="a demand pool that upstream tactics fill and downstream tactics convert, with a dated launch",
    ),
    Example(
        key="robyn",
        title="One week of a Robyn model",
        shows="five curves of a fitted model, S-shaped and concave, under one budget",
    ),
)


def document(key: str) -> bytes:
    """The scenario of an example, as JSON."""
    if key not in {example.key for example in EXAMPLES}:
        raise NotFoundError("not_found", "", "there is no example of this name", "choose one on the home page")
    return (FOLDER / f"{key}.json").read_bytes()
