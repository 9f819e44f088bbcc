"""The style, the script and the charting bundle: served by us, loaded from nowhere else."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from fastapi import APIRouter, Response

from app.errors import NotFoundError

FOLDER = Path(__file__).parent / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
BUNDLE = "vega.js"
SNIPPET = "window.vegaEmbed = vegaEmbed;"  # what the bundle gives to the page
FOR_EVER = "public, max-age=31536000, immutable"  # the address holds a fingerprint

router = APIRouter(prefix="/assets")


@router.get("/{name}")
def read_asset(name: str) -> Response:
    """A file by its name; its address ends with what it holds, so that it may be kept for ever."""
    kind = KINDS.get(Path(name).suffix, "")
    return Response(content(name), headers={"Cache-Control": FOR_EVER}, media_type=kind)


def fingerprint(name: str) -> str:
    """The address of an asset as it is now."""
    return f"/assets/{name}?{_digest(name)}"


def content(name: str) -> bytes:
    """What an asset holds; a name that is none is refused."""
    if name == BUNDLE:
        return _bundle()
    if name not in _names():
        raise NotFoundError("not_found", "", "there is nothing under this address", "go back")
    return _file(name)


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in FOLDER.iterdir() if path.suffix in KINDS)


@cache
def _file(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


@cache
def _bundle() -> bytes:
    """Vega, made from the installed library; nothing of it is kept with our files."""
    import vl_convert

    return str(vl_convert.javascript_bundle(SNIPPET)).encode()


@cache
def _digest(name: str) -> str:
    if name == BUNDLE:  # by its version: making it takes a second that no page should wait for
        return f"v={version('vl-convert-python')}"
    return "h=" + hashlib.sha256(_file(name)).hexdigest()[:12]
