"""NetCDF and HDF5 files as variables with named dimensions, read without following a link out of the file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizer.curves import Array
from optimizer.errors import FileError, LimitError
from optimizer.sources.classic_netcdf import classic

HDF5 = b"\x89HDF\r\n\x1a\n"
CLASSIC = (b"CDF\x01", b"CDF\x02", b"CDF\x05")
LARGEST = 64 * 1024 * 1024  # bytes of one variable
MOST_OBJECTS = 5_000
MOST_TEXT = 1_000_000
HOSTILE = "holds links to other files"


def is_netcdf(raw: bytes) -> bool:
    """Whether a file is HDF5 or classic NetCDF by its first bytes."""
    return raw.startswith((HDF5, *CLASSIC))


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: its dimensions by name, and its values once they are asked for."""

    name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    _source: Any

    def numbers(self) -> Array:
        """The values as floats."""
        values = self._read()
        if values.dtype.kind not in "fiub":
            raise FileError("incomplete_export", self.name, "holds no numbers", "export the model again")
        return np.asarray(values, dtype=np.float64)

    def texts(self) -> tuple[str, ...]:
        """The values as texts: the labels of a dimension."""
        return tuple(_text(value) for value in np.atleast_1d(self._read()).ravel().tolist())

    def _read(self) -> Any:
        if int(np.prod(self.shape, dtype=np.float64)) * max(self._source.dtype.itemsize, 1) > LARGEST:
            raise LimitError("file_too_large", self.name, f"holds more than {LARGEST:,} bytes", "thin the export")
        try:
            return np.asarray(self._source[()])
        except (OSError, RuntimeError, ValueError, KeyError, TypeError):
            raise damaged() from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The groups of a file, "" for the outermost, each with its variables and attributes."""

    groups: dict[str, dict[str, Variable]]
    attributes: dict[str, dict[str, Any]]

    def variable(self, group: str, name: str) -> Variable:
        """A variable; it must be there."""
        found = self.groups.get(group, {}).get(name)
        if found is None:
            path = f"{group}/{name}" if group else name
            raise FileError("incomplete_export", path, "is missing from the file", "export the model again, whole")
        return found

    def has(self, group: str, *names: str) -> bool:
        """Whether the group holds all of these variables."""
        return all(name in self.groups.get(group, {}) for name in names)

    def text(self, group: str, name: str) -> str | None:
        """An attribute as text; None where it is missing."""
        value = self.attributes.get(group, {}).get(name)
        return None if value is None else _text(value)


@contextmanager
def netcdf(raw: bytes) -> Iterator[Contents]:
    """The contents of a file while it is open."""
    import h5py

    if raw.startswith(CLASSIC):
        found, own = classic(raw)
        yield Contents(
            groups={"": {v.name: Variable(v.name, v.dims, v.values.shape, v.values) for v in found}},
            attributes={"": own},
        )
        return
    try:
        file = h5py.File(io.BytesIO(raw), "r")
    except (OSError, RuntimeError, ValueError, KeyError):
        raise damaged() from None
    with file:
        yield _contents(file)


def damaged() -> FileError:
    """The refusal of a file that the library cannot make out."""
    return FileError("damaged_file", "", "is damaged or cut off", "send it again, or export it again")


def _contents(file: Any) -> Contents:
    groups: dict[str, dict[str, Variable]] = {}
    attributes: dict[str, dict[str, Any]] = {}
    try:
        _walk(file, "", groups, attributes)
        for name in [key for key in file if key in groups]:
            _walk(file[name], name, groups, attributes)
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, UnicodeError, AttributeError):
        raise damaged() from None
    return Contents(groups=groups, attributes=attributes)


def _walk(group: Any, name: str, groups: dict[str, dict[str, Variable]], attributes: dict[str, dict[str, Any]]) -> None:
    """The variables of a group; groups inside are noted by name."""
    import h5py

    own: dict[str, Variable] = groups.setdefault(name, {})
    attributes[name] = {key: group.attrs[key] for key in list(group.attrs)[:MOST_OBJECTS]}
    for position, key in enumerate(group):
        if position >= MOST_OBJECTS:
            raise LimitError("file_too_large", name, f"holds more than {MOST_OBJECTS} variables", "thin the export")
        if not isinstance(group.get(key, getlink=True), h5py.HardLink):
            raise FileError("external_links", key[:60], HOSTILE, "export the model again, whole")
        found = group[key]
        if isinstance(found, h5py.Dataset):
            own[key] = _variable(found, key)
        elif not name and isinstance(found, h5py.Group):
            groups.setdefault(key, {})


def _variable(dataset: Any, name: str) -> Variable:
    if dataset.external or dataset.is_virtual:
        raise FileError("external_links", name[:60], HOSTILE, "export the model again, whole")
    scales = [list(dimension.keys()) for dimension in dataset.dims]
    dims = tuple(
        names[0].rpartition("/")[2] if names else (name if len(scales) == 1 else f"dim_{axis}")
        for axis, names in enumerate(scales)
    )
    return Variable(name, dims, tuple(dataset.shape or ()), dataset)


def _text(value: Any) -> str:
    if isinstance(value, np.ndarray):
        value = value.ravel()[0] if value.size else ""
    plain = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    if len(plain) > MOST_TEXT:
        raise LimitError("file_too_large", "", "holds a text that is too long", "export the model again")
    return plain
