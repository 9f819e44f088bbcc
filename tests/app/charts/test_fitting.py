"""Names whose beginning is seen, whatever they are made of."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import get_args

import pytest

from app.charts.differences import differences
from app.charts.lettering import MORE, width
from app.charts.responses import small_multiples
from app.charts.theme import SPACES, THEMES, Room, Theme, drawn, specified
from app.charts.waterfall import Step, waterfall
from app.directions import isolated

LABEL = re.compile(r'text-anchor="end" transform="translate\([^)]*\)"[^>]*>([^<]+)</text>')
SHOWN = re.compile(r">([^<>]+)</text>")
LEFT = re.compile(r'<g fill="none" stroke-miterlimit="10" transform="translate\(([\d.]+),')
LONG = ("target of half-year revenue", "<script>alert(1)</script>", "x" * 300, "🎉" * 40, "漢字の名前" * 20, "W" * 60)


def theme(room: Room) -> Theme:
    """Light, in that room."""
    return replace(THEMES["light"], room=room)


@pytest.mark.parametrize("room", get_args(Room))
@pytest.mark.parametrize("name", LONG)
def test_the_beginning_of_a_label_is_in_the_picture(name: str, room: Room) -> None:
    """Letters as wide as a browser may draw them, from the bars to the left."""
    picture = drawn(waterfall([Step(name=name, start=0.0, end=5.0, kind="total")], "revenue", theme(room)), theme(room))
    shown = unescape(LABEL.findall(picture)[-1])
    start = LEFT.search(picture)
    assert start is not None
    assert name.startswith(shown.removesuffix(MORE))
    assert len(shown) >= 6
    assert width(shown) <= float(start[1])


def test_names_that_begin_alike_stay_two() -> None:
    """Bars of names that are shortened to the same letters are not put upon each other."""
    steps = [Step(name="x" * 100 + end, start=0.0, end=5.0, kind="total") for end in "ab"]
    shown = LABEL.findall(drawn(waterfall(steps, "revenue", theme("wide")), theme("wide")))
    assert sum(label.endswith(MORE) for label in shown) == 2


def test_a_name_that_turns_is_shortened_within_its_marks() -> None:
    """Its direction stays its own."""
    name = "שלום " * 40
    shown = LABEL.findall(
        drawn(waterfall([Step(name=name, start=0.0, end=5.0, kind="total")], "revenue", theme("wide")), theme("wide"))
    )
    assert shown[-1] == isolated(shown[-1])
    assert MORE in shown[-1]


@pytest.mark.parametrize("room", get_args(Room))
def test_a_long_title_takes_lines(room: Room) -> None:
    """As wide as the axis at most."""
    names = ["Half-year plan of the whole country with all that is known of it until today", "other"]
    chart = specified(differences([("tv", [1.0, 2.0])], names, theme(room)), theme(room))
    title = chart["encoding"]["x"]["title"]
    told = [title] if isinstance(title, str) else title
    assert max(map(width, told)) <= SPACES[room].whole
    assert "".join(told).startswith("spend less")


@pytest.mark.parametrize("room", get_args(Room))
def test_a_panel_and_a_legend_are_shortened_too(room: Room) -> None:
    """Emoji among them."""
    rows = [{"tactic": "🎉" * 40, "mark": "", "spend": 1.0, "outcome": 1.0}]
    rows.append(rows[0] | {"mark": "🎉" * 50, "marked": True})
    picture = drawn(small_multiples(rows, theme(room), "EUR", {"🎉" * 50: "#123456"}), theme(room))
    shown = [words for words in SHOWN.findall(picture) if "🎉" in words]
    assert len(shown) == 2
    assert all(words.endswith(MORE) and len(words) < 25 for words in shown)
