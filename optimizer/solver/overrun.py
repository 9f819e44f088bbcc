"""A solve with decisions in a thread of its own, which is left behind where it does not end in time.

HiGHS looks at its clock between steps, and one round of cuts of a large program may take seconds. What it told on the
way is known all the same. The thread ends by itself at the next step.
"""

from __future__ import annotations

import threading

import highspy
import numpy as np
from highspy.highs import HighsCallbackEvent
from numpy.typing import NDArray

Array = NDArray[np.float64]
LATE = 0.1  # seconds past its limit, in which HiGHS usually ends


class Heard:
    """What a solve has told so far: what its best point costs, that point, and the largest bound."""

    def __init__(self) -> None:
        self.best: tuple[float, Array | None] = (np.inf, None)  # read while it may be written
        self.bound = -np.inf
        self._over = False

    def ends(self, highs: highspy.Highs, seconds: float) -> bool:
        """Solve; whether that ended within `seconds` and a moment. What has not ended belongs to its thread."""
        highs.cbMipImprovingSolution += self._better
        highs.cbMipInterrupt += self._proved
        solving = threading.Thread(target=highs.run)
        solving.start()
        try:
            solving.join(seconds + LATE)
        finally:
            self._over = solving.is_alive()
        if self._over:
            return False
        highs.cbMipImprovingSolution -= self._better
        highs.cbMipInterrupt -= self._proved
        return True

    def _better(self, event: HighsCallbackEvent) -> None:
        told = event.data_out
        self.best = float(told.objective_function_value), np.array(told.mip_solution)
        self._proved(event)

    def _proved(self, event: HighsCallbackEvent) -> None:
        self.bound = max(self.bound, float(event.data_out.mip_dual_bound))
        if self._over:
            event.interrupt()
