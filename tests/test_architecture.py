"""What a machine can hold of the design: which room names which, sizes, and that nothing is half added."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from optimizer.formulation.rules import WRITERS
from optimizer.problem.rules import RULES
from optimizer.version import VERSION

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LONGEST = 400  # lines of one file
SECTIONS = dict(
    re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", (ROOT / "docs" / "rules.md").read_text(), re.MULTILINE | re.DOTALL)
)
PARTS = ("Statement.", "Formula.", "Price.", "Writes.")  # of a rule's section, beside its table of fields
PLACES = re.compile(r"(?<![\w.~-])/(?:home|work|root|Users|mnt)/\w")
ADDRESSES = re.compile(r"https?://\S*(?:pypi|pythonhosted|/simple\b)|--(?:extra-)?index-url[ =]|find-links")


def committed() -> list[Path]:
    """Every file under version control."""
    asked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if asked.returncode:
        pytest.skip("not a git checkout")
    return [path for name in asked.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """The file as text; what is no UTF-8 is no text of ours."""
    return path.read_bytes().decode("utf-8", "ignore")


def test_arrows_point_downward() -> None:
    """The contracts of pyproject.toml hold."""
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_no_file_is_longer_than_it_can_be_read() -> None:
    """400 lines at the most."""
    lengths = {path: len(text_of(path).splitlines()) for path in committed() if path.suffix == ".py"}
    assert {str(path) for path, lines in lengths.items() if lines > LONGEST} == set()


def test_the_version_is_stated_once_and_again() -> None:
    """pyproject.toml and the library say the same."""
    assert PROJECT["project"]["version"] == VERSION


def test_the_locks_agree() -> None:
    """What is tested is what is served: every pin of the one lock is a pin of the other."""
    serve, test = (
        set(re.findall(r"^[\w.-]+==.*?(?= \\)", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert serve
    assert serve <= test


def test_every_kind_of_rule_is_written() -> None:
    """A kind has its file in `problem/rules`, its rows in `formulation/rules`, its section in docs/rules.md."""
    for folder in ("problem", "formulation"):
        files = {path.stem for path in (ROOT / "optimizer" / folder / "rules").glob("*.py")}
        assert files - {"__init__", "base"} == set(RULES)
    assert set(WRITERS) == set(RULES)
    assert set(SECTIONS) == set(RULES)


@pytest.mark.parametrize("kind", RULES)
def test_every_kind_of_rule_is_explained_and_tested(kind: str) -> None:
    """What it states, every field of the wire, its formula, what its price means, what it writes; and a test."""
    section = SECTIONS[kind]
    assert [part for part in PARTS if f"**{part}**" not in section] == []
    fields = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    assert fields == set(RULES[kind].__dataclass_fields__) - {"kind", "unit", "priced", "limiting"}
    stated = re.compile(rf"""["']rule["']: ["']{kind}["']""")
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    assert any(stated.search(path.read_text()) for path in tests)


def test_no_file_names_a_machine_or_an_index() -> None:
    """A checkout works anywhere: no absolute place of somebody's machine, no address of a package index."""
    found = {
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in committed()
        for pattern in (PLACES, ADDRESSES)
        for match in pattern.finditer(text_of(path))
    }
    assert {entry for entry in found if not entry.startswith("tests/test_architecture.py")} == set()
