"""`headrace demo`: the service for a moment, two real scenarios, and their plans side by side."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from rich.console import Console

from app.schemas.comparison import ComparisonOut
from app.schemas.plan import PlanOut, ProvenanceOut
from app.tables import show_comparison, show_plan
from optimizer.errors import HeadraceError

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
PATIENCE = 60.0  # seconds for one answer, the service's start included
FAREWELL = 10.0  # seconds the service has to end by itself

Document = dict[str, Any]


class DemoError(HeadraceError):
    """The demonstration cannot go on."""


def run(examples: Path = EXAMPLES) -> None:
    """Make the plans over HTTP and print them; the service and its database are gone afterwards."""
    console = Console()
    scenarios = [_example(examples / name) for name in ("robyn.json", "full_funnel.json")]
    free = _without_rule(scenarios[1], "brand share")
    with _interruptible(), _folder() as folder, _service(folder) as address:
        console.print(f"The service listens on {address}, with a fresh database.\n", markup=False)
        plans = [_plan(address, scenario, console) for scenario in (*scenarios, free)]
        _compare(address, dict(plans[1:]), console)
    console.print("The service has ended and its database is removed.")


def call(address: str, path: str, document: Document | None = None) -> Document:
    """The service's answer to a GET, or to a POST of `document`."""
    body = None if document is None else json.dumps(document).encode()
    headers = {"Content-Type": "application/json", "Prefer": f"wait={PATIENCE:g}"}  # the plan, not a job
    request = Request(address + path, data=body, headers=headers)
    try:
        with urlopen(request, timeout=PATIENCE) as response:
            answer: Document = json.load(response)
            return answer
    except HTTPError as error:
        raise _refusal(error) from None
    except (URLError, OSError):
        raise DemoError("no_answer", "", "the service did not answer", "see what it logged above") from None


def _plan(address: str, scenario: Document, console: Console) -> tuple[str, str]:
    """Make a plan and show it; its id and its name."""
    answer = call(address, "/v1/plans", scenario)
    shown = PlanOut.model_validate(
        {name: answer[name] for name in PlanOut.model_fields} | {"provenance": _made(answer)}
    )
    show_plan(f"{scenario['name']} [{scenario['currency']}]", shown, console)
    return answer["id"], scenario["name"]


def _made(answer: Document) -> Document:
    """How the plan was made; what is stored says besides what it was made from."""
    return {name: answer["provenance"][name] for name in ProvenanceOut.model_fields}


def _compare(address: str, names: Mapping[str, str], console: Console) -> None:
    comparison = ComparisonOut.model_validate(call(address, f"/v1/comparisons?plans={','.join(names)}"))
    show_comparison(comparison.named(names), console)


def _example(path: Path) -> Document:
    try:
        document: Document = json.loads(path.read_bytes())
        return document
    except OSError:
        raise DemoError("no_examples", path.name, "is not here", "run the demo from a checkout") from None


def _without_rule(scenario: Document, rule: str) -> Document:
    """What a rule costs shows beside the plan that is free of it."""
    kept = [each for each in scenario["rules"] if each["name"] != rule]
    return scenario | {"name": f"The same without {rule}", "rules": kept}


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="headrace-demo-") as folder:
        yield Path(folder)


@contextmanager
def _service(folder: Path) -> Iterator[str]:
    """The service on a loopback port of its own; it is ended whatever happens inside."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        process = _start(listening.fileno(), folder)
    try:
        call(address, "/readyz")
        yield address
    finally:
        _end(process)


def _start(fileno: int, folder: Path) -> subprocess.Popen[bytes]:
    """Uvicorn on the open socket: the port cannot be lost to another, and callers wait until it is up."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("HEADRACE_")}
    settings = {
        "HEADRACE_DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}",
        "HEADRACE_WORKERS": "1",
        "HEADRACE_LOG_LEVEL": "error",
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [own.get("PYTHONPATH")])]),
    }
    command = [sys.executable, "-m", "uvicorn", "--factory", "app.main:create_app"]
    return subprocess.Popen(
        [*command, "--fd", str(fileno), "--log-level", "error"],
        env=own | settings,
        pass_fds=[fileno],
        start_new_session=True,  # Ctrl-C is for us: we end the service in good order
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(FAREWELL)
    finally:
        process.kill()
        process.wait()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Being asked to end is treated as Ctrl-C: nothing is left running."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _refusal(error: HTTPError) -> DemoError:
    try:
        fault = json.load(error)["errors"][0]
        return DemoError(fault["code"], fault["path"], fault["problem"], fault["remedy"])
    except (ValueError, LookupError, TypeError):
        return DemoError("no_answer", "", f"the service answered {error.code}", "see what it logged above")
