"""What the pages say is so: their links lead somewhere, their commands exist, their examples run."""

from __future__ import annotations

import doctest
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from rich.console import Console

from app.cli import app
from app.schemas.plan import PlanOut
from app.schemas.scenario import read_scenario
from app.tables import show_plan
from optimizer.optimize import optimize

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path for folder in (".", "docs", "docs/decisions", "examples", "tests") for path in (ROOT / folder).glob("*.md")
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
PLACE = re.compile(r"`((?:app|optimizer|tests|docs|migrations|examples|benchmarks)/[\w./-]+)`")
LAW = re.compile(r"^\*\*([A-Z]\d+)\.\*\*", re.MULTILINE)
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


def test_every_decision_is_in_their_list() -> None:
    """Under its own title."""
    folder = ROOT / "docs/decisions"
    listed = (folder / "README.md").read_text()
    for path in folder.glob("0*.md"):
        title = re.sub(r"^# \d{4}:? ", "", path.read_text().splitlines()[0])
        assert f"| [{path.name[:4]}]({path.name}) | {title} |" in listed, path.name


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


def test_the_readme_shows_a_real_answer() -> None:
    """Every field of the JSON in README.md is what the example gives; slopes and prices to the digits shown."""
    [shown] = re.findall(r"^```json\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    document = json.loads(shown)
    scenario = read_scenario((ROOT / "examples" / "robyn.json").read_bytes())
    plan = PlanOut.from_domain(optimize(scenario)).model_dump(mode="json")
    assert document.pop("id").startswith("plan_")
    assert document["provenance"].pop("solver").startswith("HiGHS")
    differing = [*different(document, plan | {"name": scenario.name}, "")]
    assert differing == []


def different(shown: Any, given: Any, path: str) -> Iterator[str]:
    """Paths of `shown` at which `given` is something else; what `shown` leaves out is not looked at."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            yield from different(value, given[name], f"{path}.{name}")
    elif isinstance(shown, list):
        assert len(shown) == len(given), path
        for position, value in enumerate(shown):
            yield from different(value, given[position], f"{path}[{position}]")
    elif shown != given and not (isinstance(shown, float) and shown == pytest.approx(given, rel=5e-5, abs=1e-12)):
        yield f"{path}: {shown} is {given}"


def test_the_readme_shows_the_demo() -> None:
    """The table in README.md is the one that `headrace demo` prints of its second example."""
    excerpt = next(block for block in FENCE.findall((ROOT / "README.md").read_text()) if "┏" in block)
    scenario = read_scenario((ROOT / "examples" / "full_funnel.json").read_bytes())
    console = Console(record=True, file=io.StringIO(), width=110)
    show_plan(f"{scenario.name} [{scenario.currency}]", PlanOut.from_domain(optimize(scenario)), console)
    printed = [line.rstrip() for line in console.export_text().splitlines()]
    assert [line for line in excerpt.splitlines()[1:-1] if line not in printed] == []


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


def test_every_law_is_cited_by_a_test() -> None:
    """Laws of docs/conventions.md stand once each, and tests cite them all: `(law U2)`; they cite no other."""
    laws = LAW.findall((ROOT / "docs" / "conventions.md").read_text())
    cited = {
        law
        for path in (ROOT / "tests").rglob("test_*.py")
        for group in re.findall(r"\(law ([A-Z]\d+(?:, [A-Z]\d+)*)\)", path.read_text())
        for law in group.split(", ")
        if path != Path(__file__)
    }
    assert len(laws) == len(set(laws))
    assert cited == set(laws)
