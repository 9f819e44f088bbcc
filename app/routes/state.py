"""What a running application holds, and how handlers reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request

from app.config import Settings
from app.records.callers import Caller
from app.services.audit import AuditService
from app.services.evaluations import EvaluationService
from app.services.frontiers import FrontierService
from app.services.health import HealthService
from app.services.keys import KeyService
from app.services.plans import PlanService
from app.services.reconciliations import ReconciliationService


class Access(Protocol):
    """Whoever knows callers."""

    def caller(self, token: str | None) -> Caller:
        """The caller that a token stands for, or UnknownCallerError."""

    def close(self) -> None:
        """Let go of what is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The services of one application, made when it starts."""

    settings: Settings
    access: Access
    keys: KeyService
    audit: AuditService
    plans: PlanService
    evaluations: EvaluationService
    frontiers: FrontierService
    reconciliations: ReconciliationService
    health: HealthService


def _state(request: Request) -> State:
    state: State = request.app.state.headrace
    return state


def _settings(request: Request) -> Settings:
    return _state(request).settings


def _access(request: Request) -> Access:
    return _state(request).access


def _keys(request: Request) -> KeyService:
    return _state(request).keys


def _audit(request: Request) -> AuditService:
    return _state(request).audit


def _plans(request: Request) -> PlanService:
    return _state(request).plans


def _evaluations(request: Request) -> EvaluationService:
    return _state(request).evaluations


def _frontiers(request: Request) -> FrontierService:
    return _state(request).frontiers


def _reconciliations(request: Request) -> ReconciliationService:
    return _state(request).reconciliations


def _health(request: Request) -> HealthService:
    return _state(request).health


SettingsOf = Annotated[Settings, Depends(_settings)]
AccessOf = Annotated[Access, Depends(_access)]
Keys = Annotated[KeyService, Depends(_keys)]
Audit = Annotated[AuditService, Depends(_audit)]
Plans = Annotated[PlanService, Depends(_plans)]
Evaluations = Annotated[EvaluationService, Depends(_evaluations)]
Frontiers = Annotated[FrontierService, Depends(_frontiers)]
Reconciliations = Annotated[ReconciliationService, Depends(_reconciliations)]
Health = Annotated[HealthService, Depends(_health)]
