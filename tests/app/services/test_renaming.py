"""Names of plans that differ from others by a few limits."""

from __future__ import annotations

import pytest

from app.services.renaming import LONGEST, Change, begun, named, renamed


def put(item: str, to: float | None, side: str | None = "at_most", unit: str | None = "money") -> Change:
    """A change of one side."""
    return Change(item=item, side=side, to=to, unit=unit)


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("Spring", [put("budget", 120000.0)], "Spring, budget 120,000"),
        ("Spring", [put("budget of 2027-01", 112.5)], "Spring, budget of 2027-01 112.5"),
        ("Spring", [put("brand", 0.4, "at_least", "share")], "Spring, brand at least 40 %"),
        ("Spring", [put("floor", None, None, None)], "Spring, without floor"),
        ("Spring", [put("a", 1.0), put("b", 2.0)], "Spring, a at most 1, b at most 2"),
        ("Spring", [put(name, 1.0) for name in "abcd"], "Spring, a at most 1, b at most 1, 2 more changed"),
        ("Spring", [], "Spring, copy"),
        ("Spring, budget 120,000", [put("budget", 0.25)], "Spring, budget 0.25"),
        ("Spring, a at most -1,000.5, b", [put("a", 3.0)], "Spring, b, a at most 3"),
        ("budget 5", [put("budget", 6.0)], "budget 5, budget 6"),
    ],
)
def test_names_tell_what_is_changed(name: str, changes: list[Change], expected: str) -> None:
    """Of the same limit the newest figure only."""
    assert renamed(name, changes) == expected


@pytest.mark.parametrize("length", [1, 299, 300])
def test_no_name_is_longer_than_a_name_may_be(length: int) -> None:
    """Whatever is long, the name or the limit."""
    for name, item in (("n" * length, "i" * 300), ("n" * 300, "i" * length)):
        found = renamed(name, [put(item, 5.0)])
        assert len(found) <= LONGEST
        assert found.startswith(name[: LONGEST // 2 - 1])


def test_what_begins_later_says_when() -> None:
    """And can be told apart from its name."""
    assert named("Half year", begun("2027-03")).removesuffix(begun("2027-03")) == "Half year"
