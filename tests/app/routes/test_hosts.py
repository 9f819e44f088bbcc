"""The Host header: without keys only this machine's own names reach the service."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.app.conftest import Start

OWN = [
    "localhost",
    "localhost:8000",
    "LOCALHOST",
    "127.0.0.1:8000",
    "127.1.2.3",
    "[::1]",
    "[::1]:8000",
    "a.localhost",
    "",
]
FOREIGN = [
    "evil.example",
    "evil.example:8000",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "192.0.2.1",
    "[::2]",
    "0.0.0.0",
]


def status(client: TestClient, host: str, path: str = "/healthz") -> int:
    return client.get(path, headers={"Host": host}).status_code


@pytest.fixture(scope="module")
def alone(start_for_all: Start) -> TestClient:
    """A service that no operator has given a name."""
    return start_for_all(allowed_hosts="")


@pytest.mark.parametrize("path", ["/healthz", "/v1/plans", "/", "/nowhere"])
def test_without_keys_only_loopback_is_a_name(alone: TestClient, path: str) -> None:
    """Names of this machine, with any port; whatever else leads here is refused, on every address."""
    refused = alone.get(path, headers={"Host": "evil.example"})
    assert (refused.status_code, refused.json()["code"]) == (421, "unknown_host")
    assert {status(alone, host) for host in OWN} == {200}
    assert {status(alone, host, path) for host in FOREIGN} == {421}


def test_further_names_are_the_operators(start: Start) -> None:
    """They are taken beside loopback, in any case of letters."""
    client = start(allowed_hosts="plans.example, Other.example")
    assert [status(client, host) for host in ("plans.example:443", "other.EXAMPLE", "localhost")] == [200] * 3
    assert status(client, "evil.example") == 421


def test_with_keys_any_name_is_taken_unless_some_are_given(start: Start) -> None:
    """A key is proof enough; an operator may be stricter, and then means it."""
    assert status(start(auth="keys", allowed_hosts=""), "evil.example") == 200
    strict = start(auth="keys", allowed_hosts="plans.example")
    assert [status(strict, host) for host in ("plans.example", "localhost", "evil.example")] == [200, 200, 421]
