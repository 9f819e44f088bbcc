"""Reading a file that was sent: the body itself, or the parts of a form."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.errors import BodyError
from app.routes.body import read_bytes
from app.routes.state import SettingsOf
from optimizer.sources.options import File

MOST_FILES = 8
FORM = "multipart/form-data"
NAME = "X-File-Name"


async def read_upload(request: Request, settings: SettingsOf) -> tuple[File, ...]:
    """The file, and tables beside it: parts `file` and `data` of a form, or the body as the file itself."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise HTTPException(415)
    raw = await read_bytes(request, settings, settings.upload_limit)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return (File(name=last_part(request.headers.get(NAME, "")), raw=raw),)
    return await _parts(request, raw)


Upload = Annotated[tuple[File, ...], Depends(read_upload)]


async def _parts(request: Request, raw: bytes) -> tuple[File, ...]:
    async def whole() -> AsyncGenerator[bytes, None]:
        yield raw

    parser = MultiPartParser(request.headers, whole(), max_files=MOST_FILES, max_fields=0)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError):
        raise BodyError("bad_form", "", "is not a form with files", "send the parts `file` and `data`") from None
    try:
        sent = [(name, part) for name, part in form.multi_items() if isinstance(part, UploadFile)]
        return tuple(
            [File(name=last_part(part.filename or ""), raw=await part.read()) for _, part in _first_file(sent)]
        )
    finally:
        await form.close()


def _first_file(sent: list[tuple[str, UploadFile]]) -> list[tuple[str, UploadFile]]:
    """The part `file` in front, the parts `data` behind it; anything else is refused."""
    files = [part for part in sent if part[0] == "file"]
    data = [part for part in sent if part[0] == "data"]
    if len(files) != 1 or len(files) + len(data) < len(sent):
        raise BodyError(
            "bad_form", "", "has no part `file`, several, or others", "send one `file`, and `data` if needed"
        )
    return [*files, *data]


def last_part(name: str) -> str:
    """The last part of a name, short and printable."""
    last = name.replace("\\", "/").rpartition("/")[2][:200]
    return "".join(letter for letter in last if letter.isprintable())
