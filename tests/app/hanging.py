"""A solve that never ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NoReturn


def solve(_question: object, _scenario: object, _limits: object, _report: Callable[[Any], None]) -> NoReturn:
    """Hang."""
    while True:
        time.sleep(60)
