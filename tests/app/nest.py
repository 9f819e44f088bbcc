"""Processes of the service, forked from one that has imported it: `begun` is their start without the seconds of that.

`python -m tests.app.nest` answers each line of its input, a JSON object: what to begin, with the process id of a fork
that does it as `python -m …` or `python -c …` would; or which fork to look at, with what it ended with, or null.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

IMPORTED = ("app.server", "app.administration", "app.intake", "tests.app.counting")  # not app.cli, which is run
HOURS = 3 * 3600.0  # that nobody needs: `make deep` takes its time
PAUSE = 0.01  # seconds between looks at one that is waited for


class Begun:
    """A process that was begun, to be told and waited for like one of `subprocess`."""

    def __init__(self, nest: _Nest, pid: int) -> None:
        self._nest = nest
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """What it ended with; None while it lives."""
        if self.returncode is None:
            self.returncode = self._nest.answer({"pid": self.pid})
        return self.returncode

    def wait(self, timeout: float = 600.0) -> int:
        """What it ended with; subprocess.TimeoutExpired when it has not."""
        until = time.monotonic() + timeout
        while (ended := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(PAUSE)
        return ended

    def send_signal(self, number: int) -> None:
        """Unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """At once."""
        self.send_signal(signal.SIGKILL)


def begun(command: list[str], folder: Path, log: Path, environment: Mapping[str, str]) -> Begun:
    """`python COMMAND` in that folder, all that it says appended to the log."""
    nest = _nest()
    told = {"command": command, "folder": str(folder), "log": str(log), "environment": dict(environment)}
    return Begun(nest, nest.answer(told))


def answered(command: list[str], folder: Path) -> Any:
    """What `python COMMAND` prints last, a JSON value, when it has ended well."""
    log = folder / "log"
    ended = begun(command, folder, log, os.environ).wait(HOURS)
    told = log.read_text()
    assert ended == 0, told
    return json.loads(told.splitlines()[-1])


class _Nest:
    """The one that everything is forked from."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.app.nest"]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(
            command, env=environment, cwd=Path(__file__).parents[2], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._lock = threading.Lock()
        atexit.register(self._process.wait)
        atexit.register(self._process.stdin.close)  # type: ignore[union-attr]  # first: then it ends

    def answer(self, told: dict[str, Any]) -> Any:
        with self._lock:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(told).encode() + b"\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())


_nest = cache(_Nest)


def _fork() -> dict[str, Any]:
    """Answer until there is no more input; in a fork, what it has to do."""
    for line in sys.stdin:
        told: dict[str, Any] = json.loads(line)
        if "pid" in told:
            pid, status = os.waitpid(told["pid"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        elif (answer := os.fork()) == 0:
            return told
        print(json.dumps(answer), flush=True)
    return {}


def _live(told: dict[str, Any]) -> None:
    os.chdir(told["folder"])
    os.environ.clear()
    os.environ.update(told["environment"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    log = os.open(told["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(log, 1)
    os.dup2(log, 2)
    match told["command"]:
        case ["-m", module, *arguments]:
            sys.argv = [module, *arguments]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case ["-c", script]:
            exec(script, {"__name__": "__main__"})


if __name__ == "__main__":
    for name in IMPORTED:
        import_module(name)
    gc.freeze()
    if todo := _fork():
        _live(todo)
