"""What the sender says about an import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimizer.errors import ScenarioError
from optimizer.sources.tables import Conventions
from optimizer.sources.tables.conventions import ASK_THE_TABLE
from optimizer.units import whole

CarryOverKind = Literal["steady", "kept", "window"]
CARRY_OVERS: tuple[CarryOverKind, ...] = ("steady", "kept", "window")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it was sent: its name, which may be empty, and its bytes."""

    name: str
    raw: bytes

    @property
    def suffix(self) -> str:
        """The ending of the name in small letters, without the point."""
        return self.name.rpartition(".")[2].lower() if "." in self.name else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How curves are to be made.

    `data` are tables beside the file: a spend table, an allocator's answer. `carry_over`: `steady` gives the curve of a
    period in which spend goes on as it is, the tool's own planning curve; `kept` keeps the adstock on the tactic;
    `window` sums `periods` periods of equal spend and what follows them. `draws`: at most so many of the posterior,
    chosen by `seed`; None keeps all. `fit`: hill or adbudg through the points of a table; None joins them.
    `conventions` are those of tables.
    """

    data: tuple[File, ...] = ()
    carry_over: CarryOverKind = "steady"
    periods: int | None = None
    draws: int | None = None
    seed: int = 0
    fit: str | None = None
    conventions: Conventions = ASK_THE_TABLE

    def __post_init__(self) -> None:
        if self.carry_over not in CARRY_OVERS:
            known = ", ".join(CARRY_OVERS)
            raise ScenarioError(
                "unknown_value", "carry_over", "is not one of the words known here", f"use one of {known}"
            )
        if self.periods is not None:
            whole(self.periods, "periods", least=1)
        if self.draws is not None:
            whole(self.draws, "draws", least=1)
        whole(self.seed, "seed")
        if (self.carry_over == "window") != (self.periods is not None):
            raise ScenarioError(
                "contradictory_options",
                "periods",
                "stands without the window, or the window without it",
                "give both or none",
            )


USUAL = Options()
