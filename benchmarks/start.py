"""What it takes to import the library, in a process of its own."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys

HEAD = ["start", "processor seconds", "MiB"]
IMPORT = """
import json, time
start = time.process_time()
import optimizer.optimize
took = time.process_time() - start
from benchmarks.timing import peak
print(json.dumps([took, peak()]))
"""


def rows() -> list[list[str]]:
    """The median of five fresh processes, after one that leaves the modules compiled, as an installation does."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = [sys.executable, "-c", IMPORT]
    _, *taken = (json.loads(subprocess.check_output(start, env=own)) for _ in range(6))
    seconds, mib = (statistics.median(own) for own in zip(*taken, strict=True))
    return [HEAD, ["import optimizer.optimize", f"{seconds:.2f} s", f"{mib:.0f}"]]
