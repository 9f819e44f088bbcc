"""From files to answers, without the service: what the command line does."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import BodyError
from app.paths import LONGEST_NAME
from app.schemas.base import Wire
from app.schemas.body import read_json
from app.schemas.catalogue import CatalogueOut
from app.schemas.evaluation import AllocationIn, spends_of
from app.schemas.plan import plan_from_wire
from app.schemas.reconciliation import ReconciliationIn
from app.schemas.scenario import LARGEST_BODY, ScenarioIn, read_scenario, scenario_to_wire
from app.validation import placed
from optimizer.answers.comparison import Candidate, Comparison, compare
from optimizer.answers.evaluation import Evaluation, evaluate
from optimizer.answers.explanation import Explanation, explanation_of
from optimizer.answers.plan import Plan
from optimizer.answers.reconciliation import Reconciliation
from optimizer.errors import ScenarioError
from optimizer.problem.canonical import digest
from optimizer.problem.catalogue import PERIOD_WEEKS
from optimizer.problem.scenario import Scenario

if TYPE_CHECKING:
    from app.solving.solver import PoolSolver
    from optimizer.answers.frontier import Frontier
    from optimizer.optimize import Progress
    from optimizer.questions.frontier import Swept
    from optimizer.questions.hindsight import RiskAnswer

STANDARD_INPUT = "-"
ARCHIVE = b"PK"  # what a workbook begins with, and no JSON
CELL = ("tactic", "period", "spend")


class AllocationsIn(Wire):
    """The document that `headrace evaluate` takes beside the scenario."""

    allocations: list[AllocationIn]


def read_document(name: str) -> dict[str, Any]:
    """The JSON object in a file, or on standard input for `-`."""
    return read_json(_read(name), LARGEST_BODY)


def scenario_of(document: dict[str, Any]) -> Scenario:
    """The scenario that a document states."""
    return ScenarioIn.model_validate(document).to_domain()


def scenario_file(name: str) -> Scenario:
    """The scenario in a JSON file or a workbook."""
    from app.spreadsheets.scenario.read import read_scenario_workbook

    raw = _read(name)
    return read_scenario_workbook(raw) if raw.startswith(ARCHIVE) else read_scenario(raw, LARGEST_BODY)


def export_files(names: Sequence[str], target: str, wide: bool) -> bytes:
    """The content of a workbook or CSV file, as the ending of `target` says: of one record or scenario, of records
    compared, or the template; only an allocation can be CSV."""
    from app.spreadsheets.comparison import comparison_workbook
    from app.spreadsheets.plan import plan_workbook
    from app.spreadsheets.scenario.write import scenario_workbook

    ending = Path(target).suffix.lower()
    if ending not in (".xlsx", ".csv"):
        raise ScenarioError("unknown_value", "--to", "ends in neither .xlsx nor .csv", "name such a file")
    if ending == ".csv":
        return _allocation(names, wide).encode()
    if not names:
        return scenario_workbook({})
    if len(names) > 1:
        candidates = [_candidate(name) for name in names]
        digits = max(own.scenario.money_digits for own in candidates)
        return comparison_workbook(compare(candidates), {own.label: own.scenario.name for own in candidates}, digits)
    if "plan" not in (document := read_document(names[0])):
        return scenario_workbook(scenario_to_wire(scenario_of(document)))
    own = _candidate(names[0])
    return plan_workbook(own.scenario, own.plan)


def _allocation(names: Sequence[str], wide: bool) -> str:
    """The allocation of one record as CSV."""
    from app.spreadsheets.comma_separated import long_csv, wide_csv

    if len(names) != 1 or "plan" not in read_document(names[0]):
        told, remedy = "ends in .csv, and only the allocation of one plan is CSV", "name a file that ends in .xlsx"
        raise ScenarioError("unknown_value", "--to", told, remedy)
    own = _candidate(names[0])
    return wide_csv(own.scenario, own.plan) if wide else long_csv(own.plan)


def write_file(name: str, content: bytes) -> None:
    """Write the file, whole."""
    try:
        Path(name).write_bytes(content)
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        raise BodyError("unwritable_file", name, f"cannot be written: {why}", "name another file") from None


def solve(scenario: Scenario, progress: Callable[[Progress], None]) -> Plan:
    """The plan, from a process that is ended when it overruns its time limit by a second."""
    with solver() as pool:
        return pool.solve(scenario, progress)


def reconcile_file(name: str) -> Reconciliation:
    """The proposal in a file against the goals in it, from such a process, too."""
    from optimizer.questions.reconciliation import reconcile

    scenario, lines, method = ReconciliationIn.model_validate(read_document(name)).to_domain()
    with solver() as pool:
        return pool.ask(reconcile, scenario, lines, method, seconds=scenario.solve.time_limit)


def weigh(name: str, draws: int) -> RiskAnswer:
    """The plan of a record under the draws of its curves."""
    from optimizer.questions.hindsight import plan_risk

    own = _candidate(name)
    seconds = own.scenario.solve.time_limit
    with solver() as pool:
        return pool.ask(plan_risk, own.scenario, own.plan, draws, seconds=seconds)


def trace(document: dict[str, Any], asked: dict[str, Any], progress: Callable[[Swept], None]) -> Frontier:
    """The frontier of a scenario document, or of a whole question to which `asked` adds; from a process of its own."""
    from app.schemas.frontier import FrontierIn
    from optimizer.questions.frontier import frontier

    whole = document if "scenario" in document else {"scenario": document}
    question = FrontierIn.model_validate(whole | asked).to_domain()
    with solver() as pool:
        return pool.ask(frontier, question, seconds=question.seconds, progress=progress)


@contextmanager
def solver() -> Iterator[PoolSolver]:
    """A solver in a process that is ended when it overruns its time limit by a second."""
    import structlog

    from app.solving.pool import Pool
    from app.solving.solver import FUNCTION, PoolSolver
    from optimizer.optimize import SizeLimits

    if not structlog.is_configured():  # the pool's log is for operators, and would go to standard output
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    pool = Pool(FUNCTION, workers=1)
    try:
        pool.start()
        yield PoolSolver(pool, SizeLimits())
    finally:
        pool.close()


def evaluate_files(scenario_name: str, allocation_name: str) -> Evaluation:
    """What the allocation in one file is worth on the scenario in the other."""
    scenario = scenario_of(read_document(scenario_name))
    given = AllocationsIn.model_validate(_allocations(read_document(allocation_name)))
    return evaluate(scenario, spends_of(given.allocations, scenario))


def compare_files(names: Sequence[str]) -> Comparison:
    """The records that `headrace solve --with-scenario` wrote, side by side."""
    return compare([_candidate(name) for name in names])


def explain_file(name: str) -> Explanation:
    """The plan of a record in sentences."""
    candidate = _candidate(name)
    return explanation_of(candidate.scenario, candidate.plan)


def catalogue(period: str) -> CatalogueOut:
    """The tactic catalogue for periods of that length."""
    length = next((known for known in PERIOD_WEEKS if known == period), None)
    if length is None:
        known = ", ".join(PERIOD_WEEKS)
        raise ScenarioError("unknown_value", "--period", "is not one of the values known here", f"use one of {known}")
    return CatalogueOut.of(length)


def _read(name: str) -> bytes:
    try:
        if name == STANDARD_INPUT:
            return sys.stdin.buffer.read(LARGEST_BODY + 1)
        with Path(name).open("rb") as file:
            return file.read(LARGEST_BODY + 1)
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        raise BodyError("unreadable_file", name, f"cannot be read: {why}", "name a readable file") from None


def _ending(name: str) -> str:
    """Where a file lies, its own name at the end whatever is left out: the rest of what is shown is shortened there.

    >>> _ending("plans/" + "2026/" * 12 + "autumn.json")
    '…26/2026/2026/2026/2026/2026/2026/2026/2026/2026/autumn.json'
    """
    return name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}"


def _candidate(name: str) -> Candidate:
    """The plan of a record with the scenario that it answers; what is wrong with it is told with the file's name."""
    with placed(_ending(name)):
        record = read_document(name)
        missing = next((field for field in ("scenario", "plan") if field not in record), None)
        if missing is not None:
            raise BodyError("missing_field", missing, "is missing", "write it with solve --with-scenario")
        with placed("scenario"):
            scenario = scenario_of(record["scenario"])
        with placed("plan"):
            plan = plan_from_wire(record["plan"])
            if plan.provenance.digest != digest(scenario):
                told, remedy = "answers another scenario than the one beside it", "solve that one --with-scenario"
                raise ScenarioError("another_scenario", "", told, remedy)
        return Candidate(label=name, scenario=scenario, plan=plan)


def _allocations(document: dict[str, Any]) -> dict[str, Any]:
    """A plan, or a record with a plan, stands for its own allocations; anything else is taken as it is."""
    plan = document.get("plan", document)
    if not (isinstance(plan, dict) and "certificate" in plan and isinstance(plan.get("allocations"), list)):
        return document
    rows = [{field: row.get(field) for field in CELL} for row in plan["allocations"] if isinstance(row, dict)]
    return {"allocations": rows}
