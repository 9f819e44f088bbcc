"""What can go wrong, split by whose move is next."""

import pickle

import pytest

from optimizer.errors import FileError, HeadraceError, LimitError, ScenarioError, SolverFault

KINDS = (ScenarioError, FileError, LimitError, SolverFault)


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_one_of_ours(kind):
    """One tree, four branches, none inside another."""
    assert issubclass(kind, HeadraceError)
    assert not any(issubclass(kind, other) for other in KINDS if other is not kind)


@pytest.mark.parametrize(
    ("path", "prefix", "seen"),
    [
        ("ceiling", "response", "response.ceiling"),
        ("", "goals[1]", "goals[1]"),
        ("[2].spend", "allocation", "allocation[2].spend"),
        ("scope.tags.region", "rules[0]", "rules[0].scope.tags.region"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_an_error_is_seen_from_its_holder(kind, path, prefix, seen):
    """The kind, code, problem and remedy stay; the path grows in front."""
    told = kind("code", path, "is wrong", "mend it").at(prefix)
    assert type(told) is kind
    assert (told.code, told.path, told.problem, told.remedy) == ("code", seen, "is wrong", "mend it")


@pytest.mark.parametrize(("path", "text"), [("a.b", "a.b: is wrong; mend it"), ("", "is wrong; mend it")])
def test_the_text_names_place_problem_and_remedy(path, text):
    """In this order."""
    assert str(ScenarioError("code", path, "is wrong", "mend it")) == text


def test_errors_survive_a_process_boundary():
    """A worker's error arrives with its fields."""
    told = pickle.loads(pickle.dumps(LimitError("code", "path", "is wrong", "mend it")))
    assert (type(told), told.code, told.path) == (LimitError, "code", "path")
