"""What it takes to import the library, and the memory of a plan: each in a process of its own."""

from __future__ import annotations

import json
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
    """The median of five fresh processes."""
    taken = [json.loads(subprocess.check_output([sys.executable, "-c", IMPORT])) for _ in range(5)]
    seconds, mib = (statistics.median(own) for own in zip(*taken, strict=True))
    return [HEAD, ["import optimizer.optimize", f"{seconds:.2f} s", f"{mib:.0f}"]]
