"""Reading JSON that anyone may have sent."""

from __future__ import annotations

import json
import time

import pytest

from app.errors import problem_of
from app.schemas.body import read_json
from optimizer.errors import HeadraceError

MARK = b"SECRET-7531"

CASES: list[tuple[bytes, str, str, int]] = [
    (b"", "not_json", "", 400),
    (b"   ", "not_json", "", 400),
    (b"{", "not_json", "", 400),
    (b"{'a': 1}", "not_json", "", 400),
    (b'{"a": SECRET-7531}', "not_json", "", 400),
    (b'{"a": "\\xSECRET-7531"}', "not_json", "", 400),
    (b'{"a": 01}', "not_json", "", 400),
    (b'{"a": 1} {"b": 2}', "not_json", "", 400),
    (b'{"a": "SECRET-7531\n"}', "not_json", "", 400),
    (b"[1, 2]", "not_an_object", "", 400),
    (b'"SECRET-7531"', "not_an_object", "", 400),
    (b"null", "not_an_object", "", 400),
    (b"NaN", "not_an_object", "", 400),
    (b'{"a": "\xff"}', "not_utf8", "", 400),
    (b'{"a": "\xed\xa0\x80"}', "not_utf8", "", 400),
    (b'{"a": {"b": 1, "c": 2, "b": 3}}', "duplicate_field", "a.b", 400),
    (b'{"a": 1, "a": 1}', "duplicate_field", "a", 400),
    (b'{"a": [1, NaN]}', "not_finite", "a[1]", 422),
    (b'{"a": -Infinity}', "not_finite", "a", 422),
    (b'{"a": {"b": 1e999}}', "not_finite", "a.b", 422),
    (b'{"a": -1E+400}', "not_finite", "a", 422),
    (b'{"a": ' + b"9" * 400 + b"}", "not_finite", "a", 422),
    (b'{"a": ' + b"9" * 5000 + b"}", "not_finite", "a", 422),
    (b'{"a": "x\\u0000y"}', "bad_text", "a", 422),
    (b'{"a": ["\\ud800"]}', "bad_text", "a[0]", 422),
    (b'{"\\udc00": 1}', "bad_text", "?", 422),
    (b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}", "too_deep", "", 400),
    (b'{"a": ' + b"[" * 200_000, "too_deep", "", 400),
    (b'{"a": "' + b"x" * 2_000_000 + b'"}', "body_too_large", "", 413),
]


@pytest.mark.parametrize(("raw", "code", "path", "status"), CASES, ids=range(len(CASES)))
def test_what_is_not_strict_json_is_refused(raw: bytes, code: str, path: str, status: int) -> None:
    """Each body is refused with a code, the path where there is one, and a remedy; it is never quoted."""
    began = time.process_time()
    with pytest.raises(HeadraceError) as caught:
        read_json(raw, limit=1_000_000)
    problem = problem_of(caught.value)
    assert (caught.value.code, caught.value.path, problem.status) == (code, path, status)
    assert caught.value.remedy
    assert MARK.decode() not in str(problem.as_dict())
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    ("raw", "tree"),
    [
        (b'{"a": 1e300, "b": [0.1, -2]}', {"a": 1e300, "b": [0.1, -2]}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (
            b'{"a": "NaN and Infinity", "b": "\\ud83d\\ude00"}',
            {"a": "NaN and Infinity", "b": "\N{GRINNING FACE}"},
        ),
        (b'{"a": 1e-999, "b": ' + b"9" * 200 + b"}", {"a": 0.0, "b": int("9" * 200)}),
        (b'{"a": ' + b"[" * 30 + b"]" * 30 + b"}", json.loads('{"a": ' + "[" * 30 + "]" * 30 + "}")),
    ],
    ids=range(5),
)
def test_strict_json_is_read_as_it_stands(raw: bytes, tree: object) -> None:
    """Nothing that JSON allows and a double can hold is refused."""
    assert read_json(raw, limit=1000) == tree


def test_a_megabyte_is_read_in_time() -> None:
    """A document of many numbers takes a fraction of a second, and so does one with a fault at its end."""
    numbers = ",".join(f"[{n}.25,1e3]" for n in range(70_000))
    began = time.process_time()
    read_json(f'{{"a": [{numbers}]}}'.encode(), limit=2_000_000)
    with pytest.raises(HeadraceError):
        read_json(f'{{"a": [{numbers}, NaN]}}'.encode(), limit=2_000_000)
    assert time.process_time() - began < 3.0
