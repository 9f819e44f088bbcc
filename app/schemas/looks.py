"""Names that look the same and are not: refused where they come in, for nobody could tell them apart later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from optimizer.errors import Gathering, ScenarioError
from optimizer.names import alike

REMEDY = "give each its own name, beyond blanks, marks of direction and composed letters"


def distinct(parts: Gathering, names: Sequence[tuple[str, str]], suffix: str = ".name") -> None:
    """Note each name that looks like an earlier one, by its list; the same name twice is told elsewhere."""
    seen: dict[str, str] = {}
    places: Counter[str] = Counter()
    for path, name in names:
        position = places[path]
        places[path] += 1
        if seen.setdefault(alike(name), name) != name:
            with parts.part():
                place = f"{path}[{position}]{suffix}"
                raise ScenarioError("duplicate_name", place, "looks like another name", REMEDY)
