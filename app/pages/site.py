"""All pages, and the few files that they load, put on the application."""

from __future__ import annotations

from fastapi import FastAPI

from app.pages import (
    actuals,
    assets,
    comparisons,
    curve_sets,
    entrance,
    home,
    jobs,
    plans,
    reconcile,
    scenarios,
    schedules,
    standing,
    stored,
    what_if,
)

ROOMS = (
    entrance,
    home,
    jobs,
    plans,
    standing,
    actuals,
    what_if,
    comparisons,
    scenarios,
    stored,
    curve_sets,
    reconcile,
    schedules,
    assets,
)


def show_pages(app: FastAPI) -> None:
    """Add every page; none is part of the API's own description."""
    for room in ROOMS:
        app.include_router(room.router, include_in_schema=False)
