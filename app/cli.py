"""The command line: `headrace solve`, `frontier`, `evaluate`, `compare`, `risk`, `explain`, `reconcile`, `export`,
`catalogue` and more.

Answers go to standard output and nothing else does, as JSON (`explain`: as text); what is said on the way goes to
standard error.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import administration
from app.intake import import_command
from app.one_thread import ONE_THREAD
from app.terminal import CONFLICT, NO_PLAN, OK, answer, reporting

if TYPE_CHECKING:
    from optimizer.answers.plan import Plan, Status
    from optimizer.optimize import Progress
    from optimizer.problem.scenario import Scenario
    from optimizer.questions.frontier import Swept

QUIET = 1.0  # seconds before progress is told, and between two reports of it

app = typer.Typer(
    name="headrace",
    help="Certified marketing budget plans.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(administration.keys, name="keys")
app.add_typer(administration.workspaces, name="workspaces")
app.command("import")(import_command)

ScenarioFile = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A scenario as JSON or workbook; - for standard input.")
]
Table = Annotated[bool, typer.Option("--table", help="Tables for people instead of JSON.")]


def main() -> None:
    """Run the command line."""
    os.environ.update(ONE_THREAD)
    if isinstance(sys.stdout, io.TextIOWrapper):  # tables show ? for what a terminal has no sign for
        sys.stdout.reconfigure(errors="replace")
    app(prog_name="headrace")


@app.command()
def solve(
    scenario: ScenarioFile,
    with_scenario: Annotated[
        bool, typer.Option(help="Write {scenario, plan}: the record that `headrace compare` takes.")
    ] = False,
) -> None:
    """Solve a scenario and print the plan as JSON.

    Exit code 0: a plan was found; 2: the scenario is wrong; 3: goals and rules conflict; 4: none in time.
    """
    with reporting():
        from app import offline

        stated = offline.scenario_file(scenario)
        plan = offline.solve(stated, Reporter())
        answer(_record(stated, plan) if with_scenario else _plan_text(plan))
        raise typer.Exit(exit_code(plan.status))


@app.command()
def frontier(
    scenario: Annotated[
        str,
        typer.Argument(metavar="SCENARIO", help="A scenario, or the body of POST /v1/frontiers; - reads input."),
    ],
    goal: Annotated[str | None, typer.Option(help="The required goal whose target moves, not the budget.")] = None,
    start: Annotated[float | None, typer.Option("--from", help="The least budget or target; with --to.")] = None,
    stop: Annotated[float | None, typer.Option("--to", help="The largest.")] = None,
    points: Annotated[int, typer.Option(help="How many from --from to --to.")] = 21,
    target_roi: Annotated[float | None, typer.Option(help="Seek the largest budget with this revenue / spend.")] = None,
    target_marginal_roi: Annotated[
        float | None, typer.Option(help="Seek the budget from which one more unit returns less than this.")
    ] = None,
    time_limit: Annotated[float | None, typer.Option(help="Seconds for all of it; else the scenario's.")] = None,
    table: Table = False,
) -> None:
    """Trace the best value as the budget, or a goal's target, moves, and where the money stops paying.

    Exit code 0: some point has a plan; 2: the scenario is wrong; 3: all conflict; 4: no plan in time.
    """
    with reporting():
        from app import offline
        from app.schemas.frontier import FrontierOut

        given = {
            "goal": goal,
            "range": _range(start, stop, points),
            "target_roi": target_roi,
            "target_marginal_roi": target_marginal_roi,
            "time_limit": time_limit,
        }
        asked = {name: value for name, value in given.items() if value is not None}
        traced = offline.trace(offline.read_document(scenario), asked, PointsReporter())
        shown = FrontierOut.from_domain(traced)
        if table:
            from app.tables import show_frontier

            show_frontier(shown)
        else:
            answer(shown.model_dump_json(indent=2))
        raise typer.Exit(min(exit_code(point.status) for point in traced.points))


@app.command()
def evaluate(
    scenario: ScenarioFile,
    allocation: Annotated[
        str,
        typer.Argument(metavar="ALLOCATION", help='{"allocations": [{tactic, period, spend}]}, or a plan.'),
    ],
) -> None:
    """Value a given allocation on the scenario's curves, and list the limits that it breaks."""
    with reporting():
        from app import offline
        from app.schemas.evaluation import EvaluationOut

        answer(EvaluationOut.from_domain(offline.evaluate_files(scenario, allocation)).model_dump_json(indent=2))


@app.command()
def compare(
    records: Annotated[
        list[str],
        typer.Argument(metavar="RECORD...", help="2 to 6 files from `headrace solve --with-scenario`."),
    ],
    table: Table = False,
) -> None:
    """Compare plans: allocations, goals and rules side by side, where their scenarios differ, and every
    allocation valued on the curves of the first."""
    with reporting():
        from app import offline
        from app.schemas.comparison import ComparisonOut

        comparison = ComparisonOut.from_domain(offline.compare_files(records))
        if table:
            from app.tables import show_comparison

            show_comparison(comparison)
        else:
            answer(comparison.model_dump_json(indent=2))


@app.command()
def explain(
    record: Annotated[str, typer.Argument(metavar="RECORD", help="A file from `headrace solve --with-scenario`.")],
    as_json: Annotated[bool, typer.Option("--json", help="Sections, sentences and figures as JSON.")] = False,
) -> None:
    """Explain a plan in plain sentences with its figures; nothing is solved."""
    with reporting():
        from app import offline
        from app.schemas.explanation import ExplanationOut
        from optimizer.answers.explanation import text_of

        found = offline.explain_file(record)
        answer(ExplanationOut.from_domain(found).model_dump_json(indent=2) if as_json else text_of(found).rstrip())


@app.command()
def reconcile(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help='{"scenario", "proposal", "method"}; - for standard input.')
    ],
) -> None:
    """Hold a bottom-up proposal against the goals, and find the least change that closes the gap.

    Exit code 0: it fits, or a change was found; 2: the file is wrong; 3: the goals conflict; 4: none in time.
    """
    with reporting():
        from app import offline
        from app.schemas.reconciliation import ReconciliationOut

        found = offline.reconcile_file(file)
        answer(ReconciliationOut.from_domain(found).model_dump_json(indent=2))
        raise typer.Exit(exit_code(found.status))


@app.command()
def export(
    to: Annotated[str, typer.Option(metavar="FILE", help="The file to write: .xlsx, or .csv for an allocation.")],
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE...", help="A record, several to compare, or a scenario; none: an empty scenario."),
    ] = None,
    wide: Annotated[bool, typer.Option(help="CSV with a column for each period, not a row for each cell.")] = False,
) -> None:
    """Write a plan, a comparison or a scenario as a workbook for Excel or LibreOffice, or an allocation as CSV."""
    with reporting():
        from app import offline

        offline.write_file(to, offline.export_files(files or [], to, wide))


@app.command()
def catalogue(
    period: Annotated[str, typer.Option(help="How long a period is: week, month or quarter.")] = "month",
    table: Table = False,
) -> None:
    """List the tactic templates that a scenario may start from, as JSON."""
    with reporting():
        from app import offline

        listed = offline.catalogue(period)
        if table:
            from app.tables import show_catalogue

            show_catalogue(listed)
        else:
            answer(listed.model_dump_json(indent=2))


@app.command()
def risk(
    record: Annotated[str, typer.Argument(metavar="RECORD", help="A file from `headrace solve --with-scenario`.")],
    draws: Annotated[int, typer.Option(min=1, max=200, help="Draws to solve for hindsight.")] = 20,
) -> None:
    """Weigh a plan under the draws of its curves: intervals, chances of its goals, and what it loses against
    knowing the draw."""
    with reporting():
        from app import offline
        from app.schemas.risk import RiskAnswerOut

        answer(RiskAnswerOut.from_domain(offline.weigh(record, draws)).model_dump_json(indent=2))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; HEADRACE_HOST otherwise.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; HEADRACE_PORT otherwise.")] = None,
    worker: Annotated[
        bool | None, typer.Option(help="Whether to do jobs, too; HEADRACE_RUN_JOBS otherwise.", show_default=False)
    ] = None,
) -> None:
    """Run the HTTP service; settings are environment variables that begin with HEADRACE_."""
    with reporting():
        stated = {"HEADRACE_HOST": host, "HEADRACE_PORT": port, "HEADRACE_RUN_JOBS": worker}
        os.environ.update({name: str(value) for name, value in stated.items() if value is not None})
        from app.server import serve as answer_requests
        from app.startup import await_database, own_settings, starting

        settings = own_settings()
        with starting(settings):
            await_database(settings)
            answer_requests(settings)


@app.command("worker")
def do_jobs() -> None:
    """Do jobs, beside any number of others; no HTTP. It ends on SIGTERM and leaves what it had begun to the others."""
    with reporting():
        from app.engine import work
        from app.startup import await_database, own_settings, starting

        settings = own_settings()
        with starting(settings):
            await_database(settings)
            work(settings)


@app.command()
def migrate() -> None:
    """Bring the database of HEADRACE_DATABASE_URL to the layout of this release; plans in it stay."""
    with reporting():
        from app.startup import log, own_settings, patiently, starting
        from app.storage.schema import upgrade

        settings = own_settings()
        with starting(settings):
            patiently(lambda: upgrade(settings.database_url, settings.database_seconds), settings.database_wait)
            log.info("database migrated")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Copy the SQLite database of HEADRACE_DATABASE_URL into one checked file, while the service runs."""
    with reporting():
        from app.config import settings_from_environment
        from app.storage import backup as copies

        copies.backup(settings_from_environment().database_url, file, force=force)
        typer.echo(f"copied and checked: {file.name}", err=True)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that `headrace backup` made.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the database that is there.")] = False,
) -> None:
    """Make the SQLite database of HEADRACE_DATABASE_URL what a copy holds; copies of later releases are refused."""
    with reporting():
        from app.config import settings_from_environment
        from app.storage import backup as copies

        copies.restore(settings_from_environment().database_url, file, force=force)
        typer.echo(f"brought back and checked: {file.name}", err=True)


@app.command()
def demo() -> None:
    """Start the service for a moment, make two plans with it, and show them side by side."""
    with reporting():
        from app.demo import run

        run()


def exit_code(status: Status) -> int:
    """What a script sees of the plan's status."""
    return {"optimal": OK, "feasible": OK, "conflict": CONFLICT, "no_plan": NO_PLAN}[status]


class Reporter:
    """Progress on standard error, once a second, as soon as a solve takes longer than that."""

    def __init__(self) -> None:
        self._told = 0.0

    def __call__(self, progress: Progress) -> None:
        if progress.seconds - self._told >= QUIET:
            self._told = progress.seconds
            gap = "none yet" if progress.gap is None else f"{progress.gap:.2%}"
            line = f"{progress.seconds:.0f} s: {progress.rounds} rounds, {progress.nodes} nodes, gap {gap}"
            print(line, file=sys.stderr, flush=True)


class PointsReporter:
    """The same for a frontier."""

    def __init__(self) -> None:
        self._told = 0.0

    def __call__(self, swept: Swept) -> None:
        if swept.seconds - self._told >= QUIET:
            self._told = swept.seconds
            print(f"{swept.seconds:.0f} s: {swept.points} of {swept.of} points", file=sys.stderr, flush=True)


def _range(start: float | None, stop: float | None, points: int) -> dict[str, float | int] | None:
    """The wire's range; what is missing of it is named where the document is read."""
    ends = {name: end for name, end in (("from", start), ("to", stop)) if end is not None}
    return ends | {"points": points} if ends else None


def _plan_text(plan: Plan) -> str:
    from app.schemas.plan import PlanOut

    return PlanOut.from_domain(plan).model_dump_json(indent=2)


def _record(scenario: Scenario, plan: Plan) -> str:
    import json

    from app.schemas.plan import PlanOut
    from app.schemas.scenario import scenario_to_wire

    plan_document = PlanOut.from_domain(plan).model_dump(mode="json")
    return json.dumps({"scenario": scenario_to_wire(scenario), "plan": plan_document}, indent=2)


if __name__ == "__main__":
    main()
