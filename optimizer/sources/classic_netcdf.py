"""Classic NetCDF (versions 1, 2 and 5) → variables, read from the bytes themselves.

Source: the NetCDF Classic Format Specification: a header of dimensions, attributes and variables, then the data, all of
it big-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from optimizer.errors import FileError

TYPES = {1: "i1", 2: "S1", 3: ">i2", 4: ">i4", 5: ">f4", 6: ">f8", 7: "u1", 8: ">u2", 9: ">u4", 10: ">i8", 11: ">u8"}
MOST = 10_000  # dimensions, attributes or variables


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a variable, as an HDF5 data set has them: read when they are asked for."""

    raw: bytes
    begin: int
    dtype: Any
    shape: tuple[int, ...]

    def __getitem__(self, _all: object) -> Any:
        count = prod(self.shape)
        if self.begin + count * self.dtype.itemsize > len(self.raw):
            raise ValueError("beyond the end of the file")
        return np.frombuffer(self.raw, self.dtype, count, self.begin).reshape(self.shape)


@dataclass(frozen=True, slots=True)
class Found:
    """A variable as the header states it."""

    name: str
    dims: tuple[str, ...]
    values: Values


def classic(raw: bytes) -> tuple[list[Found], dict[str, Any]]:
    """The variables and the attributes of a whole file; texts are joined along their last dimension.

    Errors: FileError for a file that is cut off, or that states a record dimension.
    """
    try:
        return Header(raw).read()
    except (struct.error, ValueError, IndexError, KeyError, OverflowError, UnicodeDecodeError):
        raise FileError("damaged_file", "", "is damaged or cut off", "send it again, or export it again") from None


class Header:
    """Reads on from place to place."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.version = raw[3]
        self.place = 4

    def read(self) -> tuple[list[Found], dict[str, Any]]:
        """Dimensions, attributes, variables, in this order."""
        self._size()  # the number of records
        dims = [(self._name(), self._size()) for _ in range(self._list())]
        attributes = self._attributes()
        return [self._variable(dims) for _ in range(self._list())], attributes

    def _variable(self, dims: list[tuple[str, int]]) -> Found:
        name = self._name()
        own = [dims[self._size()] for _ in range(self._size())]
        self._attributes()
        dtype = np.dtype(TYPES[self._int()])
        self._size()
        begin = self._size() if self.version == 5 else self._number(">q" if self.version == 2 else ">i")
        if any(size == 0 for _, size in own):
            told = "has a dimension without an end (a record dimension)"
            raise FileError(
                "unsupported_model", name[:60], told, 'save it as NetCDF-4: to_netcdf(…, engine="h5netcdf")'
            )
        shape = tuple(size for _, size in own)
        names = tuple(dim for dim, _ in own)
        if dtype.kind == "S" and shape:  # characters: the last dimension is that of the text
            return Found(name, names[:-1], Values(self.raw, begin, np.dtype(f"S{shape[-1]}"), shape[:-1]))
        return Found(name, names, Values(self.raw, begin, dtype, shape))

    def _attributes(self) -> dict[str, Any]:
        found = {}
        for _ in range(self._list()):
            name, dtype = self._name(), np.dtype(TYPES[self._int()])
            count = self._size()
            values = np.frombuffer(self._bytes(count * dtype.itemsize), dtype)
            found[name] = values.tobytes() if dtype.kind == "S" else values
        return found

    def _list(self) -> int:
        """How many entries follow; a list that is not there is two zeros."""
        self._int()
        count = self._size()
        if count > MOST:
            raise ValueError("a list without end")
        return count

    def _name(self) -> str:
        return self._bytes(self._size()).decode("utf-8")

    def _bytes(self, count: int) -> bytes:
        taken = self.raw[self.place : self.place + count]
        if len(taken) < count:
            raise ValueError("beyond the end of the file")
        self.place += count + -count % 4
        return taken

    def _int(self) -> int:
        return self._number(">i")

    def _size(self) -> int:
        value = self._number(">q" if self.version == 5 else ">i")
        if value < -1:
            raise ValueError("a negative size")
        return value

    def _number(self, form: str) -> int:
        (value,) = struct.unpack_from(form, self.raw, self.place)
        self.place += struct.calcsize(form)
        return int(value)
