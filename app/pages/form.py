"""Reading a form: plain fields, and files where the page asks for some, never more than the body limit."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.errors import BodyError
from app.records.named import Expected
from app.records.proposals import Decimal
from app.routes.body import read_bytes
from app.routes.state import SettingsOf
from app.routes.uploads import last_part
from app.services.renaming import LONGEST
from optimizer.errors import FileError
from optimizer.names import tidy
from optimizer.sources.options import File

MOST_FIELDS, MOST_FILES = 100_000, 4
PLAIN, WITH_FILES = "application/x-www-form-urlencoded", "multipart/form-data"

VERSION = re.compile(r"[0-9]{1,9}")

Form = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """The fields of a form, and the files that were chosen, by the names of their fields."""

    fields: Form
    files: Mapping[str, File] = field(default_factory=dict)

    def file(self) -> File:
        """The file that the page asks for; FileError at its field where none was chosen."""
        if (chosen := self.files.get("file")) is None:
            raise FileError("missing_field", "file", "is not chosen", "choose a file")
        return chosen


async def read_posted(request: Request, settings: SettingsOf) -> Posted:
    """The fields in the order of the page; 400, 413 or 408 where they cannot be read."""
    match kind_of(request):
        case "application/x-www-form-urlencoded":
            return Posted(fields=_fields(await read_bytes(request, settings)))
        case "multipart/form-data":
            return await _parts(request, await read_bytes(request, settings, settings.upload_limit))
        case _:
            raise BodyError("not_a_form", "", "is not sent as a form", "send it from the page")


async def read_form(posted: Annotated[Posted, Depends(read_posted)]) -> Form:
    """The fields alone."""
    return posted.fields


def kind_of(request: Request) -> str:
    """What the body is said to be."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def decimal_of(form: Form) -> Decimal | None:
    """How the numbers of a table that is sent with the form are written; None where they are to tell it themselves."""
    match form.get("decimal"):
        case "point" | "comma" as decimal:
            return decimal
        case _:
            return None


def version_in(form: Form, field: str) -> int | None:
    """The version that the page showed; None where it shows none, or the field holds something else."""
    shown = form.get(field, "")
    return int(shown) if VERSION.fullmatch(shown) else None


def shown_in(form: Form, field: str) -> Expected:
    """A change is for the version that the page showed; for none, where it showed none."""
    version = version_in(form, field)
    return Expected(versions=frozenset() if version is None else frozenset({version}))


def name_in(form: Form) -> str:
    """The name that was typed for something new; empty where none was."""
    return tidy(form.get("name", ""))[:LONGEST]


def _fields(raw: bytes) -> Form:
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise _unreadable() from None


async def _parts(request: Request, raw: bytes) -> Posted:
    async def whole() -> AsyncGenerator[bytes, None]:
        yield raw

    parser = MultiPartParser(request.headers, whole(), max_files=MOST_FILES, max_part_size=len(raw))
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError):
        raise _unreadable() from None
    try:
        sent = form.multi_items()
        parts = [(name, part) for name, part in sent if isinstance(part, UploadFile) and part.filename]
        files = {name: File(name=last_part(part.filename or ""), raw=await part.read()) for name, part in parts}
        return Posted(fields={name: part for name, part in sent if isinstance(part, str)}, files=files)
    finally:
        await form.close()


def _unreadable() -> BodyError:
    return BodyError("not_a_form", "", "cannot be read as a form", "send it from the page")


FormOf = Annotated[Form, Depends(read_form)]
PostedOf = Annotated[Posted, Depends(read_posted)]
