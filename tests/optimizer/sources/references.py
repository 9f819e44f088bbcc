"""Files of other tools that are not kept here: a folder that the environment names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from optimizer.sources import File

FOLDER = "HEADRACE_REFERENCES"


def reference(*names: str) -> tuple[File, ...]:
    """The files of those names; the test is skipped, and says so, where the folder is missing."""
    folder = os.environ.get(FOLDER)
    if folder is None or not Path(folder).is_dir():
        pytest.skip(f"no reference files: {FOLDER} names no folder")
    return tuple(File(name=Path(name).name, raw=(Path(folder) / name).read_bytes()) for name in names)
