"""Reading a form: plain fields, as many as a page may hold, never more than the body limit."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from app.errors import BodyError
from app.pages.origin import same_origin
from app.routes.body import read_bytes
from app.routes.state import SettingsOf

MOST_FIELDS = 100_000


async def read_form(request: Request, settings: SettingsOf) -> Form:
    """The fields in the order of the page; 400, 413 or 408 where they cannot be read."""
    same_origin(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise BodyError("not_a_form", "", "is not sent as a form", "send it from the page")
    raw = await read_bytes(request, settings)
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise BodyError("not_a_form", "", "cannot be read as a form", "send it from the page") from None


Form = dict[str, str]
FormOf = Annotated[Form, Depends(read_form)]
