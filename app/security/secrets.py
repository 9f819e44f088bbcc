"""The secret of an API key: 256 random bits, shown once and kept as a hash."""

from __future__ import annotations

import hashlib
import re
import secrets

MARK = "hr_"  # lets scanners for leaked secrets find ours
FORM = re.compile(r"hr_[A-Za-z0-9_-]{43}")
VISIBLE = 11  # characters that lists and the audit show: 8 of them are random


def new_secret() -> str:
    """A key that nobody has.

    >>> len(new_secret()), FORM.fullmatch(new_secret()) is not None
    (46, True)
    """
    return MARK + secrets.token_urlsafe(32)


def prefix_of(secret: str) -> str:
    """The part that may be seen.

    >>> prefix_of("hr_abcdefghijklmnop")
    'hr_abcdefgh'
    """
    return secret[:VISIBLE]


def hash_of(secret: str) -> str:
    """SHA-256 in hexadecimal. A secret of 256 random bits needs neither salt nor slow hashing: there is no guessing it.

    >>> hash_of("hr_")[:8]
    '70581b17'
    """
    return hashlib.sha256(secret.encode()).hexdigest()
