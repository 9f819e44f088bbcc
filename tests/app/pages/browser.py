"""What a browser makes of a form."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from typing import Any

from fastapi.testclient import TestClient


class _Form(HTMLParser):
    """Reads the fields of the first form with an action."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._action = action
        self._inside: bool | None = False  # None: the form has ended
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and self._inside is False:
            self._inside = given.get("action") == self._action
        if not self._inside:
            return
        name, value = given.get("name") or "", given.get("value") or ""
        match tag:
            case "input" if name and (given.get("type") != "checkbox" or "checked" in given):
                self.sent[name] = value
            case "select":
                self._select = name
            case "option" if "selected" in given or self._select not in self.sent:
                self.sent[self._select] = value
            case "textarea":
                self._area = name
                self.sent[name] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.sent[self._area] = self.sent[self._area].removeprefix("\n")  # a line's end right after the tag
            self._area = ""
        if tag == "form" and self._inside:
            self._inside = None


def sent_by(page: str, action: str) -> dict[str, str]:
    """The fields that the first form with this action would send as it stands."""
    form = _Form(action)
    form.feed(page)
    return form.sent


def looked_at(site: TestClient, address: str) -> Any:
    """The page of an address, once its answer is there."""
    until = time.monotonic() + 60
    answer = site.get(address, headers={"Prefer": "wait=10"})
    while 'class="going"' in answer.text and time.monotonic() < until:
        answer = site.get(address, headers={"Prefer": "wait=10"})
    return answer


def asked(site: TestClient, address: str, **fields: str) -> Any:
    """What comes of a form: the page that it leads to, once its answer is there."""
    sent = site.post(address, data=fields)
    return looked_at(site, sent.headers["location"]) if sent.status_code == 303 else sent
