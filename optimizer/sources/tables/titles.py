"""What people call the parts of a workbook that hold its sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape

BOOK, TARGETS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SHEET = re.compile(r"<(?:\w+:)?sheet\s[^<>]*>")
TARGET = re.compile(r"<(?:\w+:)?Relationship\s[^<>]*>")
ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')""")


def titles(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The name of each sheet by its part; nothing for a part that the workbook does not name plainly.

    >>> book, links = b'<sheet name="Q&amp;A" r:id="r1"/>', b'<Relationship Id="r1" Target="worksheets/sheet1.xml"/>'
    >>> titles({BOOK: book, TARGETS: links})
    {'xl/worksheets/sheet1.xml': 'Q&A'}
    """
    names = {tag.get("r:id"): tag.get("name", "") for tag in _tags(SHEET, parts.get(BOOK, b""))}
    links = {tag.get("Id"): tag.get("Target", "") for tag in _tags(TARGET, parts.get(TARGETS, b""))}
    return {f"xl/{target}".replace("xl//", "", 1): names[key] for key, target in links.items() if names.get(key)}


def _tags(kind: re.Pattern[str], part: bytes) -> Iterator[dict[str, str]]:
    for tag in kind.findall(part.decode("utf-8", "replace")):
        yield {name: unescape(double or single) for name, double, single in ATTRIBUTE.findall(tag)}
