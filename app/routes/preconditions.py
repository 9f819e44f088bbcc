"""`If-Match`: the version that a change is for, so that nobody overwrites what they have not seen."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header

from app.errors import UnconditionalError
from app.records.named import Expected

OURS = re.compile(r'"(\d{1,9})(?:\.\d+)?"')


def etag(version: int, beside: int | None = None) -> dict[str, str]:
    """The header that says which version an answer is, and what else in it changes by itself: no change is for that.

    >>> etag(3), etag(3, 17)
    ({'ETag': '"3"'}, {'ETag': '"3.17"'})
    """
    return {"ETag": f'"{version}"' if beside is None else f'"{version}.{beside}"'}


def _expected(
    if_match: Annotated[
        str | None, Header(description='The ETag of the version that the change is for, such as `"3"`; `*` for any.')
    ] = None,
) -> Expected:
    """428 without `If-Match`; tags that are not ours, and weak ones, match no version."""
    if if_match is None:
        raise UnconditionalError("no_condition", "If-Match", "is missing", "send the ETag of the version that you read")
    if if_match.strip() == "*":
        return Expected(versions=None)
    found = (OURS.fullmatch(tag.strip()) for tag in if_match.split(","))
    return Expected(versions=frozenset(int(tag[1]) for tag in found if tag))


ExpectedVersion = Annotated[Expected, Depends(_expected)]
