"""Settings and their table in the manual are the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.config import Settings

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


def test_a_password_is_not_shown() -> None:
    """Printing the settings does not print the address of the database."""
    assert "secret" not in repr(Settings(database_url="postgresql://planner:secret@db/headrace"))
