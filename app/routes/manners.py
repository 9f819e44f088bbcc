"""What surrounds every route, from the outside in."""

from __future__ import annotations

from fastapi import FastAPI

from app.config import Settings
from app.routes.conditional import Conditional
from app.routes.counting import Counting, Metrics
from app.routes.deadline import Deadline
from app.routes.hosts import Hosts
from app.routes.journal import Journal
from app.routes.methods import Methods
from app.routes.once import Once
from app.routes.origins import Origins
from app.routes.rate import Rate


def surround(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """Journal, metrics, hosts, origins, deadline, rate, methods and media types, conditional reads, requests' keys."""
    app.add_middleware(Once)
    app.add_middleware(Conditional)
    app.add_middleware(Methods)
    app.add_middleware(Rate, per_minute=settings.requests_per_minute, posts_per_day=settings.posts_per_day)
    app.add_middleware(Deadline, seconds=settings.request_seconds)
    app.add_middleware(Origins)
    app.add_middleware(Hosts, allowed=settings.allowed_hosts.split(","), keys=settings.auth == "keys")
    app.add_middleware(Counting, metrics=metrics)
    app.add_middleware(Journal)
