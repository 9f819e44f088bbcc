"""Records of plans, as the command line reads them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.test_cli import LINEAR, run, write

COMMANDS = (("explain",), ("risk",), ("export", "--to", "plan.xlsx"))


@pytest.fixture(scope="module")
def record() -> str:
    """What `headrace solve --with-scenario` writes."""
    return run("solve", "-", "--with-scenario", given=json.dumps(LINEAR).encode()).stdout


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: str(words[0]))
def test_a_plan_beside_another_scenario_is_no_record(
    record: str, tmp_path: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edited scenario would be told what was proved of another one; the file is named."""
    monkeypatch.chdir(tmp_path)
    edited = json.loads(record)
    edited["scenario"]["budget"]["at_most"] = 500.0
    result = run(*words, write(tmp_path, edited, "edited.json"))
    assert result.exit_code == 2
    assert "edited.json.plan: answers another scenario than the one beside it" in result.stderr


@pytest.mark.parametrize(
    ("part", "told"),
    [("scenario", "scenario.tactics: is missing; add it"), ("plan", "plan: is not an object; put its fields between")],
)
def test_what_is_wrong_with_a_record_is_told_with_its_file(record: str, tmp_path: Path, part: str, told: str) -> None:
    """Of six that are compared, somebody has to know which; and in the words that every other document has."""
    broken = json.loads(record)
    broken[part] = {"scenario": {key: value for key, value in broken["scenario"].items() if key != "tactics"}}.get(part)
    result = run("compare", write(tmp_path, json.loads(record), "whole.json"), write(tmp_path, broken, "broken.json"))
    assert result.exit_code == 2
    assert f"broken.json.{told}" in result.stderr
