"""Names that look the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.names import alike, tidy
from tests.effort import examples

SAME = [
    ("tv", " tv\t"),
    ("tv", "tv\u200e"),
    ("tv", "\u2068tv\u2069"),
    ("tv", "\ufefftv\u00a0"),
    ("Café", "Cafe\u0301"),
    ("شركة", "\u200fشركة"),
]


@pytest.mark.parametrize(("name", "typed"), SAME)
def test_what_looks_the_same_becomes_the_same(name: str, typed: str) -> None:
    """And is compared as the same, typed or not."""
    assert tidy(typed) == unicodedata.normalize("NFC", name)
    assert alike(typed) == alike(name)


FAMILY = "\u200d".join("👨👩👧")


@pytest.mark.parametrize(
    ("one", "other"), [("tv", "TV"), ("tv 1", "tv1"), ("a-b", "a–b"), (FAMILY, FAMILY.replace("\u200d", ""))]
)
def test_what_looks_different_stays_different(one: str, other: str) -> None:
    """Capitals, blanks between words, other dashes, and emoji that are joined."""
    assert alike(one) != alike(other)
    assert tidy(one) != tidy(other)


@settings(max_examples=examples(100))
@given(st.text(max_size=20))
def test_tidying_ends(name: str) -> None:
    """Once is enough, it never makes names longer than they look, and looks are kept."""
    assert tidy(tidy(name)) == tidy(name)
    assert alike(tidy(name)) == alike(name)
    assert alike(alike(name)) == alike(name)
