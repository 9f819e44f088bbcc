"""/healthz and /readyz: for whoever watches the process."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.routes.models import HealthOut
from app.routes.state import Health

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Does the process live?")
async def healthz() -> HealthOut:
    """Answers as long as the process lives, whatever it is busy with."""
    return HealthOut(status="ok")


@router.get(
    "/readyz",
    summary="Can it do its work?",
    responses={503: {"model": HealthOut, "description": "Not now; `troubles` says why."}},
)
def readyz(health: Health, response: Response) -> HealthOut:
    """Ready when the database answers with the layout of this release and a solver process is alive."""
    troubles = list(health.troubles())
    response.status_code = 503 if troubles else 200
    return HealthOut(status="troubled" if troubles else "ok", troubles=troubles)
