"""Benchmarks, run by `make bench`. One BLAS thread, set before numpy comes: SLSQP's answer depends on it."""

import os

for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"
