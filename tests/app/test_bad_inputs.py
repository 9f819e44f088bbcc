"""Whatever is sent, to whatever address, in whatever manner: an answer below 500, and the service lives."""

from __future__ import annotations

import json
import random
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app
from tests.app.routes.test_body import mutate, rich
from tests.app.test_serving import serving
from tests.effort import examples

SLOT = re.compile(r"\{.*?\}")
TEXTS = [
    "",
    " ",
    "\x00",
    "\ud800",
    "é",
    "%",
    "../..",
    "'; DROP TABLE plans; --",
    "plan_" + "0" * 30,
    "1e999",
    "-1",
    "a" * 5000,
]
SCALARS = [None, True, 0, -1, 2**63, 10**400, 1e308, -0.0, "", "\x00", "a" * 300, "2027-01-01T00:00:00+00:00"]
METHODS = [
    b"GET",
    b"POST",
    b"PUT",
    b"DELETE",
    b"PATCH",
    b"HEAD",
    b"OPTIONS",
    b"TRACE",
    b"CONNECT",
    b"get",
    b"",
    b"\xff",
]
VERSIONS = [b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/9.9", b"HTTQ/1.1", b""]
TARGETS = [
    b"/v1/plans", b"/v1/plans/x/risk?draws=9", b"/healthz", b"*", b"http://x/v1/plans", b"//", b"/%00", b"/\xff",
    b"/v1/plans?\xff=%ff&limit=1",
]  # fmt: skip
HEADERS = [
    b"Host: x", b"Host:", b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 5, 6", b"Content-Length: x",
    b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: \x0bchunked",
    b"Content-Type: application/json", b"Content-Type: application/json; charset=\xff", b"Content-Encoding: br",
    b"Expect: 100-continue", b"Expect: x", b"Connection: upgrade", b"Upgrade: websocket", b"Idempotency-Key: a b",
    b"Idempotency-Key: k", b"If-None-Match: \xff", b"Accept: ;;,/", b"Accept: text/html", b"Authorization: Bearer \xff",
    b"X-Request-ID: \xff\r\n folded", b"Prefer: respond-async", b"Range: bytes=0-", b": empty", b"no colon",
    b"A" * 5000 + b": x", b"Cookie: a=\xff", b"Prefer: wait=99999999999999999999", b"If-Match: x",
]  # fmt: skip
BODIES = [b"", b"{}", b"[1", b"5\r\n{}\r\n0\r\n\r\n", b"ffffffffffffffff\r\n", b"\x00" * 100, b"{" * 2000, b"\r\n\r\n"]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The service as it is, but that it takes little at a time."""
    path = tmp_path_factory.mktemp("service") / "plans.sqlite3"
    small = {"workers": 1, "body_limit": 200_000, "max_cells": 20, "time_limit_max": 5, "log_level": "error"}
    settings = Settings(database_url=f"sqlite:///{path}", **small)  # type: ignore[arg-type]
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def operations(client: TestClient) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of everything that the manual lists."""
    paths = client.get("/openapi.json").json()["paths"]
    return [(method.upper(), path, each) for path, item in paths.items() for method, each in item.items()]


def filled(path: str, chance: random.Random) -> str:
    """The path with something in each of its slots."""
    return SLOT.sub(lambda _: quote(chance.choice(TEXTS[1:]).encode("utf-8", "surrogatepass"), safe=""), path)


def tree(chance: random.Random, depth: int = 3) -> Any:
    """Any JSON."""
    match chance.randrange(4 if depth else 2):
        case 2:
            return [tree(chance, depth - 1) for _ in range(chance.randrange(4))]
        case 3:
            return {chance.choice(["name", "scenario", "x", ""]): tree(chance, depth - 1) for _ in range(3)}
    return chance.choice(SCALARS)


def spoiled(chance: random.Random) -> bytes:
    """A body: a scenario with something wrong in it, alone or inside of a request about it, or anything at all."""
    document: Any = rich()
    document["solve"]["time_limit"] = 0.5
    for _ in range(chance.randrange(1, 3)):
        mutate(document, deepcopy(tree(chance)), chance, chance.choice(["budget", "rules", "scope", "draws", "of"]))
    around: Any = {"scenario": document, "allocations": tree(chance), "proposal": tree(chance), "name": "x", "base": {}}
    body = chance.choice([document, around, tree(chance), {"scenario": document}])
    return json.dumps(body).encode("utf-8", "surrogatepass")


def test_no_body_is_too_bad_for_an_answer(client: TestClient, operations: list[tuple[str, str, Any]]) -> None:
    """JSON of every kind to every address that takes a body."""
    taking = [(method, path) for method, path, operation in operations if "requestBody" in operation]
    chance = random.Random(1)
    for number in range(examples(400)):
        method, path = taking[number % len(taking)]
        body = spoiled(chance)
        headers = {"Content-Type": "application/json", "If-Match": chance.choice(['"1"', "*", "x", ""])}
        answer = client.request(method, filled(path, chance), content=body, headers=headers)
        assert answer.status_code < 500, (method, path, body, answer.text)


def test_no_parameter_is_too_bad_for_an_answer(client: TestClient, operations: list[tuple[str, str, Any]]) -> None:
    """Odd values in paths, queries and headers of every address."""
    chance = random.Random(2)
    for number in range(examples(400)):
        method, path, operation = operations[number % len(operations)]
        known = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
        names = [chance.choice([*known, "x"]) for _ in range(chance.randrange(4))]
        values = [chance.choice([*TEXTS, "9" * 30, "1", "2027-01-01", "0.5"]) for _ in names]
        query = "&".join(
            f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in zip(names, values, strict=True)
        )
        headers = {
            chance.choice(["Accept", "If-None-Match", "Idempotency-Key", "X-Request-ID"]): chance.choice(
                ["*", "a b", "é", ";,"]
            ).encode()
        }
        answer = client.request(method, f"{filled(path, chance)}?{query}", headers=headers)
        assert answer.status_code < 500, (method, path, query, headers, answer.text)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("server")
    limits = {"body_limit": "20000", "body_seconds": "0.2", "head_seconds": "0.2"}
    with serving(folder, workers="1", log_level="error", **limits) as (_, client):
        yield client


def request(chance: random.Random) -> bytes:
    """Something like a request."""
    line = b" ".join([chance.choice(METHODS), chance.choice(TARGETS), chance.choice(VERSIONS)])
    headers = chance.sample(HEADERS, chance.randrange(6))
    raw = b"\r\n".join([line, *headers, b"", chance.choice(BODIES)])
    if chance.random() < 0.3:
        at = chance.randrange(len(raw))
        raw = raw[:at] + bytes([chance.randrange(256)]) + raw[at + chance.randrange(2) :]
    return raw


def test_no_bytes_are_too_bad_for_the_server(server: httpx.Client) -> None:
    """Anything over the socket, whole, in pieces or half closed: an answer below 500, a problem where it is none of
    success, and the next one is served."""
    address = (server.base_url.host, server.base_url.port or 0)

    def tried(number: int) -> tuple[bytes, bytes]:
        chance = random.Random(f"bytes {number}")
        raw = request(chance)
        with socket.create_connection(address, timeout=10) as connection:
            return raw, _told(connection, raw, chance.randrange(3))

    answered = 0
    with ThreadPoolExecutor(4) as threads:
        for raw, answer in threads.map(tried, range(examples(1000))):
            head = answer.partition(b"\r\n\r\n")[0]
            if not answer:
                continue
            answered += 1
            assert re.match(rb"HTTP/1\.1 [1-4]", head), (raw, answer)
            if re.match(rb"HTTP/1\.1 4", head):
                people = b"Accept: text/html" in raw and b"text/html" in head  # they get a page that says the same
                assert people or b"application/problem+json" in head, (raw, answer)
    assert answered > examples(1000) / 3
    assert server.get("/readyz").status_code == 200


def _told(connection: socket.socket, raw: bytes, manner: int) -> bytes:
    at = len(raw) // 2 if manner == 1 else len(raw)
    try:
        connection.sendall(raw[:at])
        if at < len(raw):
            time.sleep(0.01)
            connection.sendall(raw[at:])
        if manner == 2:
            connection.shutdown(socket.SHUT_WR)
        return connection.recv(65536)
    except OSError:  # closed in our face
        return b""
