"""The curve sets of the workspace and the names of their curves, to choose from in the form of a scenario."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi import Request

from app.records.callers import Caller
from app.records.named import Head, NamedSelection
from app.routes.state import state_of
from app.services.named import NamedService

MOST_SETS, MOST_READ = 50, 3  # offered by name; whose curves are offered, too


def stored_curves(request: Request, document: Mapping[str, Any]) -> dict[str, list[str]]:
    """Names of curve sets, and of the curves of those that the document names, or of the newest."""
    visitor: Caller | None = getattr(request.state, "caller", None)
    if visitor is None:
        return {}
    curve_sets = state_of(request).curve_sets
    heads = curve_sets.page(visitor, NamedSelection(), MOST_SETS).items
    named = set(_named(document))
    meant = [head for head in heads if {head.name, head.id} & named] or heads
    curves = dict.fromkeys(name for head in meant[:MOST_READ] for name in _curves(visitor, curve_sets, head))
    return {"curve_sets": [head.name for head in heads], "curves": list(curves)}


def _curves(visitor: Caller, curve_sets: NamedService, head: Head) -> Sequence[str]:
    held = json.loads(curve_sets.newest(visitor, head.id)[1].document)
    return [str(curve["name"]) for curve in held["curves"]]


def _named(document: Mapping[str, Any]) -> Iterator[str]:
    """The curve sets that a document names, for all its tactics or for one."""
    whole = document.get("curve_set")
    if isinstance(whole, dict) and isinstance(whole.get("name"), str):
        yield whole["name"]
    tactics = document.get("tactics")
    for tactic in tactics if isinstance(tactics, list) else ():
        response = tactic.get("response") if isinstance(tactic, dict) else None
        if isinstance(response, dict) and isinstance(response.get("curve_set"), str):
            yield response["curve_set"]
