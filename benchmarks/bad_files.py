"""Time and memory of refusing each hostile file, in a process of its own: `python benchmarks/bad_files.py`.

Memory is what the process grows by at its peak, time is CPU time; both should stay below 1 s and 100 MB.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import h5py
import numpy as np

from optimizer.errors import HeadraceError
from optimizer.sources import File, import_file
from tests.optimizer.sources.meridian_messages import message
from tests.optimizer.sources.pymc_models import one
from tests.optimizer.sources.robyn_exports import export, file_of
from tests.optimizer.sources.tables.hostile import MAKERS
from tests.optimizer.sources.test_meridian import as_binary, page


def hdf5(size: int) -> bytes:
    """A small file whose variable is huge once it is unpacked."""
    raw = io.BytesIO(one("logistic", {"lam": 1.0, "beta": 1.0}).raw)
    with h5py.File(raw, "r+") as file:
        del file["posterior/saturation_lam"]
        file["posterior"].create_dataset(
            "saturation_lam", shape=(size,), dtype="f8", chunks=(1 << 20,), compression="gzip", fillvalue=1.0
        )
    return raw.getvalue()


def flipped(raw: bytes, seed: int) -> bytes:
    """Some bytes changed."""
    chance = np.random.default_rng(seed)
    changed = np.frombuffer(raw, dtype=np.uint8).copy()
    changed[chance.integers(0, len(raw), 20)] = chance.integers(0, 256, 20)
    return changed.tobytes()


def others() -> dict[str, Callable[[], bytes]]:
    """Files of other tools that are not what they claim."""
    made: dict[str, Callable[[], bytes]] = {
        "HDF5 bomb of 8 GB": lambda: hdf5(1_000_000_000),
        "deep JSON": lambda: b'{"InputCollect":' + b"[" * 1_000_000,
        "JSON of a million lists": lambda: b'{"InputCollect":[' + b"[]," * 2_000_000 + b"[]]}",
        "a page of a million charts": lambda: b"<html>" + b'JSON.parse("{}")' * 1_000_000,
        "a page with an open string": lambda: b"<html>" + b"JSON.parse(" * 100_000 + b'"' + b"x" * 10_000_000,
        "a proto of noise": lambda: b"\x0a\x12\0" + os.urandom(5_000_000),
        "a proto of nested fields": lambda: b"\x0a\x80\x80\x80\x02" * 100_000 + b"\0" * 4,
        "a Robyn export that is cut off": lambda: file_of(export()).raw[:-500],
    }
    sound = {
        "PyMC": one("logistic", {"lam": 1.0, "beta": 1.0}).raw,
        "proto": as_binary(message()).raw,
        "report": page().raw,
        "Robyn": file_of(export()).raw,
    }
    for name, raw in sound.items():
        for seed in range(25):
            made[f"{name}, bytes changed, {seed}"] = lambda raw=raw, seed=seed: flipped(raw, seed)  # type: ignore[misc]
    return made


def measure(raw: bytes) -> tuple[float, float, str]:
    """CPU seconds, megabytes and outcome of one import, in a child."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        Path("/proc/self/clear_refs").write_text("5")
        before, start = _peak(), time.process_time()
        try:
            import_file(File(name="", raw=raw))
            said = "read"
        except HeadraceError as error:
            said = error.code
        except BaseException as error:
            said = f"FAULT {error!r}"[:200]
        os.write(writing, json.dumps([time.process_time() - start, _peak() - before, said]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if not told:
        return 0.0, 0.0, f"FAULT its process died ({status}); in the service it is refused as damaged_file"
    seconds, grown, said = json.loads(told)
    return seconds, grown, said


def _peak() -> float:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """One line for each file, and the worst of all."""
    for warm in (b"a,b\n1,2\n", one("logistic", {"lam": 1.0, "beta": 1.0}).raw, as_binary(message()).raw):
        with contextlib.suppress(HeadraceError):
            import_file(File(name="", raw=warm))
    files = {name: make for name, (_, make) in MAKERS.items()} | others()
    worst_time = worst_memory = 0.0
    faults = read = 0
    for name, make in files.items():
        seconds, grown, said = measure(make())
        worst_time, worst_memory = max(worst_time, seconds), max(worst_memory, grown)
        faults += said.startswith("FAULT")
        read += said == "read"
        if seconds > 0.2 or grown > 20 or "changed" not in name or said.startswith("FAULT"):
            print(f"{seconds:6.3f} s {grown:6.1f} MB  {name}: {said}")
    print(
        f"{len(files)} files: at most {worst_time:.2f} s and {worst_memory:.0f} MB; {read} still read, {faults} faults"
    )


if __name__ == "__main__":
    main()
