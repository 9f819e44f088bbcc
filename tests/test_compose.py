"""compose.yaml says what this release understands: its settings, its commands, and in which order they start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from app.cli import app
from app.config import Settings

ROOT = Path(__file__).parents[1]
SECRET = "HEADRACE_DATABASE_PASSWORD"  # a variable of the file, not of ours


@pytest.fixture
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    return found


def test_its_settings_are_ours(services: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every variable is a setting, and the service would start with its value."""
    for name in ("migrate", "api", "worker"):
        stated = services[name]["environment"]
        assert {variable.removeprefix("HEADRACE_").lower() for variable in stated} <= set(Settings.model_fields)
        for variable, value in stated.items():
            monkeypatch.setenv(variable, value)
        settings = Settings()
        assert settings.auth == "keys"
        grace = int(services[name].get("stop_grace_period", "75s").removesuffix("s"))
        assert grace > settings.drain_seconds + settings.shutdown_seconds


def test_its_commands_are_ours(services: dict[str, Any]) -> None:
    """`headrace migrate`, `serve` and `worker`, with options that they have."""
    commands = typer.main.get_group(app).commands
    for name in ("migrate", "api", "worker"):
        program, command, *options = services[name]["command"]
        assert program == "headrace"
        known = {option for parameter in commands[command].params for option in parameter.opts}
        assert {option for option in options if option.startswith("--")} <= known


def test_it_starts_in_order(services: dict[str, Any]) -> None:
    """The database answers before it is migrated, and is migrated before two of each serve."""
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    for name in ("api", "worker"):
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
        assert services[name]["deploy"]["replicas"] == 2
    assert services["database"]["image"].startswith("postgres:")
    assert SECRET in services["api"]["environment"]["HEADRACE_DATABASE_URL"]
