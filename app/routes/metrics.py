"""/metrics: figures of this process for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from app.routes.callers import Admin
from app.routes.state import MetricsOf

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def read_metrics(caller: Admin, metrics: MetricsOf) -> Response:
    """Requests, solves and what waits, in Prometheus' text format: for admins, for they tell of every workspace."""
    del caller
    return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)
