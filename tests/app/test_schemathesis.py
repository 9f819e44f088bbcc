"""The service keeps what its OpenAPI document promises, by the judgement of schemathesis with every check on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from tests.app.databases import lay_out
from tests.app.test_server import serving

HERE = Path(__file__).parent
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where a service that asks for keys is, and an admin's key."""
    folder = tmp_path_factory.mktemp("served")
    url = f"sqlite:///{folder / 'plans.sqlite3'}"
    lay_out(url)
    settings = {"database_url": url, "auth": "keys", "workers": "1", "time_limit_max": "5", "max_cells": "50"}
    asked = ["keys", "create", "--name", "schemathesis", "--role", "admin"]
    made = CliRunner().invoke(app, asked, env={"HEADRACE_DATABASE_URL": url})
    [key] = [line.split('"')[3] for line in made.stdout.splitlines() if line.strip().startswith('"key"')]
    with serving(folder, factory="app.main:create_app", **settings) as (_, client):
        yield str(client.base_url), key


def tried(server: tuple[str, str], folder: Path, *arguments: str) -> None:
    """Run schemathesis; its report is the message of a failure."""
    address, key = server
    command = [
        str(Path(sys.executable).with_name("st")), "--config-file", str(HERE / "schemathesis.toml"),
        "run", f"{address}/openapi.json", "--header", f"Authorization: Bearer {key}",
        "--checks", "all", "--no-color", "--continue-on-failure", "--warnings", "off", "--seed", "1", *arguments,
    ]  # fmt: skip
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "tests.app.schemathesis_hooks", "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


def test_every_address_keeps_its_promise(server: tuple[str, str], tmp_path: Path) -> None:
    """Valid and invalid requests to every operation, at random."""
    tried(server, tmp_path, "--phases", "examples,fuzzing", "-n", "50" if DEEP else "1")


@pytest.mark.deep
def test_every_constraint_of_a_read_holds(server: tuple[str, str], tmp_path: Path) -> None:
    """Each limit, type and required field of the parameters, one after another."""
    tried(server, tmp_path, "--phases", "coverage", "--include-method", "GET")


@pytest.mark.deep
def test_every_constraint_of_a_body_holds(server: tuple[str, str], tmp_path: Path) -> None:
    """The same for whole scenarios and whatever else is sent."""
    tried(server, tmp_path, "--phases", "coverage", "--exclude-method", "GET")


@pytest.mark.deep
def test_chains_of_requests_keep_their_promise(server: tuple[str, str], tmp_path: Path) -> None:
    """What follows from an answer; but for keys, of which it would revoke its own."""
    tried(server, tmp_path, "--phases", "stateful", "-n", "20", "--exclude-path-regex", "/v1/keys")
