"""The sides of a limit."""

from __future__ import annotations

from typing import Literal

Side = Literal["at_least", "at_most", "exactly"]
SIDES: tuple[Side, ...] = ("at_least", "at_most", "exactly")  # in columns a side is told by its place here
