"""Asking addresses that users give: only hosts all of whose addresses are allowed, at one that was checked.

No redirect is followed, no proxy is used, and whatever the other side does, it is over after some seconds.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from app.security.addresses import is_public

MOST_READ = 1024  # bytes of the answer to a POST: nobody looks at it
MOST_TRIED = 4  # addresses of one host


class UnreachableError(Exception):
    """Nothing was delivered, and why, in words that tell nothing of this network."""


def _plain(url: str, host: str) -> bool:
    """Whether it is written in visible ASCII, and its host has no scope, which means something on one machine only."""
    return url.isascii() and url.isprintable() and " " not in url and "%" not in host


class RefusedAddressError(UnreachableError):
    """The address is one that this service is not sent to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """Asks public addresses over TLS; with `private`, to any address, without TLS too. `seconds` for all of it."""

    private: bool
    seconds: float = 10.0

    def check(self, url: str) -> None:
        """Refuse what it would never post to, as far as that can be told now."""
        parts = self._parts(url)
        try:
            self._addresses(parts)
        except RefusedAddressError:
            raise
        except UnreachableError:
            pass  # the name may be known later, and is checked then

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status that the other side answered with."""
        return self._exchange("POST", url, headers, body, MOST_READ)[0]

    def get(self, url: str, most: int) -> bytes:
        """What is there, when it is no longer than `most` bytes."""
        return self._answer("GET", url, {"Accept": "application/json"}, None, most)

    def ask(self, url: str, headers: Mapping[str, str], body: bytes, most: int) -> bytes:
        """The answer to a POST, when it is no longer than `most` bytes."""
        return self._answer("POST", url, headers, body, most)

    def _answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, most: int) -> bytes:
        status, found = self._exchange(method, url, headers, body, most + 1)
        if status != 200:
            raise UnreachableError(f"it answered {status}")
        if len(found) > most:
            raise UnreachableError("the answer is too long")
        return found

    def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, most: int
    ) -> tuple[int, bytes]:
        parts = self._parts(url)
        addresses = self._addresses(parts)
        connection = _Connection(parts, addresses[:MOST_TRIED], self.seconds)
        guard = threading.Timer(self.seconds, connection.abort)
        guard.daemon = True
        guard.start()
        try:
            return connection.exchange(method, headers, body, most)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise UnreachableError(_why(error)) from None
        finally:
            guard.cancel()
            connection.abort()

    def _parts(self, url: str) -> SplitResult:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise RefusedAddressError("is not an address of the web") from None
        if parts.scheme not in ("https", "http") or not parts.hostname or port == 0 or not _plain(url, parts.hostname):
            raise RefusedAddressError("is not an address of the web")
        if parts.username is not None or parts.password is not None:
            raise RefusedAddressError("holds a user name or password")
        if parts.scheme == "http" and not self.private:
            raise RefusedAddressError("is not encrypted (https)")
        return parts

    def _addresses(self, parts: SplitResult) -> list[str]:
        """The addresses of the host: none of them may be refused, whichever is used."""
        try:
            found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise UnreachableError("the host is not known") from None
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not addresses:
            raise UnreachableError("the host is not known")
        if not self.private and not all(map(is_public, addresses)):
            raise RefusedAddressError("is not on the public internet")
        return addresses


class _Connection:
    """One request to one of the addresses, which were checked; the host's name is for its certificate and its virtual
    hosts."""

    def __init__(self, parts: SplitResult, addresses: list[str], seconds: float) -> None:
        self._parts, self._addresses, self._seconds = parts, addresses, seconds
        self._socket: socket.socket | None = None
        self._over = threading.Event()

    def exchange(self, method: str, headers: Mapping[str, str], body: bytes | None, most: int) -> tuple[int, bytes]:
        """Send, and read the status and at most so many bytes."""
        host = self._parts.hostname or ""
        connection = http.client.HTTPConnection(host, _port(self._parts), timeout=self._seconds)
        connection.sock = self._open(host)
        connection.request(method, _path(self._parts), body=body, headers={"Host": self._parts.netloc, **headers})
        answer = connection.getresponse()
        found = answer.read(most)
        if self._over.is_set():  # the connection was cut: what looks like an end is none
            raise TimeoutError
        return answer.status, found

    def abort(self) -> None:
        """Whatever goes on ends now."""
        self._over.set()
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()

    def _open(self, host: str) -> socket.socket:
        plain = self._socket = self._connected()
        if self._parts.scheme == "https":
            self._socket = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        if self._over.is_set():
            raise TimeoutError
        return self._socket

    def _connected(self) -> socket.socket:
        """To the first address that takes a connection, each within its share of the time."""
        *others, last = self._addresses
        share = self._seconds / len(self._addresses)
        for address in others:
            with suppress(OSError):
                return self._to(address, share)
        return self._to(last, share)

    def _to(self, address: str, share: float) -> socket.socket:
        found = socket.create_connection((address, _port(self._parts)), timeout=share)
        found.settimeout(self._seconds)
        return found


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _why(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "no answer in time"
        case ssl.SSLError():
            return "its certificate is not accepted, or it speaks no TLS"
        case ConnectionRefusedError():
            return "nothing listens there"
        case OSError():
            return "the connection failed"
        case _:
            return "the answer is not HTTP"
