"""What a running application holds, and how handlers reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request

from app.config import Settings
from app.records.callers import Caller
from app.routes.counting import Metrics
from app.services.actuals import ActualService
from app.services.allowances import AllowanceService
from app.services.audit import AuditService
from app.services.batches import BatchService
from app.services.evaluations import EvaluationService
from app.services.frontiers import FrontierService
from app.services.health import HealthService
from app.services.imports import ImportService
from app.services.jobs import JobService
from app.services.keys import KeyService
from app.services.making import MakingService
from app.services.named import NamedService
from app.services.once import OnceService
from app.services.plans import PlanService
from app.services.reconciliations import ReconciliationService
from app.services.scenarios import ScenarioService
from app.services.schedules import ScheduleService
from app.services.sessions import KeySessions, OpenSessions
from app.services.signing_in import SignIn
from app.services.standings import StandingService
from app.services.stop import Stop
from app.services.webhooks import WebhookService
from app.services.what_ifs import WhatIfService


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
    sessions: OpenSessions | KeySessions
    sign_in: SignIn | None
    plans: PlanService
    standings: StandingService
    making: MakingService
    jobs: JobService
    batches: BatchService
    scenarios: ScenarioService
    curve_sets: NamedService
    evaluations: EvaluationService
    frontiers: FrontierService
    reconciliations: ReconciliationService
    imports: ImportService
    what_ifs: WhatIfService
    health: HealthService
    once: OnceService
    allowances: AllowanceService
    metrics: Metrics
    actuals: ActualService
    schedules: ScheduleService
    webhooks: WebhookService
    leaving: Stop


def state_of(request: Request) -> State:
    """All that the application holds."""
    state: State = request.app.state.headrace
    return state


def _settings(request: Request) -> Settings:
    return state_of(request).settings


def _keys(request: Request) -> KeyService:
    return state_of(request).keys


def _audit(request: Request) -> AuditService:
    return state_of(request).audit


def _standings(request: Request) -> StandingService:
    return state_of(request).standings


def _scenarios(request: Request) -> ScenarioService:
    return state_of(request).scenarios


def _curve_sets(request: Request) -> NamedService:
    return state_of(request).curve_sets


def _metrics(request: Request) -> Metrics:
    return state_of(request).metrics


def _sessions(request: Request) -> OpenSessions | KeySessions:
    return state_of(request).sessions


def _sign_in(request: Request) -> SignIn | None:
    return state_of(request).sign_in


def _once(request: Request) -> OnceService:
    return state_of(request).once


def _plans(request: Request) -> PlanService:
    return state_of(request).plans


def _making(request: Request) -> MakingService:
    return state_of(request).making


def _jobs(request: Request) -> JobService:
    return state_of(request).jobs


def _batches(request: Request) -> BatchService:
    return state_of(request).batches


def _evaluations(request: Request) -> EvaluationService:
    return state_of(request).evaluations


def _frontiers(request: Request) -> FrontierService:
    return state_of(request).frontiers


def _reconciliations(request: Request) -> ReconciliationService:
    return state_of(request).reconciliations


def _imports(request: Request) -> ImportService:
    return state_of(request).imports


def _what_ifs(request: Request) -> WhatIfService:
    return state_of(request).what_ifs


def _health(request: Request) -> HealthService:
    return state_of(request).health


def _actuals(request: Request) -> ActualService:
    return state_of(request).actuals


def _schedules(request: Request) -> ScheduleService:
    return state_of(request).schedules


def _webhooks(request: Request) -> WebhookService:
    return state_of(request).webhooks


SettingsOf = Annotated[Settings, Depends(_settings)]
Keys = Annotated[KeyService, Depends(_keys)]
Audit = Annotated[AuditService, Depends(_audit)]
Standings = Annotated[StandingService, Depends(_standings)]
Scenarios = Annotated[ScenarioService, Depends(_scenarios)]
MetricsOf = Annotated[Metrics, Depends(_metrics)]
Sessions = Annotated[OpenSessions | KeySessions, Depends(_sessions)]
SignInOf = Annotated[SignIn | None, Depends(_sign_in)]
CurveSets = Annotated[NamedService, Depends(_curve_sets)]
Plans = Annotated[PlanService, Depends(_plans)]
Making = Annotated[MakingService, Depends(_making)]
OnceOf = Annotated[OnceService, Depends(_once)]
Jobs = Annotated[JobService, Depends(_jobs)]
Batches = Annotated[BatchService, Depends(_batches)]
Evaluations = Annotated[EvaluationService, Depends(_evaluations)]
Frontiers = Annotated[FrontierService, Depends(_frontiers)]
Reconciliations = Annotated[ReconciliationService, Depends(_reconciliations)]
Imports = Annotated[ImportService, Depends(_imports)]
WhatIfs = Annotated[WhatIfService, Depends(_what_ifs)]
Health = Annotated[HealthService, Depends(_health)]
ActualsOf = Annotated[ActualService, Depends(_actuals)]
Schedules = Annotated[ScheduleService, Depends(_schedules)]
Webhooks = Annotated[WebhookService, Depends(_webhooks)]
