"""What is refused before it is read, and what is refused when it is."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.app.conftest import small
from tests.effort import examples

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "not_json"),
        (b"{", 400, "not_json"),
        (b"[]", 400, "not_an_object"),
        (b"\xff\xfe{}", 400, "not_utf8"),
        (b'{"name": "a", "name": "b"}', 400, "duplicate_field"),
        (b'{"name": NaN}', 422, "not_finite"),
        (b'{"name": 1e999}', 422, "not_finite"),
        (b'{"name": "\\ud800"}', 422, "bad_text"),
        (b"[" * 100_000, 400, "too_deep"),
        (b'{"name": ' + b"9" * 100_000 + b"}", 422, "not_finite"),
        (b" " * 200_001, 413, "body_too_large"),
    ],
)
def test_bodies_that_are_no_document(client: TestClient, content: bytes, status: int, code: str) -> None:
    """Each in less than 100 ms, as a problem of a few lines that does not quote it."""
    answer = client.post("/v1/plans", content=content, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    again = (client.post("/v1/plans", content=content, headers=JSON) for _ in range(3))
    assert min(answer.elapsed.total_seconds() for answer in again) < 0.1
    assert len(answer.content) < 1000


def test_a_body_without_length_is_counted_as_it_comes(client: TestClient) -> None:
    """413 after the limit, not after the end of a stream that may have none."""
    sent = 0

    def stream() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1
            yield b" " * 10_000

    answer = client.post("/v1/plans", content=stream(), headers=JSON)
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": ""},
        JSON | {"Content-Encoding": "gzip"},
    ],
)
def test_what_is_not_sent_as_json_is_refused(
    client: TestClient, scenario: dict[str, Any], headers: dict[str, str]
) -> None:
    """415, so that no form of another site can make a plan."""
    answer = client.post("/v1/plans", content=json.dumps(scenario), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "not_json_type")


def test_charset_utf8_may_be_said(client: TestClient, scenario: dict[str, Any]) -> None:
    """The one charset that JSON has."""
    headers = {"Content-Type": 'Application/JSON; charset="UTF-8"'}
    assert client.post("/v1/plans", content=json.dumps(scenario), headers=headers).status_code == 201


TEXTS = ["hill", "tv", "revenue", "share_range", "\x00", "\ud800"]
OTHERS = [-1, 0, 1e308, 10**400, {"tags": {"a": 1}}, [], {}, [[]]]
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
VALUES = st.one_of(SCALARS, st.sampled_from(TEXTS), st.sampled_from(OTHERS))
FIELDS = ["budget", "rules", "goals", "periods", "draws", "scope", "carry_in", "adstock", "of", "metrics"]


@settings(max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.randoms(use_true_random=False), values=st.lists(VALUES, min_size=1, max_size=3), data=st.data())
def test_no_body_is_an_internal_error(
    client: TestClient, seed: random.Random, values: list[Any], data: st.DataObject
) -> None:
    """A scenario with anything anywhere is a plan or a problem of the caller's, quickly."""
    document = rich()
    for value in values:
        mutate(document, deepcopy(value), seed, data.draw(st.sampled_from(FIELDS)))
    content = json.dumps(document).encode("utf-8", "surrogatepass")
    began = time.monotonic()
    answer = client.post("/v1/plans", content=content, headers=JSON)
    assert answer.status_code in (201, 400, 413, 422), content
    assert time.monotonic() - began < 2


def rich() -> dict[str, Any]:
    """A scenario with something of everything."""
    tactic = {
        "adstock": {"family": "geometric", "retention": 0.5, "carry_in": [1]},
        "tags": {"a": "b"},
        "margin": 0.5,
    }
    hill = {"family": "hill", "ceiling": 100, "half_saturation": 50, "shape": 2, "input_scale": 1}
    more = {"name": "radio", "stage": "upstream", "response": hill, "seasonality": [1, 2], **tactic}
    scope = {"scope": {"tags": {"a": "b"}}, "at_least": 0.1}
    document = small("Fuzz") | {
        "periods": ["1", "2"],
        "goals": [{"name": "g", "metric": "revenue", "priority": 1, **scope}],
        "rules": [{"rule": "share_range", "name": "r", "at_most": 0.9, **scope}],
    }
    document["tactics"].append(more)
    return document


def mutate(document: Any, value: Any, seed: random.Random, field: str) -> None:
    """Put the value somewhere: in place of something, or as a field that was not there."""
    here = document
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        if isinstance(here, dict) and seed.random() < 0.1:
            keys = [field]
        if not keys:
            return
        key = seed.choice(keys)
        inside = here.get(key) if isinstance(here, dict) else here[key]
        if not isinstance(inside, dict | list) or seed.random() < 0.2:
            here[key] = value
            return
        here = inside
