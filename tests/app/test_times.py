"""Every time in every answer has one form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fastapi.testclient import TestClient

from tests.app.conftest import small
from tests.app.tenants import list_of, operations, send, things_of

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def texts(document: Any) -> Iterator[str]:
    """Every text in a document."""
    match document:
        case str():
            yield document
        case dict():
            for each in document.values():
                yield from texts(each)
        case list():
            for each in document:
                yield from texts(each)


def test_times_are_utc_and_end_in_z(own: TestClient) -> None:
    """In every answer to GET and POST, one with an offset of its own included."""
    things = things_of(own, {})
    made = own.post("/v1/keys", json={"name": "x", "role": "viewer", "expires_at": "2999-01-01T02:00:00+02:00"})
    assert made.json()["expires_at"] == "2999-01-01T00:00:00Z"
    run = own.post(f"/v1/schedules/{things['/v1/schedules']}/runs")
    assert run.status_code == 202, run.text
    told = [made.json(), run.json(), own.post("/v1/plans", json=small("x")).json()]
    for operation in operations(own):
        if operation.method == "get" and not operation.path.endswith(("/events", ".xlsx", ".csv", ".svg")):
            identity = things[list_of(operation)] if operation.names_a_thing else "x"
            answer = send(own, operation, identity, {})
            told += [answer.json()] if "json" in answer.headers.get("content-type", "") else []
    found = [text for document in told for text in texts(document) if TIME.match(text)]
    assert len(found) > 20
    for text in found:
        assert FORM.fullmatch(text), text
