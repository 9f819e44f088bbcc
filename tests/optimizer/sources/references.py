"""Real files of other tools: those kept here, and those in a folder that the environment names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from optimizer.sources import File

FOLDER = "HEADRACE_REFERENCES"
KEPT = Path(__file__).parent / "files"


def reference(*names: str) -> tuple[File, ...]:
    """The files of those names: kept here, or in the folder; where that is missing, the test is skipped and says so."""
    if all((KEPT / name).is_file() for name in names):
        return tuple(File(name=Path(name).name, raw=(KEPT / name).read_bytes()) for name in names)
    folder = os.environ.get(FOLDER)
    if folder is None or not Path(folder).is_dir():
        pytest.skip(f"no reference files: {FOLDER} names no folder")
    return tuple(File(name=Path(name).name, raw=(Path(folder) / name).read_bytes()) for name in names)
