"""The command line: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli import PointsReporter, Reporter, app
from app.schemas.body import read_json
from app.schemas.plan import PlanOut
from app.schemas.scenario import LARGEST_BODY
from optimizer.optimize import Progress
from optimizer.questions.frontier import Swept
from tests.app.schemas.samples import refusal_of

Document = dict[str, Any]

CONTRACT: list[Document] = json.loads((Path(__file__).parents[1] / "contract" / "examples.json").read_text())
LINEAR, CARRY_OVER, CONFLICT = CONTRACT[0]["scenario"], CONTRACT[3], CONTRACT[5]["scenario"]


def run(*arguments: object, given: bytes | None = None) -> Result:
    """What `headrace ARGUMENTS` does."""
    return CliRunner().invoke(app, [str(each) for each in arguments], input=given)


def write(folder: Path, document: object, name: str = "scenario.json") -> Path:
    """The document as a file."""
    file = folder / name
    file.write_text(json.dumps(document))
    return file


def test_solve_prints_the_plan_and_nothing_else(tmp_path: Path) -> None:
    """Standard output is one JSON document, the plan; exit code 0 says that there is one."""
    result = run("solve", write(tmp_path, LINEAR))
    assert result.exit_code == 0
    plan = PlanOut.model_validate(json.loads(result.stdout))
    assert plan.status == "optimal"
    assert {row.tactic: row.spend for row in plan.tactics} == {"search": 400.0, "tv": 600.0}


def test_solve_reads_standard_input_and_writes_records_that_compare_takes(tmp_path: Path) -> None:
    """`-` is standard input; --with-scenario writes what `compare` and `evaluate` read."""
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    for file, budget in ((first, 1000), (second, 500)):
        document = LINEAR | {"budget": {"at_most": budget}}
        result = run("solve", "-", "--with-scenario", given=json.dumps(document).encode())
        assert result.exit_code == 0
        file.write_text(result.stdout)
    compared = json.loads(run("compare", first, second).stdout)
    assert compared["labels"] == [str(first), str(second)]
    assert compared["values"] == [2400.0, 1400.0]
    assert [each["path"] for each in compared["differences"]] == ["budget.total.at_most"]
    assert "budget.total.at_most" in run("compare", first, second, "--table").stdout
    valued = json.loads(run("evaluate", write(tmp_path, LINEAR), second).stdout)
    assert valued["value"] == 1400.0


def test_a_conflict_is_a_plan_with_its_own_exit_code(tmp_path: Path) -> None:
    """What no plan can satisfy ends with 3, and the plan says what conflicts."""
    result = run("solve", write(tmp_path, CONFLICT))
    assert result.exit_code == 3
    assert sorted(json.loads(result.stdout)["conflict"]["conflicting"]) == [
        "budget",
        "search floor",
        "spend limit of tv",
    ]


def test_a_solver_that_hangs_is_ended_a_second_after_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No plan in time ends with 4, whatever the solver does."""
    monkeypatch.setattr("app.solving.solver.FUNCTION", "tests.app.hanging:solve")
    result = run("solve", write(tmp_path, LINEAR | {"solve": {"time_limit": 0.1}}))
    assert result.exit_code == 4
    assert result.stdout == ""
    assert "did not stop within 1.1 s" in result.stderr


def test_frontier_prints_points_or_a_table(tmp_path: Path) -> None:
    """The same scenario file as for solve; options say what to look at; - is standard input."""
    result = run("frontier", write(tmp_path, LINEAR), "--from", 200, "--to", 800, "--points", 2, "--target-roi", 2.5)
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert [(point["budget"], point["value"]) for point in document["points"]] == [(200.0, 600.0), (800.0, 2000.0)]
    assert document["target_roi"]["budget"] == pytest.approx(800.0, abs=0.02)
    body = json.dumps({"scenario": LINEAR, "budgets": [200]}).encode()
    table = run("frontier", "-", "--table", given=body)
    assert table.exit_code == 0
    assert "Best revenue" in table.stdout
    assert "The money stops paying: –" in table.stdout


def test_a_frontier_without_a_plan_has_the_exit_code_of_its_points(tmp_path: Path) -> None:
    """All conflict; and options that contradict each other."""
    document = LINEAR | {"goals": [{"name": "g", "metric": "revenue", "at_least": 900, "required": True}]}
    result = run("frontier", write(tmp_path, document), "--from", 1, "--to", 2, "--points", 2)
    assert result.exit_code == 3
    assert {point["status"] for point in json.loads(result.stdout)["points"]} == {"conflict"}
    assert run("frontier", write(tmp_path, LINEAR), "--from", 1).exit_code == 2
    assert run("frontier", write(tmp_path, LINEAR), "--goal", "nobody").exit_code == 2


def test_progress_of_a_frontier_is_told_once_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    """Points so far, on standard error."""
    tell = PointsReporter()
    for seconds in (0.5, 1.2, 1.9, 2.3):
        tell(Swept(points=3, of=21, seconds=seconds))
    assert capsys.readouterr().err == "1 s: 3 of 21 points\n2 s: 3 of 21 points\n"


def test_evaluate_values_a_given_allocation(tmp_path: Path) -> None:
    """The contract's carry-over example, worked out by hand. (law U3)"""
    scenario = write(tmp_path, CARRY_OVER["scenario"])
    allocation = write(tmp_path, {"allocations": CARRY_OVER["evaluate"]}, "allocation.json")
    result = run("evaluate", scenario, allocation)
    assert result.exit_code == 0
    totals = json.loads(result.stdout)["totals"]
    expected = CARRY_OVER["expect"]
    for name in ("outcome", "total_outcome", "baseline_outcome"):
        assert totals[name] == expected[name]


@pytest.mark.parametrize(
    ("allocation", "problem"),
    [
        (
            {"allocations": [{"tactic": "radio", "period": "1", "spend": 1}]},
            "allocations[0].tactic: no tactic",
        ),
        ({"allocations": [{"tactic": "tv", "period": "9", "spend": 1}]}, "allocations[0].period: no period"),
        ({"allocations": [{"tactic": "tv", "spend": 1}]}, "allocations[0].period: is missing"),
        (
            {"allocations": [{"tactic": "tv", "period": "1", "spend": -1}]},
            "allocations[0].spend: must not be below",
        ),
        (
            {"allocations": [{"tactic": "tv", "period": "1", "spend": "1"}]},
            "allocations[0].spend: is not a number",
        ),
        ({"allocations": [{"tactic": "tv", "period": "1", "spend": 1}] * 2}, "allocations[1]: names a cell"),
        ({"spend": {}}, "allocations: is missing"),
    ],
)
def test_a_wrong_allocation_is_bad_input(tmp_path: Path, allocation: Document, problem: str) -> None:
    """Exit code 2, and the field is named."""
    scenario = write(tmp_path, CARRY_OVER["scenario"])
    result = run("evaluate", scenario, write(tmp_path, allocation, "allocation.json"))
    assert result.exit_code == 2
    assert problem in result.stderr


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b'{"name": "\xff"}',
        b'{"a": 1e999}',
        b'{"name": "x"}',
        json.dumps({**LINEAR, "colour": 1}).encode(),
    ],
    ids=range(6),
)
def test_bad_input_is_told_in_the_words_of_http(tmp_path: Path, raw: bytes) -> None:
    """Exit code 2, nothing on standard output, and the same text that HTTP answers."""
    file = tmp_path / "bad.json"
    file.write_bytes(raw)
    result = run("solve", file)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == refusal_of(raw).text() + "\n"


def test_a_file_that_cannot_be_read_is_bad_input(tmp_path: Path) -> None:
    """A missing file and a directory are told in a sentence."""
    for name, why in ((tmp_path / "none.json", "no such file"), (tmp_path, "is a directory")):
        result = run("solve", name)
        assert result.exit_code == 2
        assert why in result.stderr
        assert "Traceback" not in result.stderr


def test_a_file_that_is_too_long_is_not_read_to_its_end(tmp_path: Path) -> None:
    """The limit of the service holds for files."""
    file = tmp_path / "long.json"
    file.write_bytes(b" " * (LARGEST_BODY + 10))
    assert "longer than" in run("solve", file).stderr


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ({"plan": {}}, "scenario: is missing"),
        ({"scenario": {}, "plan": {}}, "is missing"),
        ({"scenario": LINEAR, "plan": {"status": "great"}}, "is missing"),
    ],
)
def test_what_is_no_record_cannot_be_compared(tmp_path: Path, record: Document, problem: str) -> None:
    """Exit code 2, and what is missing is named."""
    file = write(tmp_path, record)
    result = run("compare", file, file)
    assert result.exit_code == 2
    assert problem in result.stderr


def test_an_unexpected_failure_shows_no_traceback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What nobody foresaw ends with 1, one sentence, and the place, which a report of it needs."""

    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("app.offline.solve", broken)
    result = run("solve", write(tmp_path, LINEAR))
    assert result.exit_code == 1
    assert "secret" not in result.stderr
    assert "went wrong inside" in result.stderr
    assert "it was a RuntimeError in broken, test_cli.py:" in result.stderr


def test_progress_is_told_once_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing in the first second; then at most a line a second, with rounds and gap."""
    report = Reporter()
    for seconds, gap in ((0.2, None), (0.9, None), (1.1, None), (1.4, 0.5), (2.3, 0.125)):
        report(Progress(rounds=3, nodes=2, value=None, bound=None, gap=gap, seconds=seconds))
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["1 s: 3 rounds, 2 nodes, gap none yet", "2 s: 3 rounds, 2 nodes, gap 12.50%"]


def test_migrate_brings_a_database_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The layout of this release, twice in a row; a database that cannot be used ends with 2."""
    monkeypatch.setenv("HEADRACE_DATABASE_URL", f"sqlite:///{tmp_path / 'plans.sqlite3'}")
    assert run("migrate").exit_code == 0
    assert run("migrate").exit_code == 0
    monkeypatch.setenv("HEADRACE_DATABASE_URL", f"sqlite:///{tmp_path / 'none' / 'plans.sqlite3'}")
    result = run("migrate")
    assert result.exit_code == 2
    assert "cannot be used" in result.stderr


def test_a_wrong_setting_ends_every_command_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2, with the variable, its value and what it takes: no traceback, no field without a name."""
    monkeypatch.setenv("HEADRACE_DATABASE_SECONDS", "never")
    for command in (["serve"], ["worker"], ["migrate"], ["keys", "list"], ["backup", "copy"]):
        result = run(*command)
        assert result.exit_code == 2, command
        assert "HEADRACE_DATABASE_SECONDS is 'never'; it takes a whole number from 1 to 60" in result.stderr


def test_a_wrong_setting_is_one_line_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all that run as services, whatever is wrong."""
    monkeypatch.setenv("HEADRACE_AUTH", "maybe")
    monkeypatch.setenv("HEADRACE_PORT", "x")
    for command in ("serve", "worker", "migrate"):
        [line] = run(command).stderr.splitlines()
        told = json.loads(line)
        assert told["level"] == "error"
        assert "HEADRACE_AUTH is 'maybe'" in told["event"]
        assert "HEADRACE_PORT is 'x'" in told["event"]


def test_copies_and_migrations_say_that_they_are_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error."""
    monkeypatch.setenv("HEADRACE_DATABASE_URL", f"sqlite:///{tmp_path / 'plans.sqlite3'}")
    assert json.loads(run("migrate").stderr)["event"] == "database migrated"
    copied, restored = run("backup", str(tmp_path / "copy")), run("restore", str(tmp_path / "copy"), "--force")
    assert (copied.stdout, copied.stderr) == ("", "copied and checked: copy\n")
    assert (restored.stdout, restored.stderr) == ("", "brought back and checked: copy\n")


@pytest.mark.parametrize("url", ["nonsense", "mysql://me:secret@db/plans", "postgresql:/", ""])
def test_an_address_of_no_database_is_told(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Exit code 2 and the two forms there are; the password stays unsaid."""
    monkeypatch.setenv("HEADRACE_DATABASE_URL", url)
    for command in (["migrate"], ["worker"], ["keys", "list"]):
        result = run(*command)
        assert result.exit_code == 2, (command, result.output)
        assert "HEADRACE_DATABASE_URL is no address of a database" in result.stderr
        assert "secret" not in result.stderr


def test_serving_everybody_without_keys_is_bad_input() -> None:
    """Exit code 2 with the two ways out, before anything is listened to."""
    command = [sys.executable, "-m", "app.cli", "serve", "--host", "0.0.0.0", "--port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert "set HEADRACE_AUTH=keys" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    """Neither numpy nor the solver nor the web framework is loaded to print a help text."""
    script = "import sys, app.cli; print([m for m in ('numpy', 'pulp', 'highspy', 'fastapi') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_reader_that_has_had_enough_is_no_failure_to_report(tmp_path: Path) -> None:
    """`headrace evaluate … | head` says nothing on standard error."""
    scenario = write(tmp_path, CARRY_OVER["scenario"])
    allocation = write(tmp_path, {"allocations": CARRY_OVER["evaluate"]}, "allocation.json")
    command = [
        sys.executable,
        "-c",
        "from app.cli import main; main()",
        "evaluate",
        str(scenario),
        str(allocation),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    assert process.communicate()[1] == b""
    assert process.returncode == 1


def test_the_limit_of_files_is_that_of_documents() -> None:
    """An empty object is a document."""
    assert read_json(b"{}", LARGEST_BODY) == {}


def test_a_record_is_explained_in_sentences_or_as_json(tmp_path: Path) -> None:
    """Text for people unless JSON is asked for; both begin with the same headline."""
    record = run("solve", "--with-scenario", write(tmp_path, LINEAR)).stdout
    file = write(tmp_path, json.loads(record), "record.json")
    text, document = run("explain", file).stdout, json.loads(run("explain", "--json", file).stdout)
    assert text.splitlines()[:3] == [document["title"], "", document["headline"]["text"]]
    assert run("explain", write(tmp_path, LINEAR)).exit_code == 2


def test_export_writes_workbooks_and_csv(tmp_path: Path) -> None:
    """A record, two of them, a scenario, nothing: each has its file; a scenario's is solved like its JSON."""
    scenario = write(tmp_path, LINEAR)
    record = tmp_path / "record.json"
    record.write_text(run("solve", scenario, "--with-scenario").stdout)
    other = tmp_path / "other.json"
    other.write_text(record.read_text())
    wanted = {"plan.xlsx": [record], "both.xlsx": [record, other], "scenario.xlsx": [scenario], "empty.xlsx": []}
    for name, files in wanted.items():
        done = run("export", *files, "--to", tmp_path / name)
        assert (done.exit_code, done.stdout) == (0, ""), done.stderr
        assert (tmp_path / name).read_bytes().startswith(b"PK")
    assert run("export", record, "--to", tmp_path / "plan.csv", "--wide").exit_code == 0
    assert (tmp_path / "plan.csv").read_text("utf-8-sig").splitlines()[0] == "tactic,stage,all,total"
    plans = [json.loads(run("solve", file).stdout) for file in (scenario, tmp_path / "scenario.xlsx")]
    assert plans[0]["provenance"]["digest"] == plans[1]["provenance"]["digest"]


def test_the_ending_decides_what_is_exported(tmp_path: Path) -> None:
    """Nothing is written under a name that says something else, and only an allocation is CSV."""
    scenario = write(tmp_path, LINEAR)
    for names, to in (([], "p.pdf"), ([], "p"), ([scenario], "p.csv"), ([], "p.csv"), ([scenario], "p.xlsm")):
        done = run("export", *names, "--to", tmp_path / to)
        assert (done.exit_code, "--to: ends in" in done.stderr) == (2, True), done.stderr
        assert not (tmp_path / to).exists()


def test_export_and_solve_tell_what_is_wrong(tmp_path: Path) -> None:
    """A folder that is not there, a template that nobody filled in: exit code 2, and the cell."""
    nowhere = run("export", "--to", tmp_path / "no" / "such.xlsx")
    assert (nowhere.exit_code, "cannot be written" in nowhere.stderr) == (2, True)
    assert run("export", "--to", tmp_path / "empty.xlsx").exit_code == 0
    empty = run("solve", tmp_path / "empty.xlsx")
    assert (empty.exit_code, "Scenario!B5: name: is missing" in empty.stderr) == (2, True), empty.stderr


@pytest.mark.parametrize(
    ("command", "shown"), [("evaluate", "Café".encode()), ("compare", b"Caf?")], ids=["document", "table"]
)
def test_a_terminal_of_few_signs_is_shown_what_it_can(tmp_path: Path, command: str, shown: bytes) -> None:
    """Documents are UTF-8 wherever they go; tables have a question mark for what is not known there."""
    named = LINEAR | {"tactics": [tactic | {"name": f"Café {tactic['name']}"} for tactic in LINEAR["tactics"]]}
    scenario = write(tmp_path, named)
    records = [tmp_path / "first.json", tmp_path / "second.json"]
    for record in records:
        record.write_text(run("solve", scenario, "--with-scenario").stdout)
    files = {"evaluate": (scenario, records[0]), "compare": (*records, "--table")}[command]
    called = [sys.executable, "-m", "app.cli", command, *map(str, files)]
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path.cwd())}
    ended = subprocess.run(called, env=environment, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert shown in ended.stdout
