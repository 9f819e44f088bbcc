"""Limits on requests that hold across processes: each takes small shares from one row, and grants them by itself."""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from app.records.allowances import NO_SHARE, Policy, Share
from app.storage.database import Database

FRESH = 1.0  # seconds that a share holds: what is told of the rest is no older, and what is unused goes back
LARGEST = 64  # requests in a share
PART = 4  # of what is left at most every so-manieth: others are to find something, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is `left` of a policy for a caller; less than 0 when nothing was. There is more in `seconds`."""

    policy: Policy
    left: int
    seconds: int


@dataclass(slots=True)
class _Account:
    """What this process has of one caller's window; times by its own clock [s]."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    share: Share = NO_SHARE
    unused: int = 0
    taken_at: float = -math.inf
    ends_at: float = -math.inf
    wanted: int = 1


class AllowanceService:
    """Grants requests. However many processes do, together they grant no more than the quota in a window.

    A caller who asks seldom costs one write for each request, one who asks often one for up to LARGEST of them.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._accounts: dict[tuple[str, Policy], _Account] = {}

    def take(self, who: str, policy: Policy) -> Standing:
        """One request of a caller."""
        account = self._account(who, policy)
        with account.lock:
            if self._is_over(account):
                self._lease(who, policy, account)
            granted = account.unused > 0
            account.unused -= granted
            left = account.unused + account.share.left if granted else -1
            return Standing(policy=policy, left=left, seconds=self._seconds(account))

    def give_back(self, older: float = FRESH) -> int:
        """Return what was taken so many seconds ago and not used, and forget callers whose window is over: how many."""
        forgotten = 0
        with self._lock:
            accounts = list(self._accounts.items())
        for (who, policy), account in accounts:
            with account.lock:
                if account.unused and self._clock() - account.taken_at >= older:
                    self._exchange(who, policy, account, 0)
                    account.taken_at = -math.inf  # nothing was asked for, so nothing is known to be used up
                over = self._clock() >= account.ends_at
            if over:
                with self._lock:
                    self._accounts.pop((who, policy), None)
                forgotten += 1
        return forgotten

    def sweep(self) -> int:
        """Forget windows that are over: how many."""
        with self._database.across_workspaces() as rows:
            return rows.forget_allowances()

    def _account(self, who: str, policy: Policy) -> _Account:
        with self._lock:
            return self._accounts.setdefault((who, policy), _Account())

    def _is_over(self, account: _Account) -> bool:
        """Whether its share is: used up, no longer fresh, or of a window that has ended."""
        now = self._clock()
        used_up = not account.unused and account.share.granted > 0
        return used_up or now - account.taken_at >= FRESH or now >= account.ends_at

    def _lease(self, who: str, policy: Policy, account: _Account) -> None:
        """Take a share: twice the last one while they are used up in less than FRESH, else one request."""
        quick = self._clock() - account.taken_at < FRESH
        account.wanted = min(2 * account.wanted, LARGEST) if quick else 1
        self._exchange(who, policy, account, account.wanted)

    def _exchange(self, who: str, policy: Policy, account: _Account, wanted: int) -> None:
        before = self._clock()  # the earlier end of what the database's clock may have meant: nothing is granted late
        unused, account.unused = account.unused, 0  # not granted any more, even where the answer is not heard of
        with self._database.across_workspaces() as rows:
            share = rows.exchange(hash_of(who), policy, account.share.window, unused, wanted, PART)
        account.share, account.unused, account.taken_at = share, share.granted, before
        account.ends_at = before + share.seconds

    def _seconds(self, account: _Account) -> int:
        return max(1, math.ceil(account.ends_at - self._clock()))


def hash_of(who: str) -> str:
    """A caller as the table names it: neither keys nor addresses stand there."""
    return hashlib.sha256(who.encode()).hexdigest()
