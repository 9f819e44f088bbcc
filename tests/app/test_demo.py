"""The demonstration: it starts a service, shows plans, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.demo import DemoError, run
from tests.app.schemas.samples import refusal
from tests.oracles import instances

LINEAR: dict[str, Any] = {
    "name": "linear",
    "currency": "EUR",
    "objective": {"maximize": "revenue"},
    "budget": {"at_most": 1000},
    "tactics": [
        {"name": "tv", "stage": "upstream", "response": {"family": "linear", "slope": 2}},
        {"name": "search", "stage": "downstream", "response": {"family": "linear", "slope": 3}},
    ],
}
SHARE = {"rule": "share_range", "name": "brand share", "scope": {"stage": "upstream"}, "at_least": 0.4}
SCRIPT = """
import signal, sys
from pathlib import Path
from app.demo import run
signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background inherits deaf ears
run(Path(sys.argv[1]))
"""


def examples(folder: Path, second: Mapping[str, Any]) -> Path:
    """A folder with two examples."""
    (folder / "robyn.json").write_text(json.dumps(LINEAR))
    (folder / "full_funnel.json").write_text(json.dumps(second))
    return folder


def is_open(port: int) -> bool:
    """Whether anybody listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_it_shows_plans_and_their_comparison_and_cleans_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plans, certificates in words and the comparison are printed; the port is closed, the database gone."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run(examples(tmp_path, LINEAR | {"name": "full", "rules": [SHARE]}))
    shown = capsys.readouterr().out
    assert "no plan can be better by more than 0.0001 %" in shown
    assert "2,600" in shown
    assert "Every allocation on the curves of full" in shown
    assert "brand share" in shown
    assert not is_open(int(re.findall(r"127\.0\.0\.1:(\d+)", shown)[0]))
    assert list(tmp_path.glob("headrace-demo-*")) == []


def test_an_example_that_is_refused_ends_it_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The service's problem is told, and the service is ended all the same."""
    broken = LINEAR | {"budget": {}, "rules": []}
    with pytest.raises(DemoError) as caught:
        run(examples(tmp_path, broken))
    assert caught.value.code == refusal(broken).code
    assert not is_open(int(re.findall(r"127\.0\.0\.1:(\d+)", capsys.readouterr().out)[0]))


def test_without_examples_it_says_so(tmp_path: Path) -> None:
    """Nothing is started."""
    with pytest.raises(DemoError) as caught:
        run(tmp_path)
    assert caught.value.code == "no_examples"


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.deep)])
def test_an_interrupt_ends_the_service_too(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C, or being asked to end, leaves neither process nor database, while a plan is still searched."""
    long = instances.weekly(10, 19, s_share=1.0) | {"solve": {"time_limit": 20.0, "gap": 1e-9}}
    long["tactics"][0]["stage"] = "upstream"
    folder = examples(tmp_path, long | {"name": "full", "rules": [SHARE | {"at_least": 0.01}]})
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    demo = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert demo.stdout is not None
    port = int(re.findall(r"127\.0\.0\.1:(\d+)", demo.stdout.readline())[0])
    demo.send_signal(number)
    assert demo.wait(30) != 0
    demo.stdout.close()
    assert not is_open(port)
    assert list(tmp_path.glob("headrace-demo-*")) == []
