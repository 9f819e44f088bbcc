"""Time and memory of refusing each hostile file at every address that takes files, and on the command line.

`python benchmarks/bad_uploads.py`: CPU time of the service and its workers, and what they grow by at their peak
together, for each request; on the command line the same of its process, beside an import of a small sound file.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import httpx

from benchmarks.bad_files import others
from tests.optimizer.sources.tables.hostile import MAKERS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SOUND = b"tactic,family,slope\ntv,linear,1.5\n"
SCENARIO = {
    "name": "s", "currency": "EUR", "objective": {"maximize": "revenue"}, "budget": {"at_most": 100},
    "tactics": [{"name": "tv", "stage": "upstream", "response": {"family": "linear", "slope": 2.0}}],
}  # fmt: skip
TICK = os.sysconf("SC_CLK_TCK")
Send = Callable[[httpx.Client, bytes], httpx.Response]


def body(address: str, media: str) -> Send:
    """The file as the body."""
    return lambda client, raw: client.post(address, content=raw, headers={"Content-Type": media})


def form(address: str) -> Send:
    """The file as a part of a form."""
    return lambda client, raw: client.post(address, files={"file": ("file", raw)})


def addresses(plan: str) -> dict[str, Send]:
    """Everything that takes files, in each manner."""
    binary = "application/octet-stream"
    return {
        "/v1/imports": body("/v1/imports", binary),
        "/v1/imports, a form": form("/v1/imports"),
        "/v1/imports/charts": body("/v1/imports/charts/svg", binary),
        "/v1/curve-sets": body("/v1/curve-sets?name=x", binary),
        "/v1/plans": body("/v1/plans", XLSX),
        "/v1/scenarios/from-workbook": body("/v1/scenarios/from-workbook", XLSX),
        "/v1/reconciliations, XLSX": body(f"/v1/reconciliations?plan={plan}", XLSX),
        "/v1/reconciliations, CSV": body(f"/v1/reconciliations?plan={plan}", "text/csv"),
        "/v1/actuals, XLSX": body("/v1/actuals", XLSX),
        "/v1/actuals, CSV": body("/v1/actuals", "text/csv"),
        "page of curve sets": form("/curve-sets"),
        "page of actuals": form(f"/plans/{plan}/actuals"),
    }


@contextmanager
def service(folder: Path) -> Iterator[tuple[int, httpx.Client]]:
    """The service as `headrace serve` starts it."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    environment = os.environ | {
        "HEADRACE_DATABASE_URL": f"sqlite:///{folder / 'd.sqlite3'}",
        "HEADRACE_LOG_LEVEL": "error",
    }
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        try:
            for _ in range(200):
                try:
                    if client.get("/healthz").status_code == 200:
                        break
                except httpx.TransportError:
                    time.sleep(0.2)
            yield process.pid, client
        finally:
            process.terminate()
            process.wait(30)


def family(root: int) -> list[int]:
    """A process and all that it started."""
    found = [root]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found


def cpu(pids: list[int]) -> float:
    """Seconds so far."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def memory(pid: int, field: str) -> float:
    """VmHWM or VmRSS [MB]; 0 for a process that is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(field)), 0.0)


def measured(root: int, client: httpx.Client, send: Send, raw: bytes) -> tuple[float, float, str]:
    """CPU seconds, megabytes at the peak, and the outcome of one request."""
    pids = family(root)
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    before, start = {pid: memory(pid, "VmRSS") for pid in pids}, cpu(pids)
    answer = send(client, raw)
    grown = sum(max(0.0, memory(pid, "VmHWM") - before[pid]) for pid in pids)
    kind = answer.headers.get("content-type", "").partition(";")[0]
    said = answer.json()["code"] if kind == "application/problem+json" else "page"
    return cpu(pids) - start, grown, f"{answer.status_code} {said}"


def command_line(raw: bytes, folder: Path) -> tuple[float, float, str]:
    """The same of `headrace import`, its whole process and the worker that it starts."""
    file = folder / "file"
    file.write_bytes(raw)
    script = (
        "import resource, subprocess, sys\n"
        f"done = subprocess.run([sys.executable, '-m', 'app.cli', 'import', {str(file)!r}], capture_output=True)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, done.returncode)"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    return float(told[0]), float(told[1]), f"exit code {told[2]}"


def main() -> None:
    """The worst of every address, and anything that was not refused."""
    made = {name: make for name, (_, make) in MAKERS.items()} | others()
    files = {name: make() for name, make in made.items() if "changed" not in name or name.endswith(", 0")}
    with tempfile.TemporaryDirectory() as folder:
        with service(Path(folder)) as (root, client):
            plan = client.post("/v1/plans", content=json.dumps(SCENARIO), headers={"Content-Type": "application/json"})
            for address, send in addresses(plan.json()["id"]).items():
                send(client, SOUND)
                seen = {name: measured(root, client, send, raw) for name, raw in files.items()}
                report(address, seen, lambda said: said[:1] == "4")
        usual = command_line(SOUND, Path(folder))
        told = {name: command_line(raw, Path(folder)) for name, raw in files.items()}
        seen = {name: (own[0] - usual[0], own[1] - usual[1], own[2]) for name, own in told.items()}
        report("headrace import", seen, lambda said: said == "exit code 2")


def report(where: str, seen: dict[str, tuple[float, float, str]], refused: Callable[[str], bool]) -> None:
    """One line for an address."""
    slow = max(seen, key=lambda name: seen[name][0])
    large = max(seen, key=lambda name: seen[name][1])
    print(
        f"{where}: {len(seen)} files, at most {seen[slow][0]:.2f} s ({slow}), {seen[large][1]:.0f} MB ({large})",
        flush=True,
    )
    for name, (_, _, said) in seen.items():
        if not refused(said):
            print(f"    {name}: {said}", flush=True)


if __name__ == "__main__":
    main()
