"""The keys of an issuer: from an address or a file, kept for a while, and never from where nobody should ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from joserfc.jwk import KeySet, RSAKey

from app.security.issuer import DAY, HOUR, MINUTE, IssuerKeys, NoKeysError
from app.security.outbound import Outbound

PRIVATE = Outbound(private=True, seconds=2)


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Issuer:
    """A JWKS on loopback; counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self.body = b""
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                self.send_response(issuer.status)
                self.send_header("Content-Length", str(len(issuer.body)))
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()
                self.wfile.write(issuer.body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/jwks"
        self.publish("first")

    def publish(self, *names: str) -> None:
        """Have these keys from now on."""
        self.body = json.dumps(key_set(*names)).encode()


def key_set(*names: str) -> object:
    return KeySet([RSAKey.generate_key(2048, {"kid": name}) for name in names]).as_dict(private=False)


def names(keys: KeySet) -> list[str | None]:
    return [key.kid for key in keys.keys]


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    Thread(target=issuer.server.serve_forever, daemon=True).start()
    yield issuer
    issuer.server.shutdown()
    issuer.server.server_close()


def test_keys_are_kept_for_an_hour_and_fetched_for_a_new_one(issuer: Issuer) -> None:
    """A token with an unknown key has them fetched at once, but at most once a minute."""
    clock = Clock()
    keys = IssuerKeys(issuer.address, PRIVATE, clock)
    assert [names(keys.current()) for _ in range(3)] == [["first"]] * 3
    assert issuer.asked == 1
    issuer.publish("first", "second")
    assert names(keys.renewed()) == ["first"]  # within the minute
    clock.now = MINUTE
    assert [names(keys.renewed()) for _ in range(3)] == [["first", "second"]] * 3
    assert issuer.asked == 2
    clock.now += HOUR
    keys.current()
    assert issuer.asked == 3


def test_keys_at_hand_are_used_while_the_issuer_is_away(issuer: Issuer) -> None:
    """For a day, whatever it answers; then none are better than old ones."""
    clock = Clock()
    keys = IssuerKeys(issuer.address, PRIVATE, clock)
    keys.current()
    for status, body in ((500, b"{}"), (302, b""), (200, b"<html>"), (200, b'{"keys": 3}'), (200, b"x" * 300_000)):
        issuer.status, issuer.body = status, body
        clock.now += HOUR
        assert names(keys.current()) == ["first"], body[:10]
    clock.now = DAY
    with pytest.raises(NoKeysError):
        keys.current()


def test_keys_may_be_in_a_file(tmp_path: Path) -> None:
    """Read again like an address; a file that is not there gives none."""
    clock, file = Clock(), tmp_path / "jwks.json"
    keys = IssuerKeys(str(file), Outbound(private=False), clock)
    with pytest.raises(NoKeysError):
        keys.current()
    file.write_text(json.dumps(key_set("filed")))
    clock.now = MINUTE
    assert names(keys.current()) == ["filed"]


def test_nobody_is_asked_on_a_private_network(issuer: Issuer) -> None:
    """Not without the setting: neither plainly nor over TLS."""
    for address in (issuer.address, issuer.address.replace("http:", "https:")):
        with pytest.raises(NoKeysError):
            IssuerKeys(address, Outbound(private=False), Clock()).current()
    assert issuer.asked == 0
