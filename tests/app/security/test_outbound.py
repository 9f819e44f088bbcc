"""Where nothing is sent to, and what becomes of what is."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app.security.outbound import Outbound, RefusedAddressError, UnreachableError
from tests.app.receiver import Receiver

PUBLIC, PRIVATE = Outbound(private=False), Outbound(private=True, seconds=2.0)
FORBIDDEN = (
    "https://127.0.0.1/",
    "https://localhost:8443/hook",
    "https://[::1]/",
    "https://10.1.2.3/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://0x7f000001/",
    "https://2130706433/",
    "https://127.1/",
    "https://0/",
    "http://93.184.216.34/",
    "https://user:secret@93.184.216.34/",
    "ftp://93.184.216.34/",
    "file:///etc/passwd",
    "https:///nowhere",
    "https://93.184.216.34:0/",
    "https://93.184.216.34:99999/",
    "https://[::1/",
    "https://ｌocalhost/",
    "https://93.184.216.34/a b",
    " https://93.184.216.34/",
    "https://[fe80::1%25eth0]/",
    "nonsense",
)


@pytest.mark.parametrize("url", FORBIDDEN)
def test_nothing_is_sent_to_other_than_public_addresses(url: str) -> None:
    """Neither checked nor posted, however the address is written; nor without TLS, nor with a password."""
    with pytest.raises(RefusedAddressError):
        PUBLIC.check(url)
    with pytest.raises(RefusedAddressError):
        PUBLIC.post(url, {}, b"")


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let a name resolve to addresses, one answer after another."""

    def resolve(*answers: list[str]) -> None:
        left = list(answers)

        def getaddrinfo(_: str, port: int, **__: object) -> list[tuple[object, ...]]:
            found = left.pop(0) if len(left) > 1 else left[0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return resolve


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:127.0.0.1"], ["fe80::1%eth0"]]
)
def test_every_address_of_a_name_is_checked(names: Callable[..., None], addresses: list[str]) -> None:
    """One that is private is enough to refuse all."""
    names(addresses)
    with pytest.raises(RefusedAddressError, match="is not on the public internet"):
        PUBLIC.post("https://hooks.example/", {}, b"")


def test_the_checked_address_is_connected_to(names: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves to another address a moment later changes nothing: it is asked once."""
    connected: list[object] = []

    def create_connection(address: object, **_: object) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", create_connection)
    names(["93.184.216.34"], ["127.0.0.1"])
    with pytest.raises(UnreachableError, match="nothing listens there"):
        PUBLIC.post("https://hooks.example/", {}, b"")
    assert connected == [("93.184.216.34", 443)]


def test_a_name_that_is_not_known_yet_may_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is checked when something is delivered."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    PUBLIC.check("https://hooks.example/")
    with pytest.raises(UnreachableError, match="the host is not known"):
        PUBLIC.post("https://hooks.example/", {}, b"")


def test_what_is_posted_arrives(receiver: Receiver) -> None:
    """Path, query, headers and body; the status comes back."""
    receiver.answers = [204]
    assert PRIVATE.post(f"{receiver.url}/hook?a=1", {"X-Own": "yes"}, b"{}") == 204
    got = receiver.received[0]
    assert (got.path, got.headers["X-Own"], got.body) == ("/hook?a=1", "yes", b"{}")
    assert got.headers["Host"] == receiver.url.removeprefix("http://")


def test_an_address_that_takes_no_connection_is_followed_by_the_next(
    receiver: Receiver, names: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a name has one of IPv6 where nothing listens, before the one of IPv4 where something does."""
    tried: list[str] = []

    def create_connection(address: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(address[0])
        found = socket.socket()
        found.settimeout(timeout)
        found.connect(address)
        return found

    monkeypatch.setattr(socket, "create_connection", create_connection)
    names(["127.0.0.2", "127.0.0.1"])
    port = receiver.url.rpartition(":")[2]
    assert PRIVATE.post(f"http://hooks.example:{port}/hook", {}, b"") == 200
    assert receiver.received[0].headers["Host"] == f"hooks.example:{port}"
    assert tried == ["127.0.0.2", "127.0.0.1"]


def test_redirects_are_not_followed(receiver: Receiver) -> None:
    """Their status is the answer."""
    receiver.answers = [302]
    assert PRIVATE.post(receiver.url, {}, b"") == 302
    assert len(receiver.received) == 1


@contextmanager
def talker(say: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that answers in its own way."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                say(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def _drip(connection: socket.socket) -> None:
    try:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100):
            connection.sendall(b"X: y\r\n")
            time.sleep(0.1)
    except OSError:
        pass


@pytest.mark.parametrize(
    ("say", "why"),
    [
        (lambda connection: connection.sendall(b"SSH-2.0\r\n"), "the answer is not HTTP"),
        (lambda connection: connection.recv(1), "."),
        (_drip, "."),
    ],
    ids=["not HTTP", "hangs up", "drips for ever"],
)
def test_whatever_the_other_side_does_it_ends(say: Callable[[socket.socket], None], why: str) -> None:
    """As a failure with a reason, soon after the time that there is."""
    quick = Outbound(private=True, seconds=0.7)
    started = time.monotonic()
    with talker(say) as url, pytest.raises(UnreachableError, match=why):
        quick.post(url, {}, b"")
    assert time.monotonic() - started < 5


def test_nothing_listens() -> None:
    """A port that is closed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(UnreachableError, match="nothing listens there"):
        PRIVATE.post(f"http://127.0.0.1:{port}/", {}, b"")


def test_a_server_without_a_certificate_is_not_trusted(receiver: Receiver) -> None:
    """TLS to a server that speaks none."""
    with pytest.raises(UnreachableError, match="speaks no TLS"):
        PRIVATE.post(receiver.url.replace("http:", "https:"), {}, b"")
