"""The keys of an issuer of tokens: fetched when needed, kept for a while, and fetched again for a new one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import KeySet

from app.security.outbound import Outbound, UnreachableError

HOUR, MINUTE, DAY = 3600, 60, 86_400  # seconds
LARGEST = 256 * 1024  # bytes of a key set


class NoKeysError(Exception):
    """There are no keys to judge a token by, and why."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A key set, and when it was fetched [seconds]."""

    keys: KeySet
    at: float


class IssuerKeys:
    """The key set at an https address or in a file; `clock` in seconds, never backwards."""

    def __init__(self, location: str, outbound: Outbound, clock: Callable[[], float]) -> None:
        self._location = location
        self._outbound = outbound
        self._clock = clock
        self._lock = threading.Lock()
        self._fetched: Fetched | None = None
        self._tried = float("-inf")

    def current(self) -> KeySet:
        """The keys, at most an hour old while they can be fetched, and a day old while they cannot."""
        return self._newer(HOUR)

    def renewed(self) -> KeySet:
        """The keys as they are now, for a token signed with one that is not at hand; at most once a minute."""
        return self._newer(MINUTE)

    def _newer(self, oldest: float) -> KeySet:
        with self._lock:
            now = self._clock()
            if (self._fetched is None or now - self._fetched.at >= oldest) and now - self._tried >= MINUTE:
                self._try(now)
            if self._fetched is None or now - self._fetched.at >= DAY:
                raise NoKeysError("the keys of the issuer cannot be read")
            return self._fetched.keys

    def _try(self, now: float) -> None:
        self._tried = now
        try:
            self._fetched = Fetched(KeySet.import_key_set(json.loads(self._read())), now)
        except (OSError, UnreachableError, ValueError, KeyError, TypeError, AttributeError):
            return  # what was fetched before is used on

    def _read(self) -> bytes:
        if self._location.startswith(("https://", "http://")):
            return self._outbound.get(self._location, LARGEST)
        return Path(self._location).read_bytes()
