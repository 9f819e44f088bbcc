"""JSON Patch and JSON Merge Patch, by the examples of their standards."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from app.schemas.patch import OperationIn, patched
from optimizer.errors import ScenarioError


@pytest.mark.parametrize(
    ("document", "patch", "result"),
    [  # RFC 7396, appendix A, as far as both are objects
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patches(document: dict[str, Any], patch: dict[str, Any], result: dict[str, Any]) -> None:
    """What is null goes, objects are merged, all else is put in its place."""
    before = copy.deepcopy(document)
    assert patched(document, patch) == result
    assert document == before


@pytest.mark.parametrize(
    ("document", "steps", "result"),
    [  # RFC 6902, appendix A
        ({"foo": "bar"}, [("add", "/baz", "qux")], {"baz": "qux", "foo": "bar"}),
        ({"foo": ["bar", "baz"]}, [("add", "/foo/1", "qux")], {"foo": ["bar", "qux", "baz"]}),
        ({"baz": "qux", "foo": "bar"}, [("remove", "/baz", None)], {"foo": "bar"}),
        ({"foo": ["bar", "qux", "baz"]}, [("remove", "/foo/1", None)], {"foo": ["bar", "baz"]}),
        ({"baz": "qux"}, [("replace", "/baz", "boo")], {"baz": "boo"}),
        ({"foo": ["bar"]}, [("add", "/foo/-", ["abc"])], {"foo": ["bar", ["abc"]]}),
        ({"baz": 1, "foo": ["a", 2]}, [("test", "/foo/1", 2), ("remove", "/foo/0", None)], {"baz": 1, "foo": [2]}),
        ({"/": 9, "~1": 10}, [("replace", "/~01", 11)], {"/": 9, "~1": 11}),
        ({"a": 1}, [("replace", "", {"b": 2})], {"b": 2}),
    ],
)
def test_patches(document: dict[str, Any], steps: list[tuple[Any, str, Any]], result: dict[str, Any]) -> None:
    """Step after step, on a copy."""
    before = copy.deepcopy(document)
    assert patched(document, [OperationIn(op=op, path=path, value=value) for op, path, value in steps]) == result
    assert document == before


@pytest.mark.parametrize(
    ("op", "path"),
    [("replace", "/no"), ("remove", "/list/3"), ("add", "/list/01"), ("add", "/text/x"), ("test", "/list/0"),
     ("remove", "list"), ("add", "/no/deeper"), ("remove", ""), ("test", "/one"), ("replace", "/list/-")],
)  # fmt: skip
def test_what_does_not_fit_is_named(op: Any, path: str) -> None:
    """The step, and the field of it that is wrong; true is not 1."""
    document = {"list": [1, 2], "text": "x", "one": 1}
    with pytest.raises(ScenarioError) as caught:
        patched(document, [OperationIn(op=op, path=path, value=True)])
    assert caught.value.code == "bad_patch"
