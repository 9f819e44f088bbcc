"""Texts of people in lines of ours: nothing behind a text is turned by it."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.directions import CLOSED_BY, POP, isolated, told
from tests.effort import examples

CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TEXTS = st.text(st.sampled_from(f"ab1 שش{CONTROLS}"), max_size=12)


@settings(max_examples=examples(100), deadline=None)
@given(TEXTS)
@example("\u2069\u202eevil")
@example("\u2068a\u2069b\u2068c\u2069")
def test_every_control_is_closed_within_the_text(text: str) -> None:
    """What is opened is closed in order, nothing is closed that stands outside; what turns lies within one isolate."""
    shown = isolated(text)
    waiting: list[str] = []
    for place, sign in enumerate(shown):
        if sign in CLOSED_BY:
            waiting.append(CLOSED_BY[sign])
        elif sign in "\u202c\u2069":
            assert waiting.pop() == sign
        elif unicodedata.bidirectional(sign) in ("R", "AL"):
            assert waiting[0] == POP, (place, shown)
    assert waiting == []
    assert isolated(shown) == shown
    assert [own for own in shown if own not in CONTROLS] == [own for own in text if own not in CONTROLS]


def test_names_in_a_sentence_are_kept_to_themselves() -> None:
    """The longest name that fits; others stay as they are."""
    names = ["tv", "\u202etv", "\u202etv north"]
    sentence = "Most goes to \u202etv north, 1,234 EUR, and to tv."
    assert told(sentence, names) == "Most goes to \u2068\u202etv north\u202c\u2069, 1,234 EUR, and to tv."
