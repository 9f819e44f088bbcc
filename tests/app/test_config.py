"""Settings and their table in the manual are the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.config import Settings, SettingsError, _allowed, settings_from_environment

MANUAL = Path(__file__).parents[2] / "docs" / "operating.md"
ROW = re.compile(r"^\| `HEADRACE_(\w+)` \| `(.*?)` \| (.*) \|$", re.MULTILINE)


def test_the_manual_lists_every_setting() -> None:
    """Name, default and meaning, in the order of the class."""
    stated = [(name, str(field.default), field.description) for name, field in Settings.model_fields.items()]
    assert [(name.lower(), default, meaning) for name, default, meaning in ROW.findall(MANUAL.read_text())] == stated


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """HEADRACE_ in front of the name; what cannot be is refused at the start."""
    monkeypatch.setenv("HEADRACE_WORKERS", "7")
    assert Settings().workers == 7
    monkeypatch.setenv("HEADRACE_WORKERS", "0")
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("WORKERS", "0", "HEADRACE_WORKERS is '0'; it takes a whole number from 1 to 256: solver processes"),
        ("PATIENCE", "soon", "HEADRACE_PATIENCE is 'soon'; it takes a number from 0 to 60: wait for a plan"),
        ("QUEUE_SECONDS", "0", "HEADRACE_QUEUE_SECONDS is '0'; it takes a number above 0 to 3600: longest wait"),
        ("AUTH", "password", "HEADRACE_AUTH is 'password'; it takes none or keys: "),
        ("RUN_JOBS", "perhaps", "HEADRACE_RUN_JOBS is 'perhaps'; it takes true or false: whether"),
        ("LOG_LEVEL", "loud", "HEADRACE_LOG_LEVEL is 'loud'; it takes debug or info or warning or error: least"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    """The variable, its value, and what it takes; every one that is wrong, a line each."""
    monkeypatch.setenv(f"HEADRACE_{name}", value)
    monkeypatch.setenv("HEADRACE_PORT", "70000")
    with pytest.raises(SettingsError) as caught:
        settings_from_environment()
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert any(line.startswith(told) for line in lines)
    assert any(line.startswith("HEADRACE_PORT is '70000'; it takes a whole number from 0 to 65535: ") for line in lines)


def test_every_setting_says_what_it_takes() -> None:
    """A new kind of setting has to be told in words, too."""
    for name, field in Settings.model_fields.items():
        assert _allowed(field), name
        assert (_allowed(field) == "text") is (field.annotation is str and not field.metadata), name


def test_a_password_is_not_shown() -> None:
    """Printing the settings does not print the address of the database."""
    assert "secret" not in repr(Settings(database_url="postgresql://planner:secret@db/headrace"))
