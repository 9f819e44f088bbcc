"""A family is not done before it has a registry line, a test entry and a section of the docs."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from optimizer import curves
from optimizer.curves import ADSTOCKS, FAMILIES, Adstock, Curve
from tests.optimizer.curves import families, test_adstock

DOCS = (Path(__file__).parents[3] / "docs" / "curves.md").read_text()
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", DOCS, flags=re.MULTILINE | re.DOTALL))
ALL: dict[str, type[Curve] | type[Adstock]] = {**FAMILIES, **ADSTOCKS}


def test_registries_hold_every_family_under_its_own_name() -> None:
    """Every public subclass of Curve and Adstock is registered as what it calls itself."""
    bases: tuple[tuple[type, dict[str, Any]], ...] = ((Curve, FAMILIES), (Adstock, ADSTOCKS))
    for base, registry in bases:
        public = {c for c in vars(curves).values() if inspect.isclass(c) and issubclass(c, base)} - {base}
        assert set(registry.values()) == public == set(base.__subclasses__()) - shadows(base)
        assert all(name == family.family for name, family in registry.items())


def shadows(base: type) -> set[type]:
    """The classes that dataclass(slots=True) replaced by slotted copies of themselves, and what other rooms derive."""
    subclasses: list[type] = base.__subclasses__()
    return {c for c in subclasses if "__slots__" not in vars(c) or not c.__module__.startswith(curves.__name__)}


def test_every_family_has_a_test_entry() -> None:
    """A strategy to draw it from, and its definition in exact arithmetic."""
    assert set(families.CURVES) == set(FAMILIES)
    assert set(test_adstock.FAMILIES) == set(ADSTOCKS)


def test_docs_have_no_other_sections() -> None:
    """docs/curves.md describes what there is, and nothing else."""
    assert set(SECTIONS) == set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_docs_explain_the_family(name: str) -> None:
    """Its formula, every parameter of its own, and where it comes from."""
    section = SECTIONS[name]
    assert "=" in section or name == "tabulated"
    assert "Source:" in section or name == "none"
    for field in fields(ALL[name]):  # type: ignore[arg-type]
        assert not field.init or field.name == "normalized" or f"`{field.name}`" in section
