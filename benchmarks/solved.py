"""One scenario in a process of its own, which loads no more than it needs.

python -m benchmarks.solved < SCENARIO tells its seconds, its peak [MiB], that before the solve, and the gap as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

from benchmarks.concave import Wire
from benchmarks.timing import peak


def measured(document: Wire) -> dict[str, float]:
    """What another process says of its solve."""
    command = [sys.executable, "-m", "benchmarks.solved"]
    asked = subprocess.run(command, input=json.dumps(document), check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(asked.stdout)
    return told


def main() -> None:
    """Solve the scenario that is read and tell what it took."""
    from benchmarks.scenario import domain
    from optimizer.optimize import optimize

    scenario = domain(json.load(sys.stdin))
    rest, start = peak(), time.process_time()
    plan = optimize(scenario)
    seconds = time.process_time() - start
    print(json.dumps({"seconds": seconds, "rest": rest, "mib": peak(), "gap": plan.gap}))


if __name__ == "__main__":
    main()
