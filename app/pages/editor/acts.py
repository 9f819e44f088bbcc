"""What the buttons of the form do to the document: add, remove, open, close, paste."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.pages.editor.address import put, steps_of, taken
from app.pages.editor.draft import CATALOGUED, FRESH, Draft, blank
from app.pages.editor.pasting import pasted
from app.validation import placed
from optimizer.problem.catalogue import template_of


def acted(draft: Draft, act: str, form: Mapping[str, str]) -> Draft:
    """The draft after the button `act`, written as a verb and an address."""
    verb, _, address = act.partition(" ")
    match verb:
        case "add":
            return _added(draft, address)
        case "remove":
            return _removed(draft, address)
        case "open":
            return replace(draft, opened=draft.opened | {address})
        case "close":
            return replace(draft, opened=draft.opened - {address})
        case "catalogue":
            return _begun(draft, form.get(CATALOGUED, ""))
        case "paste":
            return pasted(draft, form.get("into", "tactics"), form.get("pasted", ""), form.get("written", ""))
        case _:
            return draft


def _added(draft: Draft, address: str) -> Draft:
    held = taken(draft.document, steps_of(address))
    if isinstance(held, dict):
        return replace(draft, document=put(draft.document, steps_of(address), held | {f"new {len(held) + 1}": {}}))
    number = len(held) if isinstance(held, list) else 0
    if held is None and address.rsplit(".", 1)[-1] in ("by_period", "metrics"):
        return replace(draft, document=put(draft.document, steps_of(address), {"new": {}}))
    where = f"{address}[{number}]"
    document = put(draft.document, steps_of(where), dict(FRESH.get(address, {})))
    return replace(draft, document=document, opened=draft.opened | {where})


def _begun(draft: Draft, key: str) -> Draft:
    """A tactic that begins with a template of the catalogue; an entry that nothing was put into makes way."""
    with placed(CATALOGUED):
        template = template_of(key)
    held = [own for own in draft.document.get("tactics") or [] if not blank(own, "tactics")]
    tactic = {"name": template.name, "template": template.key}
    opened = frozenset(own for own in draft.opened if not own.startswith("tactics["))
    document = draft.document | {"tactics": [*held, tactic]}
    return replace(draft, document=document, opened=opened | {f"tactics[{len(held)}]"})


def _removed(draft: Draft, address: str) -> Draft:
    *above, last = steps_of(address)
    held = taken(draft.document, tuple(above))
    if isinstance(held, dict):
        kept: Any = {name: own for number, (name, own) in enumerate(held.items()) if number != last}
    else:
        kept = [own for number, own in enumerate(held or []) if number != last]
    shifted = address.rpartition("[")[0] + "["  # entries behind it have other addresses now
    unread = {own: text for own, text in draft.unread.items() if not own.startswith(shifted)}
    return Draft(document=put(draft.document, tuple(above), kept), unread=unread)
