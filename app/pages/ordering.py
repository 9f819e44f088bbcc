"""Plans that people ask for on a page: made while they wait a moment, and as a job beyond that."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Response

from app.pages.form import Form
from app.pages.render import moved_to
from app.records.callers import Caller
from app.records.jobs import JobSummary
from app.records.named import SENT_ALONG, Origin
from app.routes.state import Making, OnceOf, SettingsOf
from app.services.answers import Work
from app.services.making import MakingService
from app.services.once import OnceService
from app.services.scenarios import Stated
from optimizer.answers.plan import Plan
from optimizer.problem.canonical import digest
from optimizer.problem.scenario import Scenario

TOKEN = "token"  # the field by which a form that is sent again is known
ROUTE = "pages"


def new_token() -> str:
    """What a form is known by."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """Has scenarios planned; one form that is sent twice with the same scenario makes one plan."""

    making: MakingService
    once: OnceService
    patience: float

    def plan(
        self,
        visitor: Caller,
        form: Form,
        scenario: Scenario,
        origin: Origin = SENT_ALONG,
        work: Work[Plan] | None = None,
    ) -> Response:
        """On to the plan, or to the job that it became; `work` comes to it where it is solved, or being solved."""
        seed = self.seed(visitor, form, digest(scenario))
        stated = Stated(scenario, origin)
        made = self.making.make(visitor, stated, self.patience, seed, work)
        if isinstance(made, JobSummary) and made.state in ("failed", "cancelled"):  # sent again to be tried again
            made = self.making.make(visitor, stated, self.patience, work=work)
        return moved_to(f"/jobs/{made.id}" if isinstance(made, JobSummary) else f"/plans/{made.id}")

    def seed(self, visitor: Caller, form: Form, *asked: str) -> str | None:
        """What names the effect of this form with what is asked; nothing where the form does not say which it is."""
        if not (token := form.get(TOKEN, "")):
            return None
        return self.once.seed(visitor.workspace, ROUTE, " ".join((token, visitor.actor, *asked)))


def _ordering(making: Making, once: OnceOf, settings: SettingsOf) -> Ordering:
    return Ordering(making=making, once=once, patience=settings.patience)


Orders = Annotated[Ordering, Depends(_ordering)]
