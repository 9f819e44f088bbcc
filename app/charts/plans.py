"""The charts that a plan has, by name: each takes the plan and a theme."""

from __future__ import annotations

from collections.abc import Callable

from app.charts.demand import demand
from app.charts.goals import goals
from app.charts.periods import periods
from app.charts.responses import responses
from app.charts.tactics import tactics
from app.charts.theme import Chart, Theme
from optimizer.answers.comparison import Candidate

PLAN_CHARTS: dict[str, Callable[[Candidate, Theme], Chart]] = {
    "tactics": tactics,
    "periods": periods,
    "demand": demand,
    "goals": goals,
    "responses": responses,
}
