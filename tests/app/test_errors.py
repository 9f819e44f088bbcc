"""Failures as problems, and the table of their codes."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.errors import (
    KINDS,
    BodyError,
    BodyTooLargeError,
    BusyError,
    ForbiddenError,
    NotFoundError,
    RefusedError,
    StaleError,
    UnconditionalError,
    UnknownCallerError,
    problem_from,
    problem_of,
)
from app.routes.manual import _MEANINGS
from app.routes.problems import _WIRE, _WORDS
from app.schemas.scenario import ScenarioIn
from optimizer.errors import FileError, HeadraceError, LimitError, ScenarioError, SolverFault

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"[a-z]+(_[a-z0-9]+)*\*?")
COMMANDS = {
    "backup.py",
    "offline.py",
    "intake.py",
    "workspaces.py",
    "doubles.py",
}  # their codes are met on a terminal only
SECTIONS = [
    re.findall(r"^\| `([a-z0-9_]+)` \|", section, re.MULTILINE)
    for section in (ROOT / "docs" / "errors.md").read_text().split("\n## ")
]
DOCUMENTED = {code for section in SECTIONS for code in section}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (BodyError, 400),
        (UnknownCallerError, 401),
        (ForbiddenError, 403),
        (NotFoundError, 404),
        (RefusedError, 409),
        (StaleError, 412),
        (UnconditionalError, 428),
        (LimitError, 413),
        (BodyTooLargeError, 413),
        (ScenarioError, 422),
        (FileError, 422),
        (SolverFault, 503),
        (BusyError, 503),
        (HeadraceError, 500),
    ],
)
def test_each_family_of_errors_has_its_status(kind: type[HeadraceError], status: int) -> None:
    """The status follows from whose move is next."""
    problem = problem_of(kind("some_code", "a.b", "is wrong", "mend it"))
    assert problem.status == status
    assert problem.code == "some_code"
    assert problem.detail == "a.b: is wrong; mend it"


def test_a_problem_is_plain_data() -> None:
    """It turns into JSON as it is, with the members of RFC 9457."""
    document = json.loads(json.dumps(problem_from(ScenarioError("c", "p", "is wrong", "mend it")).as_dict()))
    assert document == {
        "type": "urn:headrace:problem:invalid",
        "title": "The data cannot be meant as it stands",
        "status": 422,
        "code": "c",
        "detail": "p: is wrong; mend it",
        "errors": [{"code": "c", "path": "p", "problem": "is wrong", "remedy": "mend it"}],
        "more": 0,
    }


def test_what_nobody_expected_says_nothing_of_its_inside() -> None:
    """An unexpected exception is a 500 without its message."""
    problem = problem_of(RuntimeError("secret"))
    assert (problem.status, problem.code) == (500, "internal_error")
    assert "secret" not in str(problem.as_dict()) + problem.text()


def test_people_read_one_line_for_each_fault() -> None:
    """The text lists the title and every fault with its remedy."""
    with pytest.raises(ValidationError) as caught:
        ScenarioIn.model_validate({"name": "x", "currency": "EUR", "tactics": 3})
    assert problem_of(caught.value).text().splitlines() == [
        "The data cannot be meant as it stands:",
        "  objective: is missing; add it",
        "  tactics: is not a list; put its entries between [ and ]",
    ]


def test_a_field_name_is_shown_short_and_printable() -> None:
    """A path is no way to have a document sent back."""
    with pytest.raises(ValidationError) as caught:
        ScenarioIn.model_validate({"\x1b[31m" + "x" * 5000: 1})
    unknown = [fault for fault in problem_of(caught.value).errors if fault.code == "unknown_field"]
    assert len(unknown) == 1
    assert len(unknown[0].path) <= 61
    assert unknown[0].path.startswith("?[31m")


def test_every_code_is_in_the_table() -> None:
    """docs/errors.md lists every code that the sources hold, once a section, and none besides."""
    assert [code for section in SECTIONS for code in set(section) if section.count(code) > 1] == []
    codes = {code for _, nodes in _sources() for code in _codes(nodes)}
    families = {code.removesuffix("*") for code in codes if code.endswith("*")}
    plain = {code for code in codes if not code.endswith("*")}
    assert plain - DOCUMENTED == set()
    assert {code for code in DOCUMENTED - plain if not code.startswith(tuple(families))} == set()


def test_the_table_of_failures_is_whole() -> None:
    """docs/http.md has each code beside its status, but for the findings of 422 and what only commands meet."""
    table = re.findall(r"^\| (\d{3}) \| (.*?) \|", (ROOT / "docs" / "http.md").read_text(), re.MULTILINE)
    told = {(int(status), code) for status, cell in table for code in re.findall(r"`(\w+)`", cell)}
    statuses = {kind.__name__: family.status for kind, family in KINDS}
    met = {(status, code) for words in (_WORDS, _WIRE) for status, (code, *_) in words.items()}
    for file, nodes in _sources():
        calls = (each for each in nodes if isinstance(each, ast.Call) and each.args)
        for call in calls if file not in COMMANDS else ():
            status = statuses.get(_name(call.func), 422)
            met |= {(status, code) for code in _code(call.args[0]) if status != 422}
    named = {(404, "unknown_scenario"), (404, "unknown_curve_set")}
    assert met - {(404, "unknown_*")} | named | {(413, "body_too_large"), (500, "internal_error")} == told
    assert {str(status) for status in _MEANINGS} <= {status for status, _ in table}


@cache
def _sources() -> list[tuple[str, list[ast.AST]]]:
    """The name of each file, and all the calls and tuples in it: it is read once for all tests."""
    files = [file for room in ("app", "optimizer") for file in (ROOT / room).rglob("*.py")]
    trees = [(file.name, ast.parse(file.read_text())) for file in files]
    return [(name, [node for node in ast.walk(tree) if isinstance(node, ast.Call | ast.Tuple)]) for name, tree in trees]


def _codes(nodes: list[ast.AST]) -> Iterator[str]:
    """Codes are the first argument of an error, or the first of three words (code, problem, remedy)."""
    for node in nodes:
        if isinstance(node, ast.Call) and _makes_an_error(node.func):
            yield from (code for argument in _first_and_last(node) for code in _code(argument))
        elif isinstance(node, ast.Tuple) and len(node.elts) == 3 and all(map(_is_a_sentence, node.elts[1:])):
            yield from _code(node.elts[0])


def _name(function: ast.expr) -> str:
    found: str = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return found


def _makes_an_error(function: ast.expr) -> bool:
    name = _name(function)
    return name.endswith(("Error", "Fault", "_fault")) or name in ("_fixed", "one_of", "_unusable")


def _first_and_last(call: ast.Call) -> list[ast.expr]:
    if isinstance(call.func, ast.Name) and call.func.id == "one_of":
        return call.args[-1:]
    return call.args[:1]


def _code(argument: ast.expr) -> Iterator[str]:
    match argument:
        case ast.Constant(value=str(text)) if CODE.fullmatch(text):
            yield text
        case ast.JoinedStr(values=[ast.Constant(value=str(prefix)), *_]) if CODE.fullmatch(prefix.strip("_")):
            yield f"{prefix}*"


def _is_a_sentence(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    )
