"""A plan as a workbook: summary, allocation, goals, limits, demand, curves, explanation, provenance."""

from __future__ import annotations

from app.spreadsheets.book import Book
from app.spreadsheets.plan.allocation import write_allocation
from app.spreadsheets.plan.cells import write_cells
from app.spreadsheets.plan.curves import write_curves
from app.spreadsheets.plan.demand import write_demand
from app.spreadsheets.plan.frame import Frame, Origin
from app.spreadsheets.plan.goals import write_goals
from app.spreadsheets.plan.limits import write_conflict, write_limits
from app.spreadsheets.plan.summary import write_summary
from app.spreadsheets.plan.words import write_explanation, write_provenance
from optimizer.answers.explanation import explanation_of
from optimizer.answers.plan import Plan
from optimizer.problem.scenario import Scenario

MOST_CELLS = 20_000  # that have a row each; beyond it, the CSV has them

__all__ = ["Origin", "plan_workbook"]


def plan_workbook(scenario: Scenario, plan: Plan, origin: Origin | None = None) -> bytes:
    """The XLSX of a plan; its totals are live formulas, and their saved values are the plan's own."""
    frame = Frame(
        book=Book(scenario.name, scenario.money_digits, origin.created if origin else None),
        scenario=scenario,
        plan=plan,
        explanation=explanation_of(scenario, plan),
        origin=origin,
    )
    write_summary(frame)
    if plan.allocations:
        write_allocation(frame)
        if len(plan.allocations) <= MOST_CELLS:
            write_cells(frame)
    if plan.goals:
        write_goals(frame)
    if plan.rules:
        write_limits(frame)
    if plan.conflict is not None:
        write_conflict(frame, plan.conflict)
    if plan.demand:
        write_demand(frame)
    if plan.allocations:
        write_curves(frame)
    write_explanation(frame)
    write_provenance(frame)
    return frame.book.bytes()
