"""Figures of one process for Prometheus: requests, solves, and what waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.routes.methods import Address, addresses

METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}  # others count as `other`: anybody makes them up
SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
GAPS = (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0)


class Metrics:
    """A registry of its own for each application, with a bounded number of series whatever is asked for."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "headrace_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "headrace_request_seconds", "From a request to the end of its answer.", ("route",), registry=self.registry,
            buckets=SECONDS,
        )  # fmt: skip
        self._solves = Counter("headrace_solves", "Solves, by how they ended.", ("status",), registry=self.registry)
        self._solve_seconds = Histogram(
            "headrace_solve_seconds", "What solves took, waiting included.", registry=self.registry, buckets=SECONDS
        )
        self._gaps = Histogram("headrace_solve_gap", "Gaps that were proved.", registry=self.registry, buckets=GAPS)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def solved(self, status: str, gap: float | None, seconds: float) -> None:
        """Count a solve: `status` of the plan, or the code of the failure."""
        self._solves.labels(status).inc()
        self._solve_seconds.observe(seconds)
        if gap is not None:
            self._gaps.observe(gap)

    def watch(self, name: str, meaning: str, look: Callable[[], float]) -> None:
        """Have a figure looked up whenever somebody reads."""
        Gauge(f"headrace_{name}", meaning, registry=self.registry).set_function(look)

    def watch_together(self, meanings: Mapping[str, str], look: Callable[[], Mapping[str, float]]) -> None:
        """The same for figures that are looked up at once; those that are not found are left out."""
        self.registry.register(_Together(meanings, look))

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self.registry)


class _Together(Collector):
    def __init__(self, meanings: Mapping[str, str], look: Callable[[], Mapping[str, float]]) -> None:
        self._meanings = meanings
        self._look = look

    def describe(self) -> Iterable[Metric]:
        """The names, so that nothing is looked up before somebody reads."""
        return [GaugeMetricFamily(f"headrace_{name}", meaning) for name, meaning in self._meanings.items()]

    def collect(self) -> Iterable[Metric]:
        """The figures of now."""
        found = self._look()
        return [GaugeMetricFamily(f"headrace_{name}", self._meanings[name], value) for name, value in found.items()]


class Counting:
    """Counts every request under the address that the manual has for it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._addresses: Iterable[Address] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; one that was never answered counts as 499."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 499

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            self._metrics.answered(scope["method"], self._route(scope), status, time.perf_counter() - began)

    def _route(self, scope: Scope) -> str:
        if self._addresses is None:
            self._addresses = addresses(scope["app"].openapi())
        return next((each.path for each in self._addresses if each.pattern.fullmatch(scope["path"])), "other")
