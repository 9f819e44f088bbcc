"""Numpy on one thread: an answer must not depend on how many there are, and small matrices are no faster on more."""

from __future__ import annotations

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")  # before it is imported
