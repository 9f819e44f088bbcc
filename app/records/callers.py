"""Who asks: for which workspace, under which name, with which role."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DEFAULT_WORKSPACE = "default"


class Role(StrEnum):
    """What a caller may do; each role may do what those before it may.

    >>> Role.approver.covers(Role.planner), Role.viewer.covers(Role.planner)
    (True, False)
    """

    viewer = "viewer"  # reads
    planner = "planner"  # makes plans and whatever leads to them
    approver = "approver"  # approves plans: finance
    admin = "admin"  # gives out keys

    def covers(self, needed: Role) -> bool:
        """Whether this role may do what `needed` may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whoever asks: sees and changes the things of one workspace only; `actor` is the name in the audit."""

    workspace: str
    actor: str
    role: Role


LOCAL = Caller(workspace=DEFAULT_WORKSPACE, actor="local", role=Role.admin)  # on a loopback listener without keys
