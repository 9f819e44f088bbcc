"""Bytes on a connection: what is no HTTP, what does not end, what comes too early."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.app.test_serving import serving

Address = tuple[str, int]
HOST = b"Host: localhost\r\n"
POST = b"POST /v1/plans HTTP/1.1\r\nContent-Type: application/json\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)) + b"\r\n\r\n"  # the beginning of TLS


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    with serving(tmp_path_factory.mktemp("wire"), workers="1", head_seconds="0.5", body_seconds="2") as (_, client):
        yield client.base_url.host, client.base_url.port or 0


def answers(connection: socket.socket) -> bytes:
    """All that comes until the other side leaves."""
    told = b""
    try:
        while piece := connection.recv(65536):
            told += piece
    except ConnectionResetError:
        pass
    return told


def one(connection: socket.socket) -> bytes:
    """One answer, of a stated length."""
    told = b""
    while b"\r\n\r\n" not in told:
        told += connection.recv(65536)
    length = int(told.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    while len(told.partition(b"\r\n\r\n")[2]) < length:
        told += connection.recv(65536)
    return told


def problem(answer: bytes) -> dict[str, object]:
    """The document of an answer that says that the connection ends."""
    head, _, body = answer.partition(b"\r\n\r\n")
    headers = head.lower()
    for stated in (b"content-type: application/problem+json", b"connection: close", b"x-request-id: ", b"date: "):
        assert stated in headers, answer
    found: dict[str, object] = json.loads(body)
    assert head.startswith(b"HTTP/1.1 %d " % found["status"])
    return found


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (HELLO, 400, "not_http"),
        (b"hello\r\n\r\n", 400, "not_http"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "not_http"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000, 431, "head_too_long"),
        (b"GET /" + b"a" * 20_000, 431, "head_too_long"),
        (b"GET / HTTP/1.1\r\n", 408, "head_too_slow"),
        (POST + b"Transfer-Encoding: gzip\r\n\r\n", 400, "not_http"),
        (CHUNKED + b"no length\r\n", 400, "not_http"),
    ],
)
def test_what_is_no_http_is_a_problem(address: Address, sent: bytes, status: int, code: str) -> None:
    """With its code, its headers, and the end of the connection."""
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(sent)
        found = problem(answers(connection))
    assert (found["status"], found["code"], found["type"]) == (status, code, "urn:headrace:problem:http")


def test_half_a_head_and_no_more_is_a_problem(address: Address) -> None:
    """A sender that ends in the middle may still listen."""
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(b"hello")
        connection.shutdown(socket.SHUT_WR)
        assert problem(answers(connection))["code"] == "not_http"


def test_a_head_that_drips_is_ended(address: Address) -> None:
    """Every byte in time does not make the whole in time: not on a new connection, nor on one that was used."""
    for before in (b"", b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"):
        with socket.create_connection(address, timeout=10) as connection:
            connection.sendall(before)
            if before:
                assert one(connection).startswith(b"HTTP/1.1 200")
            began = time.monotonic()
            told = b""
            connection.settimeout(0.1)
            connection.sendall(b"GET / HTTP/1.1\r\nX: ")
            while not told and time.monotonic() < began + 30:
                try:
                    connection.sendall(b"a")
                    told = one(connection)
                except TimeoutError:
                    continue
            assert problem(told)["code"] == "head_too_slow"


def test_who_asks_nothing_is_told_nothing(address: Address) -> None:
    """A connection that stays empty ends as it was."""
    with socket.create_connection(address, timeout=30) as connection:
        assert answers(connection) == b""


def test_a_slow_body_is_not_a_slow_head(address: Address) -> None:
    """The limit of heads does not count the time of bodies, nor that between requests that came in time."""
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(POST + b"Content-Length: 2\r\n\r\n{")
        time.sleep(1)
        connection.sendall(b"}")
        assert one(connection).startswith(b"HTTP/1.1 422")
        for _ in range(3):
            time.sleep(0.3)
            connection.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
            assert one(connection).startswith(b"HTTP/1.1 200")


def test_nonsense_behind_a_request_does_not_spoil_its_answer(address: Address) -> None:
    """The answer comes first; then the nonsense is told."""
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n" + HELLO)
        told = answers(connection)
    assert told.startswith(b"HTTP/1.1 200")
    assert b"not_http" in told


def test_the_service_lives_on(address: Address) -> None:
    """After all of that."""
    assert httpx.get(f"http://{address[0]}:{address[1]}/readyz").status_code == 200


@pytest.mark.parametrize("length", [b"0", b"3", b"5"])
def test_a_body_of_two_lengths_ends_the_connection(address: Address, length: bytes) -> None:
    """What one side takes for a body the other would take for the next request (RFC 9112, 6.1)."""
    hidden = b"0\r\n\r\nGET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(POST + b"Content-Length: " + length + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + hidden)
        told = answers(connection)
    assert told.count(b"HTTP/1.1 ") == 1
    assert told.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert problem(told)["code"] == "not_http"


@pytest.mark.parametrize("target", [b"http://localhost/healthz", b"HTTP://localhost:80/healthz?", b"/healthz"])
def test_a_whole_address_asks_for_its_path(address: Address, target: bytes) -> None:
    """As a proxy is asked: servers take it, too (RFC 9112, 3.2.2)."""
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n")
        assert one(connection).startswith(b"HTTP/1.1 200 ")
