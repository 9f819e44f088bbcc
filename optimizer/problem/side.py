"""The sides of a limit."""

from __future__ import annotations

from typing import Literal

Side = Literal["at_least", "at_most", "exactly"]
