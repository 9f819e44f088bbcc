"""`Prefer` (RFC 7240): whether the caller wants to wait, and the answer to one who does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Response

from app.routes.job_models import JobOut
from app.schemas.base import Answer

LONGEST = 60.0  # seconds that a caller may have the service wait
MARGIN = 2.0  # seconds before the deadline of the request, in which a job is written down
SOON = "1"  # seconds after which looking again makes sense
WAIT = re.compile(r"wait\s*=\s*\"?(\d{1,6})\"?")

ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {
        "model": JobOut,
        "description": "Accepted: it will be done, whatever is restarted meanwhile; `Location` says where to look.",
        "headers": {
            "Location": {"description": "The address of the job.", "schema": {"type": "string"}},
            "Retry-After": {"description": "When to look [s].", "schema": {"type": "integer"}},
        },
    }
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What `Prefer` asks for: an answer at once, or within `wait` [s]."""

    respond_async: bool = False
    wait: float | None = None

    @classmethod
    def read(cls, text: str) -> Preference:
        """The preferences that are known here; others are ignored, as the RFC has it.

        >>> Preference.read("respond-async, wait=10")
        Preference(respond_async=True, wait=10.0)
        """
        stated = [part.strip().lower() for part in re.split("[,;]", text)]
        waits = [float(found[1]) for part in stated if (found := WAIT.fullmatch(part))]
        return cls(respond_async="respond-async" in stated, wait=min(waits[0], LONGEST) if waits else None)

    def patience(self, usual: float, deadline: float) -> float | None:
        """How long to wait for the plan [s]: less than until the request's deadline; None for not at all.

        >>> Preference(wait=60.0).patience(usual=5.0, deadline=20.0)
        18.0
        """
        if self.wait is None and self.respond_async:
            return None
        return min(usual if self.wait is None else self.wait, deadline - min(MARGIN, deadline / 2))

    @property
    def applied(self) -> str | None:
        """What is said of it in a 202."""
        if self.wait is not None:
            return f"wait={self.wait:g}"
        return "respond-async" if self.respond_async else None


def _preference(
    prefer: Annotated[
        str, Header(max_length=1000, description="`respond-async` for 202 at once; `wait=10` to wait so many seconds.")
    ] = "",
) -> Preference:
    return Preference.read(prefer)


Preferred = Annotated[Preference, Depends(_preference)]


def accepted(answer: Answer, address: str, preference: Preference | None = None) -> Response:
    """202, with the address to look at."""
    headers = {"Location": address, "Retry-After": SOON}
    if preference is not None and preference.applied is not None:
        headers["Preference-Applied"] = preference.applied
    return Response(answer.model_dump_json(), 202, headers, media_type="application/json")
