"""`headrace import`, with the real library in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.schemas.curve_set import CurveSetIn
from tests.optimizer.sources.meridian_messages import message
from tests.optimizer.sources.test_meridian import as_binary

RUNNER = CliRunner()
POINTS = "tactic,spend,outcome\ntv,0,0\ntv,10.5,4\ntv,20,7\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with two files."""
    monkeypatch.chdir(tmp_path)
    Path("mmm.binpb").write_bytes(as_binary(message()).raw)
    Path("points.csv").write_text(POINTS)
    return tmp_path


def test_a_curve_set_is_printed(folder: Path) -> None:
    """On standard output, as JSON; nothing else stands there."""
    done = RUNNER.invoke(app, ["import", "points.csv", "--currency", "EUR"])
    assert done.exit_code == 0, done.output
    CurveSetIn.model_validate(json.loads(done.stdout)).check()
    assert (folder / "points.csv").exists()


def test_everything_is_written(folder: Path) -> None:
    """Curve set, scenarios and picture go to files, the report to standard output."""
    asked = ["import", "mmm.binpb", "--out", "c.json", "--scenarios", "s.json", "--plot", "c.svg"]
    done = RUNNER.invoke(app, asked)
    assert done.exit_code == 0, done.output
    assert "figures of the file checked" in done.stdout
    assert "All Channels" in done.stdout
    assert len(json.loads((folder / "c.json").read_text())["curves"]) == 3
    (scenario,) = json.loads((folder / "s.json").read_text())
    assert scenario["budget"] == {"exactly": 700.0}
    assert (folder / "c.svg").read_text().startswith("<svg")


@pytest.mark.usefixtures("folder")
def test_a_template_is_a_file_to_import() -> None:
    """Printed, saved, imported."""
    printed = RUNNER.invoke(app, ["import", "--template", "judgements"])
    Path("j.csv").write_text(printed.stdout)
    assert RUNNER.invoke(app, ["import", "j.csv"]).exit_code == 0


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["none.csv"], "none.csv: cannot be read"),
        ([], "FILE: is missing"),
        (["points.csv", "--fit", "bell"], "fit"),
        (["points.csv", "--carry-over", "window"], "periods"),
        (["points.csv", "--plot", "x.gif"], "--plot"),
        (["points.csv", "--out", "no/such/folder"], "cannot be written"),
        (["--template", "none"], "template"),
        (["points.csv", "--data", "none.csv"], "none.csv"),
    ],
)
def test_what_is_wrong_is_told(asked: list[str], told: str) -> None:
    """On standard error, with exit code 2."""
    done = RUNNER.invoke(app, ["import", *asked])
    assert done.exit_code == 2
    assert told in done.stderr
    assert done.stdout == ""
