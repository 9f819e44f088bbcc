"""Cells: numbers keep every bit, text stays text, the same content gives the same bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.spreadsheets.book import LONGEST_TEXT, Book, Formula, Value
from optimizer.errors import LimitError
from tests.app.spreadsheets.opened import opened


def made(*values: Value) -> bytes:
    """A workbook with the values side by side."""
    book = Book("test", 2, None)
    book.sheet("Sheet", [10]).row(0, values)
    return book.bytes()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_numbers_keep_every_bit(numbers: list[float]) -> None:
    """What stands in the file is read as the same double."""
    read = opened(made(*numbers)).values["Sheet"]
    assert [float(value) for value in read.values()] == numbers


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "http://example.org", "{=1}", "0012", "TRUE", "#REF!"])
def test_text_stays_text(text: str) -> None:
    """No formula, no number, no link is made of it."""
    read = opened(made(text))
    assert (read.values["Sheet"], read.every_formula()) == ({"A1": text}, [])


def test_long_text_is_cut() -> None:
    """A cell holds 32,767 characters; the last one shows that there were more."""
    read = opened(made("x" * 40_000)).values["Sheet"]["A1"]
    assert (len(read), read[-1]) == (LONGEST_TEXT, "…")


def test_formulas_are_saved_with_their_value() -> None:
    """Both are in the file."""
    read = opened(made(Formula("=1+1", 2.0)))
    assert (read.formulas["Sheet"]["A1"], float(read.values["Sheet"]["A1"])) == ("1+1", 2.0)


def test_the_same_content_gives_the_same_bytes() -> None:
    """No clock, no chance."""
    assert made(1.5, "x") == made(1.5, "x")


def test_a_sheet_has_an_end() -> None:
    """Beyond it is refused, not dropped."""
    sheet = Book("test", 2, None).sheet("Sheet", [])
    with pytest.raises(LimitError, match="worksheet"):
        sheet.put(1_048_576, 0, 1.0)
