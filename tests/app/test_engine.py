"""A process that only works: its figures."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from app.config import Settings, SettingsError
from app.engine import telling
from app.routes.counting import Metrics
from tests.app.databases import lay_out
from tests.app.test_server import _free_port


def test_a_worker_gives_its_figures(tmp_path: Path) -> None:
    """On the port of the setting, on loopback, while it works; its log says when it began and that it ended."""
    url, port = f"sqlite:///{tmp_path / 'plans.sqlite3'}", _free_port()
    lay_out(url)
    own = {"HEADRACE_DATABASE_URL": url, "HEADRACE_METRICS_PORT": str(port), "PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, "-m", "app.cli", "worker"]
    worker = subprocess.Popen(command, env=os.environ | own, stderr=subprocess.PIPE, text=True)
    try:
        text = _read(f"http://127.0.0.1:{port}/metrics")
        for name in ("headrace_solves_total", "headrace_solvers_alive", "headrace_jobs_queued", "headrace_job_oldest"):
            assert name in text
    finally:
        worker.send_signal(signal.SIGTERM)
    _, log = worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert [json.loads(line)["event"] for line in log.splitlines()] == ["worker began", "worker ended"]


def _read(address: str) -> str:
    for _ in range(600):  # the port is open before the solvers are warm
        try:
            text = httpx.get(address).text
        except httpx.TransportError:
            text = ""
        if "headrace_solvers_alive" in text:
            return text
        time.sleep(0.1)
    raise AssertionError("no figures")


def test_without_a_port_nothing_listens() -> None:
    """Nothing is opened that nobody asked for; a port that is taken is told by the setting's name."""
    with telling(Settings(), Metrics()):
        pass
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = Settings(metrics_port=taken.getsockname()[1])
        with pytest.raises(SettingsError, match="HEADRACE_METRICS_PORT"), telling(settings, Metrics()):
            pass
