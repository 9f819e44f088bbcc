"""Events on the wire."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app.schemas.base import Name, Number, Wire, inside
from app.schemas.mirror import plain
from app.schemas.scope import ScopeIn
from optimizer.problem.event import Event


class EventIn(Wire):
    """Something dated: it multiplies the response of the tactics in scope, in the periods in scope."""

    name: Name = Field(description="What it is called; no two events share a name.", examples=["launch"])
    scope: ScopeIn = Field(
        default_factory=ScopeIn,
        description="The tactics and periods it touches; left out: all.",
        examples=[{"tactics": ["tv"], "periods": ["2027-03"]}],
    )
    lift: Number = Field(description="Multiplies the response; several events multiply [1].", examples=[1.3])

    def to_domain(self) -> Event:
        """The domain's event."""
        return Event(name=self.name, scope=inside("scope", self.scope), lift=self.lift)


def event_to_wire(event: Event) -> dict[str, Any]:
    """What the event states."""
    stated: dict[str, Any] = plain(event)
    return stated
