"""Which cells a goal or a rule speaks of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.errors import ScenarioError
from optimizer.problem.scope import Places, Scope
from tests.optimizer.toys import tactic

TACTICS = (
    tactic("tv", tags=(("region", "north"), ("brand", "a"))),
    tactic("radio", tags=(("region", "south"),)),
    tactic("search", stage="downstream", tags=(("region", "north"),)),
)
PERIODS = ("May", "June")

SELECTED = [
    (Scope(), [0, 1, 2], [0, 1]),
    (Scope(tactics=("search", "tv")), [0, 2], [0, 1]),
    (Scope(stage="upstream"), [0, 1], [0, 1]),
    (Scope(tags=(("region", "north"),)), [0, 2], [0, 1]),
    (Scope(tags=(("region", "north"), ("brand", "a"))), [0], [0, 1]),
    (Scope(periods=("June",)), [0, 1, 2], [1]),
    (Scope(stage="upstream", tags=(("region", "north"),), periods=("May",)), [0], [0]),
]


@pytest.mark.parametrize(("scope", "rows", "columns"), SELECTED)
def test_everything_given_must_match(scope, rows, columns):
    """The mask is the selected tactics in the selected periods."""
    mask = scope.cells(TACTICS, PERIODS)
    assert mask.any(axis=1).nonzero()[0].tolist() == rows
    assert mask.any(axis=0).nonzero()[0].tolist() == columns
    assert mask.sum() == len(rows) * len(columns)


REFUSED = [
    (Scope(tactics=("tv", "kiosk")), "unknown_tactic", "tactics[1]"),
    (Scope(periods=("July",)), "unknown_period", "periods[0]"),
    (Scope(tags=(("colour", "red"),)), "unknown_tag", "tags.colour"),
    (Scope(tags=(("region", "east"),)), "unknown_tag", "tags.region"),
    (Scope(stage="downstream", tags=(("brand", "a"),)), "empty_scope", ""),
]


@pytest.mark.parametrize(("scope", "code", "path"), REFUSED)
def test_a_scope_that_the_scenario_does_not_have_is_refused(scope, code, path):
    """Unknown names and selections without a cell."""
    with pytest.raises(ScenarioError) as refused:
        scope.check(TACTICS, PERIODS)
    assert (refused.value.code, refused.value.path) == (code, path)


@pytest.mark.parametrize("field", ["tactics", "periods"])
def test_an_empty_list_of_names_is_refused(field):
    """Left out is everything; nothing is a mistake."""
    with pytest.raises(ScenarioError) as refused:
        Scope(**{field: ()})
    assert (refused.value.code, refused.value.path) == ("empty_scope", field)


@given(st.permutations([("a", "1"), ("b", "2"), ("c", "3")]))
def test_the_order_of_tags_is_no_difference(tags):
    """Two scopes with the same tags are equal."""
    assert Scope(tags=tuple(tags)) == Scope(tags=(("a", "1"), ("b", "2"), ("c", "3")))


@pytest.mark.parametrize(("scope", "rows", "columns"), SELECTED)
def test_places_that_are_known_tell_the_same(scope, rows, columns):
    """A scenario of many rules looks tactics up but once; names that it does not have are none of its places."""
    found = scope.cells(TACTICS, PERIODS, Places.of(TACTICS))
    assert found.tolist() == scope.cells(TACTICS, PERIODS).tolist()
    assert [row for row, own in enumerate(found) if own.any()] == rows
    assert [column for column, own in enumerate(found.T) if own.any()] == columns
    assert not Scope(tactics=("nobody",)).cells(TACTICS, PERIODS, Places.of(TACTICS)).any()
