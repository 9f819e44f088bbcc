"""What the pages say is so: their links lead somewhere, their commands exist, their examples run."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
import typer.main

from app.cli import app

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path for folder in (".", "docs", "docs/decisions", "examples", "tests") for path in (ROOT / folder).glob("*.md")
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
PLACE = re.compile(r"`((?:app|optimizer|tests|docs|migrations|examples|benchmarks)/[\w./-]+)`")
LAW = re.compile(r"^\*\*(?:Law )?([A-Z]\d+)\.?\*\*", re.MULTILINE)
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
COMMANDS = set(typer.main.get_group(app).commands)

page = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def anchors(path: Path) -> set[str]:
    """What a heading of the page is linked by: lower case, words joined by hyphens."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", path.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@page
def test_links_lead_somewhere(path: Path) -> None:
    """Every link to a file, and to a heading of it."""
    for target in LINK.findall(FENCE.sub("", path.read_text())):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


@page
def test_places_in_the_code_exist(path: Path) -> None:
    """A file or folder that a page names in code is there."""
    missing = [place for place in PLACE.findall(path.read_text()) if not (ROOT / place).exists()]
    assert missing == []


@page
def test_commands_exist(path: Path) -> None:
    """`make …` and `headrace …` are targets and commands that there are."""
    text = path.read_text()
    assert set(re.findall(r"(?:`|^\$? ?)make ([a-z]+)\b", text, re.MULTILINE)) <= TARGETS
    assert set(re.findall(r"(?:`|^(?:\$ )?)headrace ([a-z]+)\b", text, re.MULTILINE)) <= COMMANDS


@page
def test_examples_run(path: Path) -> None:
    """Every `>>>` gives what the page says."""
    assert doctest.testfile(str(path), module_relative=False, encoding="utf-8").failed == 0


def test_every_page_is_reached_from_the_readme() -> None:
    """Starting at README.md and following links, no page of docs/ is left out."""
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        here = waiting.pop()
        if here in reached:
            continue
        reached.add(here)
        links = (here.parent / target.partition("#")[0] for target in LINK.findall(here.read_text()))
        waiting += [link.resolve() for link in links if link.suffix == ".md" and link.exists()]
    assert {path for path in PAGES if path.is_relative_to(ROOT / "docs")} - reached == set()


def test_laws_that_tests_cite_are_stated() -> None:
    """A test that names a law of docs/conventions.md names one that stands there; each stands once."""
    laws = LAW.findall((ROOT / "docs" / "conventions.md").read_text())
    cited = {
        law
        for path in (ROOT / "tests").rglob("test_*.py")
        for law in re.findall(r"\blaw ([A-Z]\d+)\b", path.read_text())
    }
    assert len(laws) == len(set(laws))
    assert laws
    assert cited <= set(laws)
