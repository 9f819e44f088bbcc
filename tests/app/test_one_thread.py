"""Numpy on one thread, whoever starts it."""

import subprocess
import sys

from app.one_thread import ONE_THREAD

PROGRAM = """
import contextlib, os, sys
import app.cli
assert "numpy" not in sys.modules
sys.argv = ["headrace", "--help"]
with contextlib.suppress(SystemExit):
    app.cli.main()
print(*(os.environ[name] for name in {names!r}))
"""


def test_the_command_line_asks_for_one_before_numpy_is_there():
    """Afterwards it would be too late."""
    told = subprocess.check_output([sys.executable, "-c", PROGRAM.format(names=list(ONE_THREAD))], text=True)
    assert told.splitlines()[-1] == " ".join("1" for _ in ONE_THREAD)
