"""The guard before an XLSX workbook: unpack within limits, look at every part, pack what was looked at anew.

The reader never sees the file itself: what two readers of ZIP could understand differently is decided here.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from optimizer.errors import FileError
from optimizer.sources.tables.limits import Limits, too_large
from optimizer.sources.tables.markup import check_parts

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls, and of encrypted workbooks
ZIP = b"PK\x03\x04"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
BLOCK = 1 << 16
MEDIA = re.compile(r"(?i)\.(png|jpe?g|gif|bmp|tiff?|emf|wmf|svg)$|printersettings\d*\.bin$|^docprops/|^customxml/")
MACROS = re.compile(r"(?i)vba|macrosheets?/|\.xlm$|activex/")
EXTERNAL = re.compile(r"(?i)externallinks?/|(^|/)connections\.xml$|querytables?/|(^|/)embeddings/")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def checked_workbook(raw: bytes, limits: Limits) -> bytes:
    """The same workbook with the parts that cells are made of, and nothing that was not looked at."""
    if raw.startswith(OLE):
        raise _old_container(raw)
    parts = dict(_unpacked(raw, limits))
    if "[Content_Types].xml" not in parts or "xl/workbook.xml" not in parts:
        raise FileError("not_a_workbook", "", "is a ZIP file, but no XLSX workbook", "save it as XLSX")
    if b"macroEnabled" in parts["[Content_Types].xml"]:
        raise _macros("[Content_Types].xml")
    check_parts(parts, limits)
    return _packed(parts)


def _old_container(raw: bytes) -> FileError:
    if ENCRYPTED in raw:
        return FileError("password_protected", "", "is protected by a password", "save it without one")
    return FileError("old_workbook", "", "is an old workbook (.xls) or no workbook at all", "save it as XLSX")


def _unpacked(raw: bytes, limits: Limits) -> Iterator[tuple[str, bytes]]:
    left = limits.unpacked
    with _opened(raw) as archive:
        entries = archive.infolist()
        _check_entries(entries, limits)
        for entry in entries:
            if MEDIA.search(entry.filename) or entry.is_dir():
                continue
            content = _inflated(archive, entry, left)
            left -= len(content)
            yield entry.filename, content


def _opened(raw: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, EOFError):
        raise _damaged() from None


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.parts:
        raise too_large("", "parts", limits.parts)
    if sum(entry.file_size for entry in entries) > limits.unpacked:
        raise too_large("", "bytes when unpacked", limits.unpacked)
    names = [entry.filename.casefold() for entry in entries]
    if len(set(names)) < len(names):
        raise FileError("damaged_file", "", "holds two parts of the same name", "save it again as XLSX")
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise FileError("password_protected", "", "is protected by a password", "save it without one")
        if entry.compress_type not in METHODS:
            raise FileError("damaged_file", "", "is packed in a way that XLSX does not know", "save it again as XLSX")
        if MACROS.search(entry.filename):
            raise _macros(_legible(entry.filename))
        if EXTERNAL.search(entry.filename):
            told = "links to other files or databases"
            raise FileError("external_links", _legible(entry.filename), told, "break the links, keep the values")


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """The part, unpacked no further than it says and than there is room for."""
    taken = bytearray()
    try:
        with archive.open(entry) as part:
            while block := part.read(BLOCK):
                taken += block
                if len(taken) > min(entry.file_size, left):
                    break
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise _damaged() from None
    if len(taken) != entry.file_size:
        raise FileError("damaged_file", "", "holds other sizes than it states", "save it again as XLSX")
    return bytes(taken)


def _packed(parts: Mapping[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return whole.getvalue()


def _macros(where: str) -> FileError:
    return FileError("macros", where, "holds macros", "save it as XLSX without macros")


def _damaged() -> FileError:
    return FileError("damaged_file", "", "is damaged or cut off", "send it again, or save it again as XLSX")


def _legible(name: str) -> str:
    return "".join(letter for letter in name[:60] if letter.isprintable())
