"""A bottom-up proposal as a table, held against a scenario."""

from __future__ import annotations

from typing import Any

from app.schemas.reconciliation import ReconciliationIn
from app.schemas.scenario import scenario_to_wire
from app.spreadsheets.faults import told_by_cell
from app.spreadsheets.lines import PROPOSAL, Tabled, read_lines, sheet_of
from app.spreadsheets.periods import Calendar
from optimizer.answers.proposal import Line, proposed
from optimizer.answers.reconciliation import Method
from optimizer.problem.scenario import Scenario
from optimizer.sources.tables import Conventions, read_workbook

Question = tuple[Scenario, tuple[Line, ...], Method]


def read_proposal(raw: bytes, scenario: Scenario, method: Method, conventions: Conventions) -> Tabled[Question]:
    """The lines of a CSV file or workbook, for that scenario; errors name cells."""
    sheet = sheet_of(read_workbook(raw, conventions=conventions), PROPOSAL)
    lines = read_lines(sheet, PROPOSAL, Calendar(scenario.periods), conventions, scenario)
    document: dict[str, Any] = {"scenario": scenario_to_wire(scenario), "proposal": lines.rows, "method": method}
    with told_by_cell(lines):
        asked = ReconciliationIn.model_validate(document).to_domain()
        proposed(scenario, asked[1])  # refuses names that the scenario does not have
        return Tabled(stated=asked, decimal=lines.decimal)
