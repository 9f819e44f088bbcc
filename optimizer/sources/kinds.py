"""What a file is by its first bytes, against what its name says."""

from __future__ import annotations

from optimizer.errors import FileError
from optimizer.sources.meridian.html import PAGE
from optimizer.sources.netcdf import is_netcdf
from optimizer.sources.options import File
from optimizer.sources.tables.package import OLE, ZIP

HEAD = 20_000  # bytes that tell a page
ENDINGS = {
    "a workbook": ("xlsx", "xlsm", "xls"),
    "NetCDF": ("nc", "nc4", "netcdf", "cdf", "h5", "hdf5"),
    "a page": ("html", "htm"),
    "JSON": ("json",),
    "a table as text": ("csv", "tsv"),
}


def check_name(file: File) -> None:
    """Refuse a name that says another kind than the content; other endings, or none, say nothing."""
    said = next((kind for kind, endings in ENDINGS.items() if file.suffix in endings), None)
    found = _kind(file.raw)
    if said is not None and found is not None and said != found:
        told = f"is named .{file.suffix}, as {said} would be, but is {found}"
        raise FileError("wrong_extension", "", told, f"name it .{ENDINGS[found][0]}")


def _kind(raw: bytes) -> str | None:
    """None where the first bytes do not tell."""
    head = raw[:HEAD].removeprefix(b"\xef\xbb\xbf")
    if raw.startswith((ZIP, OLE)):
        return "a workbook"
    if is_netcdf(raw):
        return "NetCDF"
    if PAGE.match(head) is not None:
        return "a page"
    return "JSON" if head.lstrip().startswith(b"{") else None
