"""Small pictures of curves."""

from __future__ import annotations

import re
from typing import Any

from app.charts.responses import small_multiples
from app.charts.theme import THEMES, drawn

SHOWN = re.compile(r">([^<>]+)</text>")


def values(names: list[str]) -> list[dict[str, Any]]:
    """A curve up to 400,000 for each name."""
    return [
        {"tactic": name, "mark": "", "spend": spend, "outcome": spend}
        for name in names
        for spend in (0.0, 150_000.0, 400_000.0)
    ]


def test_pictures_stand_in_the_order_of_the_scenario() -> None:
    """Not in that of the alphabet, which has 10 before 2."""
    names = [f"t{number}" for number in range(12)]
    found = SHOWN.findall(drawn(small_multiples(values(names), THEMES["light"], "EUR"), THEMES["light"]))
    assert [words for words in found if words in names] == names


def test_there_are_few_ticks_beneath_a_small_picture() -> None:
    """Their labels do not touch, in whatever font they are drawn."""
    found = SHOWN.findall(drawn(small_multiples(values(["tv"]), THEMES["light"], "EUR"), THEMES["light"]))
    assert found[: found.index("spend [EUR]")] == ["0", "200k", "400k"]
