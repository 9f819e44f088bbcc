"""Fitted models of other tools and tables of curves, as curve sets: one source, one file or room, one line here."""

from __future__ import annotations

from typing import Protocol

from optimizer.errors import FileError
from optimizer.sources.kinds import check_name
from optimizer.sources.meridian import MeridianNetCdf, MeridianProto, MeridianReport, MeridianTable
from optimizer.sources.options import USUAL, File, Options
from optimizer.sources.pymc import PymcModel
from optimizer.sources.report import Reading
from optimizer.sources.robyn import RobynExport
from optimizer.sources.table import CurveTable


class Source(Protocol):
    """A tool whose files can be read: `claims` says whether a file is its own, usable or not."""

    name: str
    title: str

    def claims(self, file: File) -> bool:
        """Whether this source answers for the file."""

    def read(self, file: File, options: Options) -> Reading:
        """The curves in it, or a FileError with the reason and what to export instead."""


SOURCES: tuple[Source, ...] = (
    RobynExport(),
    MeridianReport(),
    MeridianNetCdf(),
    PymcModel(),
    MeridianTable(),
    MeridianProto(),
    CurveTable(),
)

NEVER = (
    (b"\x1f\x8b", "is compressed (gzip, as R's .RDS are)", "unpack it; from Robyn export JSON with robyn_write"),
    *(
        (
            bytes([0x80, version]),
            "is a Python pickle, which is never opened",
            "export the model's proto, NetCDF or curves",
        )
        for version in range(2, 6)
    ),
)


def import_file(file: File, options: Options = USUAL, *, progress: object = None) -> Reading:  # noqa: ARG001
    """The curves in a file of any source; the content decides whose it is. There is no progress to tell.

    Errors: FileError where no source knows it, or its own source cannot use it; LimitError where it is too large.
    """
    if not file.raw.strip():
        raise FileError("empty_file", "", "is empty", "send the export")
    for start, told, remedy in NEVER:
        if file.raw.startswith(start):
            raise FileError("unknown_source", "", told, remedy)
    for sent in (file, *options.data):
        check_name(sent)
    source = next((source for source in SOURCES if source.claims(file)), None)
    if source is None:
        known = "; ".join(source.title for source in SOURCES)
        raise FileError("unknown_source", "", "is no file of a source known here", f"send one of these: {known}")
    return source.read(file, options)
